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
    let reach = wholeLength(distance, in: picture)
    var blurred = picture.map(blur.applied).mapValues { Double(ColourPlanes.byte($0)) / 255 }
    let width = picture.width
    for _ in 0..<rounds {
      for row in stride(from: picture.height - reach, to: reach, by: -1) {
        for column in stride(from: width - reach, to: reach, by: -1) {
          let across = generator.uniform(below: 2 * reach) - reach
          let down = generator.uniform(below: 2 * reach) - reach
          for channel in 0..<3 {
            blurred.planes[channel].values[row * width + column] =
              blurred.planes[channel].values[(row + down) * width + column + across]
          }
        }
      }
    }
    return blurred.map(blur.applied)
  }
}
