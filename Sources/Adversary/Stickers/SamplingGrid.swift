import Tensors

/// Which pixels of a picture a placed sticker can reach, and where each of them looks on the sticker.
struct SamplingGrid: Sendable {
  /// The four sticker pixels around a point and their bilinear weights; those off the sticker have weight 0
  /// and index 0.
  struct Sample {
    /// `row · side + column` on the sticker.
    var indices: SIMD4<Int>
    var weights: SIMD4<Float>
  }

  private let placement: StickerPlacement
  private let side: Int
  private let turn: (cosine: Double, sine: Double)
  private let rows: Range<Int>
  private let columns: Range<Int>
  /// For a sticker seen in perspective.
  private let homography: ProjectiveMap?

  /// - Parameters:
  ///   - side: of the sticker, in its own pixels.
  ///   - height: of the picture; `width` likewise.
  init(_ placement: StickerPlacement, side: Int, height: Int, width: Int) {
    self.placement = placement
    self.side = side
    turn = placement.turn
    if let corners = placement.corners {
      homography = corners.ontoSticker
      let (horizontal, vertical) = (corners.all.map(\.x), corners.all.map(\.y))
      let (left, right) = (horizontal.min() ?? 0, horizontal.max() ?? 0)
      let (top, bottom) = (vertical.min() ?? 0, vertical.max() ?? 0)
      // Half a sticker pixel beyond the edge is at most as far again as the square reaches from its middle.
      let margin = max(right - left, bottom - top) / Double(side) + 1
      rows = SamplingGrid.pixels(
        around: (top + bottom) / 2, reach: (bottom - top) / 2 + margin, count: height)
      columns = SamplingGrid.pixels(
        around: (left + right) / 2, reach: (right - left) / 2 + margin, count: width)
      return
    }
    homography = nil
    let half = placement.scale * Double(side) / 2
    // Interpolation fades out over half a sticker pixel beyond the edge.
    let reach = (half + placement.scale / 2) * (abs(turn.cosine) + abs(turn.sine))
    rows = SamplingGrid.pixels(around: placement.y + half, reach: reach, count: height)
    columns = SamplingGrid.pixels(around: placement.x + half, reach: reach, count: width)
  }

  /// The pixels whose centres lie within `reach` of `centre`, cut off at the picture's edges.
  private static func pixels(around centre: Double, reach: Double, count: Int) -> Range<Int> {
    let limit = Double(count)
    let first = min(max(centre - reach - 0.5, 0), limit).rounded(.down)
    let last = min(max(centre + reach + 0.5, 0), limit).rounded(.up)
    return first < last ? Int(first)..<Int(last) : 0..<0
  }

  /// Calls `body` with the row and column of each pixel that the sticker can reach.
  @inline(__always)
  func forEachPixel(_ body: (Int, Int, Sample) -> Void) {
    if homography != nil { return forEachPixelInPerspective(body) }
    for row in rows {
      for column in columns {
        let (u, v) = straight(x: Double(column) + 0.5, y: Double(row) + 0.5)
        guard u > -1, v > -1, u < Double(side), v < Double(side) else { continue }
        body(row, column, sample(column: u, row: v))
      }
    }
  }

  /// Where a point of the picture lies on a sticker seen straight on, in sticker pixels.
  @inline(__always)
  private func straight(x: Double, y: Double) -> (u: Double, v: Double) {
    let half = placement.scale * Double(side) / 2
    let middle = Double(side) / 2 - 0.5
    let dx = (x - placement.x - half) / placement.scale
    let dy = (y - placement.y - half) / placement.scale
    // The placement turns the sticker by the matrix [[c, s], [−s, c]]; this is its inverse.
    return (
      turn.cosine * dx - turn.sine * dy + middle, turn.sine * dx + turn.cosine * dy + middle
    )
  }

  private func forEachPixelInPerspective(_ body: (Int, Int, Sample) -> Void) {
    for row in rows {
      for column in columns {
        guard let sample = sample(x: Double(column) + 0.5, y: Double(row) + 0.5) else { continue }
        body(row, column, sample)
      }
    }
  }

  /// Calls `body` with the row and column of each pixel that the sticker can reach and samples spread evenly over the
  /// pixel, at most a sticker pixel apart, so that a sticker seen small is averaged; one sample, the one above, where
  /// it is not reduced. Points off the sticker give nil.
  func forEachPixelAveraged(_ body: (Int, Int, [Sample?]) -> Void) {
    for row in rows {
      for column in columns {
        let (x, y) = (Double(column), Double(row))
        let across = steps(from: (x, y + 0.5), to: (x + 1, y + 0.5))
        let down = steps(from: (x + 0.5, y), to: (x + 0.5, y + 1))
        body(
          row, column,
          (0..<across * down).map { step in
            sample(
              x: x + (Double(step % across) + 0.5) / Double(across),
              y: y + (Double(step / across) + 0.5) / Double(down))
          })
      }
    }
  }

  /// The most samples along one side of a pixel; a sticker reduced further is hardly a pixel large.
  private static let mostSteps = 64

  /// The least number of equal steps between two points of the picture of which none is longer than a sticker pixel.
  private func steps(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) -> Int {
    guard let a = place(x: start.x, y: start.y), let b = place(x: end.x, y: end.y) else {
      return SamplingGrid.mostSteps
    }
    let (du, dv) = (b.u - a.u, b.v - a.v)
    let length = (du * du + dv * dv).squareRoot()
    // Rounding may leave a length of 1 a hair above it.
    return Int(min(max((length - 1e-6).rounded(.up), 1), Double(SamplingGrid.mostSteps)))
  }

  @inline(__always)
  private func sample(x: Double, y: Double) -> Sample? {
    guard let (u, v) = place(x: x, y: y), u > -1, v > -1, u < Double(side), v < Double(side) else {
      return nil
    }
    return sample(column: u, row: v)
  }

  /// Where a point of the picture lies on the sticker, in its pixels, whose centres are whole numbers; nil behind the
  /// camera.
  @inline(__always)
  private func place(x: Double, y: Double) -> (u: Double, v: Double)? {
    guard let homography else { return straight(x: x, y: y) }
    guard let point = homography(x: x, y: y) else { return nil }
    return (point.x * Double(side) - 0.5, point.y * Double(side) - 0.5)
  }

  /// The neighbours of a point given in sticker pixels, pixel centres being whole numbers.
  @inline(__always)
  private func sample(column u: Double, row v: Double) -> Sample {
    let left = u.rounded(.down)
    let top = v.rounded(.down)
    let right = Float(u - left)
    let down = Float(v - top)
    let column = Int(left)
    let row = Int(top)
    var sample = Sample(
      indices: SIMD4(0, 1, side, side + 1) &+ SIMD4(repeating: row * side + column),
      weights: SIMD4(
        (1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right))
    if row < 0 || row + 1 >= side || column < 0 || column + 1 >= side {
      for corner in 0..<4 {
        let inside =
          (0..<side).contains(row + corner / 2) && (0..<side).contains(column + corner % 2)
        if !inside {
          sample.indices[corner] = 0
          sample.weights[corner] = 0
        }
      }
    }
    return sample
  }
}
