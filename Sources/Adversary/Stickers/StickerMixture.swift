/// What a sticker shows to one pixel of a picture: how much of it, and its colours weighted by that.
struct StickerMixture {
  private var opacity: Float = 0
  private var colour = SIMD3<Float>()

  /// Adds what one sample finds.
  ///
  /// - Parameters:
  ///   - colours: `[3, side, side]`
  ///   - alpha: `[side, side]`
  ///   - share: of the pixel, for which the sample stands.
  @inline(__always)
  mutating func add(
    _ sample: SamplingGrid.Sample, _ colours: UnsafeBufferPointer<Float>, _ alpha: UnsafeBufferPointer<Float>,
    share: Float = 1
  ) {
    for corner in 0..<4 {
      let index = sample.indices[corner]
      let weight = share * sample.weights[corner] * alpha[index]
      guard weight != 0 else { continue }
      opacity += weight
      for channel in 0..<3 { colour[channel] += weight * colours[channel * alpha.count + index] }
    }
  }

  /// Lays it over the pixel, row by row, of a picture `[3, height, width]`.
  @inline(__always)
  func cover(_ pixel: Int, of picture: UnsafeMutableBufferPointer<Float>) {
    guard opacity > 0 else { return }
    // Rounding can carry a sum of weights a hair past 1.
    let rest = max(0, 1 - opacity)
    for channel in 0..<3 {
      let place = channel * (picture.count / 3) + pixel
      picture[place] = min(max(rest * picture[place] + colour[channel], 0), 1)
    }
  }
}
