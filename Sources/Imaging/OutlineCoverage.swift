/// How much of each pixel a shape covers.
public struct OutlineCoverage: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// `height` × `width` shares in 0…1, rows from top to bottom.
  public private(set) var values: [Float]

  /// Draws `outline`, whose coordinates are pixels; what lies outside is left out.
  ///
  /// The area of each contour in each pixel is exact to rounding. Where contours of one layer share a pixel their
  /// areas are added up to the whole pixel, and a cut takes its share of what was covered.
  public init(of outline: Outline, width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a picture has pixels, not \(width) x \(height)")
    self.width = width
    self.height = height
    values = [Float](repeating: 0, count: width * height)
    var raster = AreaRaster(width: width, height: height)
    for layer in outline.layers {
      for contour in layer.contours { raster.add(contour) }
      values.withUnsafeMutableBufferPointer { values in
        raster.sweep { pixel, area in
          let old = values[pixel]
          values[pixel] = layer.adds ? old + area * (1 - old) : old * (1 - area)
        }
      }
    }
  }
}

/// Sums of signed areas, kept as differences between neighbours in a row: an edge changes only the pixels that it
/// passes, and one sweep along the rows gives every pixel's area.
private struct AreaRaster {
  private let width: Int
  private let height: Int
  /// A row has one more place than pixels, for the difference after its last.
  private var differences: [Float]
  private var touched: Range<Int>?

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    differences = [Float](repeating: 0, count: (width + 1) * height)
  }

  mutating func add(_ contour: [Outline.Point]) {
    guard var before = contour.last else { return }
    let size = Outline.Point(Float(width), Float(height))
    differences.withUnsafeMutableBufferPointer { differences in
      for corner in contour {
        AreaRaster.edge(from: before, to: corner, size: size, width: width, into: differences)
        before = corner
      }
    }
    var (top, bottom) = (size.y, Float(0))
    for corner in contour {
      top = min(top, corner.y)
      bottom = max(bottom, corner.y)
    }
    guard bottom > 0, top < size.y, top < bottom else { return }
    let rows = Int(max(top, 0))..<min(height, Int(min(bottom, size.y)) + 1)
    touched =
      touched.map { min($0.lowerBound, rows.lowerBound)..<max($0.upperBound, rows.upperBound) } ?? rows
  }

  /// Gives the area in each pixel of the rows touched, and begins anew.
  mutating func sweep(_ body: (_ pixel: Int, _ area: Float) -> Void) {
    guard let rows = touched else { return }
    touched = nil
    differences.withUnsafeMutableBufferPointer { differences in
      for row in rows {
        var sum: Float = 0
        let start = row * (width + 1)
        for column in 0..<width {
          sum += differences[start + column]
          differences[start + column] = 0
          let area = min(abs(sum), 1)
          if area > 1e-5 { body(row * width + column, area) }
        }
        differences[start + width] = 0
      }
    }
  }

  /// Adds what an edge changes. Beyond the left border it is moved onto the border, since all pixels lie to its
  /// right; beyond the right border it changes nothing.
  private static func edge(
    from start: Outline.Point, to end: Outline.Point, size: Outline.Point, width: Int,
    into differences: UnsafeMutableBufferPointer<Float>
  ) {
    guard start.y != end.y else { return }
    for border in [0, size.x]
    where min(start.x, end.x) < border && border < max(start.x, end.x) {
      let share = (border - start.x) / (end.x - start.x)
      let middle = Outline.Point(border, start.y + share * (end.y - start.y))
      edge(from: start, to: middle, size: size, width: width, into: differences)
      edge(from: middle, to: end, size: size, width: width, into: differences)
      return
    }
    guard min(start.x, end.x) < size.x else { return }
    let direction: Float = start.y < end.y ? 1 : -1
    let (upper, lower) = start.y < end.y ? (start, end) : (end, start)
    let slope = (lower.x - upper.x) / (lower.y - upper.y)
    let (top, bottom) = (max(upper.y, 0), min(lower.y, size.y))
    guard top < bottom else { return }
    func x(at y: Float) -> Float {
      let x = upper.x + slope * (y - upper.y)
      return min(max(x, 0, min(upper.x, lower.x)), size.x, max(upper.x, lower.x, 0))
    }
    var row = Int(top)
    var y = top
    while y < bottom {
      let next = min(Float(row + 1), bottom)
      let (left, right) = (min(x(at: y), x(at: next)), max(x(at: y), x(at: next)))
      span(
        from: left, to: right, height: direction * (next - y), row: row * (width + 1), width: width,
        into: differences)
      y = next
      row += 1
    }
  }

  /// Adds a piece of an edge that stays within a row: to each pixel it passes, the share of its height there, of
  /// which the part to the right of the piece's middle lies in the pixel and the rest in all those after it.
  private static func span(
    from left: Float, to right: Float, height: Float, row: Int, width: Int,
    into differences: UnsafeMutableBufferPointer<Float>
  ) {
    var column = min(Int(left), width - 1)
    let last = min(Int(right), width - 1)
    if column == last {
      let rest = 0.5 * (left + right) - Float(column)
      differences[row + column] += height * (1 - rest)
      differences[row + column + 1] += height * rest
      return
    }
    let steepness = height / (right - left)
    var x = left
    while column <= last {
      let next = column == last ? right : Float(column + 1)
      let share = steepness * (next - x)
      let rest = 0.5 * (x + next) - Float(column)
      differences[row + column] += share * (1 - rest)
      differences[row + column + 1] += share * rest
      x = next
      column += 1
    }
  }
}
