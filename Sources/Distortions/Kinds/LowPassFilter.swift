import Tensors

extension DistortionKind {
  /// Low-pass filter (Geirhos et al. 2018, 1808.08750): grey, then a Gaussian filter, as
  /// `scipy.ndimage.gaussian_filter` with `mode="constant"`, `cval=0.4423` and `truncate=4`; clipped to 0…1.
  ///
  /// The standard deviation counts pixels of the picture as the network sees it. The published pictures had
  /// 224 × 224 of them: on a smaller input the same number blurs a larger part of the picture.
  public static let lowPass = DistortionKind(
    name: "low-pass", title: "Low-pass filter", levelName: "standard deviation, pixels",
    levels: [0, 1, 3, 5, 7, 10, 15, 40]
  ) { picture, level, _ in
    var grey = GreyPicture(picture)
    grey.plane = GaussianFilter(standardDeviation: level, border: .constant(GreyPicture.meanGrey))
      .applied(to: grey.plane)
    return grey.tensor
  }
}
