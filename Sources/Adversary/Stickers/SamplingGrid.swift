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
  private let rows: Range<Int>
  private let columns: Range<Int>
  /// For a sticker seen in perspective.
  private let homography: StickerHomography?

  /// - Parameters:
  ///   - side: of the sticker, in its own pixels.
  ///   - height: of the picture; `width` likewise.
  init(_ placement: StickerPlacement, side: Int, height: Int, width: Int) {
    self.placement = placement
    self.side = side
    if let corners = placement.corners {
      homography = StickerHomography(corners)
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
    let (cosine, sine) = placement.turn
    let half = placement.scale * Double(side) / 2
    // Interpolation fades out over half a sticker pixel beyond the edge.
    let reach = (half + placement.scale / 2) * (abs(cosine) + abs(sine))
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
    if let homography { return forEachPixel(homography, body) }
    let (cosine, sine) = placement.turn
    let half = placement.scale * Double(side) / 2
    let middle = Double(side) / 2 - 0.5
    for row in rows {
      let dy = (Double(row) + 0.5 - placement.y - half) / placement.scale
      for column in columns {
        let dx = (Double(column) + 0.5 - placement.x - half) / placement.scale
        // The placement turns the sticker by the matrix [[c, s], [−s, c]]; this is its inverse.
        let u = cosine * dx - sine * dy + middle
        let v = sine * dx + cosine * dy + middle
        guard u > -1, v > -1, u < Double(side), v < Double(side) else { continue }
        body(row, column, sample(column: u, row: v))
      }
    }
  }

  private func forEachPixel(_ homography: StickerHomography, _ body: (Int, Int, Sample) -> Void) {
    for row in rows {
      for column in columns {
        guard let point = homography.onSticker(x: Double(column) + 0.5, y: Double(row) + 0.5) else {
          continue
        }
        let u = point.u * Double(side) - 0.5
        let v = point.v * Double(side) - 0.5
        guard u > -1, v > -1, u < Double(side), v < Double(side) else { continue }
        body(row, column, sample(column: u, row: v))
      }
    }
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
