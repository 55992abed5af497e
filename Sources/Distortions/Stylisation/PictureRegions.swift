/// A picture cut into connected regions of like colour (Felzenszwalb & Huttenlocher 2004): neighbours join when the
/// step between them is no greater than the steps within both, with more leeway for small regions.
struct PictureRegions {
  /// The region of each pixel, row by row; regions are numbered as they first come up.
  let labels: [Int]
  let count: Int

  /// - Parameters:
  ///   - leeway: allowed on top of the steps within a region, divided by its pixels: the greater, the larger regions
  ///     are.
  ///   - smallest: pixels that a region has at least, where there are so many; smaller ones join the neighbour that
  ///     is most like them.
  init(of colours: CoarseColours, leeway: Float, smallest: Int) {
    let pixels = colours.side * colours.side
    let steps = ColourSteps(of: colours)
    var sets = DisjointSets(count: pixels)
    var allowed = [Float](repeating: leeway, count: pixels)
    // Steps between regions, for the second round.
    var open: [ColourSteps.Step] = []
    for step in steps.sorted {
      let (first, second) = (sets.root(of: step.first), sets.root(of: step.second))
      guard first != second else { continue }
      guard step.height <= min(allowed[first], allowed[second]) else {
        open.append(step)
        continue
      }
      let root = sets.join(first, second)
      allowed[root] = step.height + leeway / Float(sets.size(of: root))
    }
    for step in open {
      let (first, second) = (sets.root(of: step.first), sets.root(of: step.second))
      guard first != second, min(sets.size(of: first), sets.size(of: second)) < smallest else { continue }
      sets.join(first, second)
    }
    var numbers = [Int](repeating: -1, count: pixels)
    var (labels, count) = ([Int](repeating: 0, count: pixels), 0)
    for pixel in 0..<pixels {
      let root = sets.root(of: pixel)
      if numbers[root] < 0 {
        numbers[root] = count
        count += 1
      }
      labels[pixel] = numbers[root]
    }
    (self.labels, self.count) = (labels, count)
  }
}

/// The differences in colour between pixels side by side, the least first.
private struct ColourSteps {
  struct Step {
    private let places: (first: Int32, second: Int32)
    let height: Float

    init(_ first: Int, _ second: Int, height: Float) {
      places = (Int32(first), Int32(second))
      self.height = height
    }

    var first: Int { Int(places.first) }
    var second: Int { Int(places.second) }
    /// Steps are at most √3; finer differences than these do not matter.
    var bin: Int { min(Int(height * 1024), ColourSteps.bins - 1) }
  }

  private static let bins = 1024

  /// Equal ones as they stand in the picture.
  let sorted: [Step]

  init(of colours: CoarseColours) {
    let (side, values) = (colours.side, colours.values)
    var steps: [Step] = []
    steps.reserveCapacity(2 * side * side)
    values.withUnsafeBufferPointer { values in
      func add(_ first: Int, _ second: Int) {
        steps.append(Step(first, second, height: (values[second] - values[first]).squaredLength.squareRoot()))
      }
      for y in 0..<side {
        for x in 0..<side {
          let pixel = y * side + x
          if x + 1 < side { add(pixel, pixel + 1) }
          if y + 1 < side { add(pixel, pixel + side) }
        }
      }
    }
    var places = [Int](repeating: 0, count: ColourSteps.bins + 1)
    for step in steps { places[step.bin + 1] += 1 }
    for bin in 1...ColourSteps.bins { places[bin] += places[bin - 1] }
    var sorted = steps
    sorted.withUnsafeMutableBufferPointer { sorted in
      for step in steps {
        sorted[places[step.bin]] = step
        places[step.bin] += 1
      }
    }
    self.sorted = sorted
  }
}

/// Sets of whole numbers that can only grow together.
private struct DisjointSets {
  private var parents: [Int32]
  private var sizes: [Int32]

  init(count: Int) {
    parents = (0..<Int32(count)).map { $0 }
    sizes = [Int32](repeating: 1, count: count)
  }

  /// The number that stands for the set that `member` is in.
  mutating func root(of member: Int) -> Int {
    var member = member
    while true {
      let parent = Int(parents[member])
      if parent == member { return member }
      // Every second link is shortened on the way.
      parents[member] = parents[parent]
      member = parent
    }
  }

  func size(of root: Int) -> Int { Int(sizes[root]) }

  /// Makes one set of two, given their numbers.
  @discardableResult
  mutating func join(_ first: Int, _ second: Int) -> Int {
    let (root, other) = sizes[first] >= sizes[second] ? (first, second) : (second, first)
    parents[other] = Int32(root)
    sizes[root] += sizes[other]
    return root
  }
}
