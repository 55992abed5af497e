import Tensors

extension DistortionKind {
  /// Reduced contrast (Geirhos et al. 2018, 1808.08750): grey, then c·x + (1 − c)/2.
  ///
  /// The published pictures were rounded to 8 bits when saved, which leaves few greys at the lowest contrasts; these
  /// are not.
  public static let contrast = DistortionKind(
    name: "contrast", title: "Reduced contrast", levelName: "contrast, %",
    levels: [1, 0.5, 0.3, 0.15, 0.1, 0.05, 0.03, 0.01], levelScale: 100
  ) { picture, level, _ in
    var grey = GreyPicture(picture)
    grey.reduceContrast(to: Float(level))
    return grey.tensor
  }
}
