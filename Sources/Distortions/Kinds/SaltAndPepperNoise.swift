import Tensors

extension DistortionKind {
  /// Salt-and-pepper noise (Geirhos et al. 2018, 1808.08750): grey, contrast reduced to 0.3, and each pixel made black
  /// with probability p/2 and white with probability p/2.
  public static let saltAndPepper = DistortionKind(
    name: "salt-and-pepper", title: "Salt-and-pepper noise", levelName: "pixels replaced, %",
    levels: [0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95], levelScale: 100
  ) { picture, level, generator in
    var grey = GreyPicture(picture)
    grey.reduceContrast(to: 0.3)
    let half = Float(level) / 2
    for index in grey.values.indices {
      // The same pixels are replaced by the next level, and more.
      let draw = generator.uniform(in: 0...1)
      if draw < half { grey.values[index] = 0 } else if draw >= 1 - half { grey.values[index] = 1 }
    }
    return grey.tensor
  }
}
