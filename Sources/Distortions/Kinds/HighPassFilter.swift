import Tensors

extension DistortionKind {
  /// High-pass filter (Geirhos et al. 2018, 1808.08750): grey, less what `lowPass` leaves of it, moved to the mean grey
  /// 0.4423; clipped to 0…1.
  ///
  /// A level is the reciprocal of the Gaussian's standard deviation, so that it grows with the distortion and the
  /// unfiltered picture, whose published standard deviation is infinite, is level 0. The published deviations are ∞, 3,
  /// 1.5, 1, 0.7, 0.55, 0.45 and 0.4 pixels of a picture of 224 × 224.
  public static let highPass = DistortionKind(
    name: "high-pass", title: "High-pass filter", levelName: "1 / standard deviation, 1 / pixel",
    levels: [0, 1 / 3, 1 / 1.5, 1, 1 / 0.7, 1 / 0.55, 1 / 0.45, 1 / 0.4]
  ) { picture, level, _ in
    var grey = GreyPicture(picture)
    var plane = grey.plane
    if level > 0 {
      let low = GaussianFilter(standardDeviation: 1 / level, border: .constant(GreyPicture.meanGrey))
        .applied(to: plane)
      for index in plane.values.indices { plane.values[index] -= low.values[index] }
    }
    let shift = GreyPicture.meanGrey - plane.values.reduce(0, +) / Double(max(plane.values.count, 1))
    grey.plane = plane.map { $0 + shift }
    return grey.tensor
  }
}
