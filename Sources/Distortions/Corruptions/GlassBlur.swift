import Tensors

extension Corruption {
  /// As through frosted glass: a Gaussian filter, pixels replaced by near ones at random, the filter again (Hendrycks &
  /// Dietterich 2019).
  ///
  /// The paper speaks of exchanging pixels. The published code assigns to one array from two views of it, which copies
  /// the neighbour and leaves it in its place; the published pictures are made so, and these are too.
  public static let glassBlur = Corruption(name: "glass_blur", title: "Glass blur", family: .blur) {
    picture, severity, generator in
    let (published, distance, rounds) = [(0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)][
      severity - 1]
    let blur = GaussianFilter(standardDeviation: length(published, in: picture), border: .nearest)
    let blurred = picture.map(blur.applied).mapValues { Double(ColourPlanes.byte($0)) / 255 }
    // Whole pixels at 224, which are parts of one in a smaller picture.
    let glass = Glass(
      height: drawnLength(picture.height, in: picture), width: drawnLength(picture.width, in: picture),
      reach: distance, rounds: rounds, using: &generator)
    return blurred.map { glass.applied(to: $0) }.map(blur.applied)
  }
}

/// Where each pixel's colour comes from, behind glass.
private struct Glass {
  private let height, width: Int
  /// For each pixel the place its colour had at first.
  private var sources: [Int]

  /// Copies near pixels over each other, from the last to the first.
  init(height: Int, width: Int, reach: Int, rounds: Int, using generator: inout SeededGenerator) {
    (self.height, self.width) = (height, width)
    sources = Array(0..<height * width)
    for _ in 0..<rounds {
      for row in stride(from: height - reach, to: reach, by: -1) {
        for column in stride(from: width - reach, to: reach, by: -1) {
          let across = generator.uniform(below: 2 * reach) - reach
          let down = generator.uniform(below: 2 * reach) - reach
          sources[row * width + column] = sources[(row + down) * width + column + across]
        }
      }
    }
  }

  /// A plane of the same or another size, each value from as far away, in proportion, as the glass says.
  func applied(to plane: Plane) -> Plane {
    let (down, across) = (Double(plane.height) / Double(height), Double(plane.width) / Double(width))
    return Plane(height: plane.height, width: plane.width) { row, column in
      let y = min(Int((Double(row) + 0.5) / down), height - 1)
      let x = min(Int((Double(column) + 0.5) / across), width - 1)
      let (sourceY, sourceX) = sources[y * width + x].quotientAndRemainder(dividingBy: width)
      return plane.value(
        row: Double(row) + Double(sourceY - y) * down, column: Double(column) + Double(sourceX - x) * across,
        border: .nearest)
    }
  }
}
