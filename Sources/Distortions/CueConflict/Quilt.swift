import Tensors

/// A picture that is being laid out with blocks of a texture.
struct Quilt {
  /// The errors of blocks from a grid of places in the texture.
  struct Errors {
    let values: [Float]
    fileprivate let columns: Int
    fileprivate let stride: Int

    /// The left top pixel in the texture of the block with that number.
    func place(_ index: Int) -> (top: Int, left: Int) { (index / columns * stride, index % columns * stride) }
  }

  private let side: Int
  /// `[3, side, side]`
  private let texture: [Float]
  /// Lightness of the texture, and of the shape in the texture's mean and contrast.
  private let lightness, target: [Float]
  private var pixels: [Float]
  /// The pass before; empty in the first.
  private var before: [Float] = []
  private var (block, overlap, alpha) = (0, 0, Float(0))

  init(texture: Tensor, following shape: Tensor) {
    side = texture.shape[1]
    self.texture = texture.elements
    pixels = [Float](repeating: 0, count: texture.count)
    lightness = Quilt.lightness(texture)
    target = Quilt.matched(Quilt.lightness(shape), to: lightness)
  }

  /// `[3, side, side]`
  var picture: Tensor { Tensor(pixels, shape: [3, side, side]) }

  mutating func beginPass(block: Int, overlap: Int, alpha: Float) {
    if self.block > 0 { before = pixels }
    (self.block, self.overlap, self.alpha) = (block, overlap, alpha)
  }

  /// By the weights of ITU-R BT.601.
  private static func lightness(_ picture: Tensor) -> [Float] {
    let plane = picture.count / 3
    return picture.withUnsafeBuffer { pixels in
      (0..<plane).map { 0.299 * pixels[$0] + 0.587 * pixels[plane + $0] + 0.114 * pixels[2 * plane + $0] }
    }
  }

  /// The values with the mean and standard deviation of others: a dark shape can be followed in a light texture.
  private static func matched(_ values: [Float], to others: [Float]) -> [Float] {
    func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
      let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
      let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      return (mean, (variance / Double(values.count)).squareRoot())
    }
    let (own, wanted) = (moments(values), moments(others))
    let factor = own.deviation > 0 ? wanted.deviation / own.deviation : 0
    return values.map { Float(wanted.mean + (Double($0) - own.mean) * factor) }
  }

  // MARK: Choosing

  /// The error of every block of the texture whose place is a multiple of `stride`, for a place in the picture.
  func errors(top: Int, left: Int, stride: Int, on workers: Workers) -> Errors {
    let count = (side - block) / stride + 1
    var values = [Float](repeating: 0, count: count * count)
    values.withUnsafeMutableBufferPointer { values in
      nonisolated(unsafe) let values = values
      workers.forEach(count) { row in
        for column in 0..<count {
          values[row * count + column] = error(
            of: (row * stride, column * stride), top: top, left: left)
        }
      }
    }
    return Errors(values: values, columns: count, stride: stride)
  }

  private func error(of place: (top: Int, left: Int), top: Int, left: Int) -> Float {
    let area = Float(block * block)
    let shape = squares(lightness, target, 0, place, top, left, rows: 0..<block, columns: 0..<block) / area
    var (met, cells) = (Float(0), Float(0))
    for channel in 0..<3 {
      if top > 0 {
        met += squares(texture, pixels, channel, place, top, left, rows: 0..<overlap, columns: 0..<block)
        cells += Float(overlap * block)
      }
      if left > 0 {
        // The corner counts once.
        let rows = (top > 0 ? overlap : 0)..<block
        met += squares(texture, pixels, channel, place, top, left, rows: rows, columns: 0..<overlap)
        cells += Float(rows.count * overlap)
      }
    }
    var own = cells > 0 ? met / cells : 0
    if !before.isEmpty {
      own +=
        (0..<3).reduce(0) {
          $0 + squares(texture, before, $1, place, top, left, rows: 0..<block, columns: 0..<block)
        } / (3 * area)
    }
    return alpha * own + (1 - alpha) * shape
  }

  /// Σ (source − picture)² over part of a block.
  private func squares(
    _ source: [Float], _ picture: [Float], _ channel: Int, _ place: (top: Int, left: Int), _ top: Int,
    _ left: Int, rows: Range<Int>, columns: Range<Int>
  ) -> Float {
    source.withUnsafeBufferPointer { source in
      picture.withUnsafeBufferPointer { picture in
        guard let a = source.baseAddress, let b = picture.baseAddress else { return 0 }
        var lanes = SIMD8<Float>.zero
        var rest = Float(0)
        let whole = columns.count & ~7
        for row in rows {
          let from = UnsafeRawPointer(
            a + (channel * side + place.top + row) * side + place.left + columns.lowerBound)
          let to = UnsafeRawPointer(b + (channel * side + top + row) * side + left + columns.lowerBound)
          for index in stride(from: 0, to: whole, by: 8) {
            let difference =
              from.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
              - to.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
            lanes += difference * difference
          }
          for index in whole..<columns.count {
            let difference =
              from.load(fromByteOffset: index * 4, as: Float.self)
              - to.load(fromByteOffset: index * 4, as: Float.self)
            rest += difference * difference
          }
        }
        return lanes.sum() + rest
      }
    }
  }

  // MARK: Laying

  /// Lays a block of the texture, along the cuts of least error with what lies above and to the left.
  mutating func lay(_ place: (top: Int, left: Int), top: Int, left: Int) {
    var isNew = [Bool](repeating: true, count: block * block)
    if left > 0 {
      let costs = (0..<block).map { row in (0..<overlap).map { step(place, top, left, row: row, column: $0) }
      }
      for (row, cut) in LeastCut(costs).places.enumerated() {
        for column in 0..<cut { isNew[row * block + column] = false }
      }
    }
    if top > 0 {
      let costs = (0..<block).map { column in
        (0..<overlap).map { step(place, top, left, row: $0, column: column) }
      }
      for (column, cut) in LeastCut(costs).places.enumerated() {
        for row in 0..<cut { isNew[row * block + column] = false }
      }
    }
    for channel in 0..<3 {
      for row in 0..<block {
        let to = (channel * side + top + row) * side + left
        let from = (channel * side + place.top + row) * side + place.left
        for column in 0..<block where isNew[row * block + column] {
          pixels[to + column] = texture[from + column]
        }
      }
    }
  }

  /// The square of the step between the block and what it is laid on.
  private func step(_ place: (top: Int, left: Int), _ top: Int, _ left: Int, row: Int, column: Int) -> Float {
    (0..<3).reduce(0) { sum, channel in
      let difference =
        texture[(channel * side + place.top + row) * side + place.left + column]
        - pixels[(channel * side + top + row) * side + left + column]
      return sum + difference * difference
    }
  }
}
