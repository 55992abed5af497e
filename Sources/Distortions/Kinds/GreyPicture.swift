import Tensors

/// One plane of luminance, as every distortion of Geirhos et al. (2018, 1808.08750) begins with.
struct GreyPicture {
  let height, width: Int
  /// Row by row.
  var values: [Float]

  /// Weights of red, green and blue that add up to 1: those of skimage's `rgb2gray`, for the primaries of
  /// ITU-R BT.709.
  static let weights: (red: Float, green: Float, blue: Float) = (0.2125, 0.7154, 0.0721)
  /// The mean grey of ImageNet's pictures, which the published filters take for what lies outside a picture.
  static let meanGrey = 0.4423

  /// The grey of a picture `[3, height, width]` in 0…1.
  init(_ picture: Tensor) {
    (height, width) = (picture.shape[1], picture.shape[2])
    let pixels = height * width
    values = picture.withUnsafeBuffer { source in
      (0..<pixels).map {
        GreyPicture.weights.red * source[$0] + GreyPicture.weights.green * source[pixels + $0]
          + GreyPicture.weights.blue * source[2 * pixels + $0]
      }
    }
  }

  /// Pulls every value towards mid-grey: c·x + (1 − c)/2.
  mutating func reduceContrast(to contrast: Float) {
    for index in values.indices { values[index] = contrast * values[index] + (1 - contrast) / 2 }
  }

  /// The same values in double precision.
  var plane: Plane {
    get { Plane(height: height, width: width, values: values.map(Double.init)) }
    set { values = newValue.values.map { Float($0) } }
  }

  /// `[3, height, width]` with three equal channels, clipped to 0…1.
  var tensor: Tensor {
    Tensor(uninitialized: [3, height, width]) { target in
      for channel in 0..<3 {
        for (index, value) in values.enumerated() {
          target[channel * values.count + index] = min(max(value, 0), 1)
        }
      }
    }
  }
}
