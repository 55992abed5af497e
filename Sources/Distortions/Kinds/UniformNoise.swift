import Tensors

extension DistortionKind {
  /// Uniform noise (Geirhos et al. 2018, 1808.08750): grey, contrast reduced to 0.3, and a number from
  /// U(−width, width) added to each pixel, the same in all channels; clipped to 0…1.
  ///
  /// The published pictures were rounded to 8 bits when saved; these are not.
  public static let noise = DistortionKind(
    name: "noise", title: "Uniform noise", levelName: "width of the noise",
    levels: [0, 0.03, 0.05, 0.1, 0.2, 0.35, 0.6, 0.9]
  ) { picture, level, generator in
    var grey = GreyPicture(picture)
    grey.reduceContrast(to: 0.3)
    let width = Float(level)
    for index in grey.values.indices { grey.values[index] += generator.uniform(in: -width...width) }
    return grey.tensor
  }
}
