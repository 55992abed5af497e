extension Corruption {
  /// A Gaussian filter (Hendrycks & Dietterich 2019); the last values go on beyond the edges.
  public static let gaussianBlur = Corruption(name: "gaussian_blur", title: "Gaussian blur", family: .extra) {
    picture, severity, _ in
    let deviation = length([1, 2, 3, 4, 6][severity - 1], in: picture)
    return picture.map(GaussianFilter(standardDeviation: deviation, border: .nearest).applied)
  }
}
