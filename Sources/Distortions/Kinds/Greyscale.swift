import Tensors

extension DistortionKind {
  /// Loss of colour (Geirhos et al. 2018, 1808.08750): the picture in its colours, and in grey.
  public static let greyscale = DistortionKind(
    name: "greyscale", title: "Loss of colour", levelName: "0 in colour, 1 in grey", levels: [0, 1],
    startsGrey: false
  ) { picture, level, _ in
    level < 0.5 ? picture : GreyPicture(picture).tensor
  }
}
