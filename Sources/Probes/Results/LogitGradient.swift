import Tensors

/// How one class' logit changes with each channel of each pixel, to first order.
public struct LogitGradient: Sendable {
  /// The network's name.
  public let model: String
  /// The path of the picture, relative to the corpus where there is one.
  public let image: String
  /// The index of the class among the network's classes.
  public let classIndex: Int
  /// The image's logit for the class.
  public let logit: Float
  /// `[1, 3, height, width]` in 0…1.
  public let picture: Tensor
  /// In the picture's shape, in logit per pixel value in 0…1.
  public let values: Tensor

  var isFinite: Bool {
    logit.isFinite && values.withUnsafeBuffer { $0.allSatisfy { $0.isFinite } }
  }

  /// The greatest absolute gradient over a pixel's channels.
  public var saliency: AttributionMap {
    map(.saliency) { gradient, _, places in places.reduce(0) { max($0, abs(gradient[$1])) } }
  }

  /// Gradient × pixel value, summed over a pixel's channels.
  public var timesInput: AttributionMap {
    map(.gradientTimesInput) { gradient, picture, places in
      places.reduce(0) { $0 + gradient[$1] * picture[$1] }
    }
  }

  /// - Parameter value: of a pixel, from gradient, picture and the places of the pixel's channels in both.
  private func map(
    _ method: AttributionMap.Method,
    _ value: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>, [Int]) -> Float
  ) -> AttributionMap {
    let (rows, columns) = (picture.shape[2], picture.shape[3])
    let plane = rows * columns
    let values = values.withUnsafeBuffer { gradient in
      picture.withUnsafeBuffer { picture in
        (0..<plane).map { value(gradient, picture, [$0, plane + $0, 2 * plane + $0]) }
      }
    }
    return AttributionMap(
      model: model, image: image, method: method, classIndex: classIndex, logit: logit, values: values,
      rows: rows, columns: columns)
  }
}
