import Tensors

extension Picture {
  /// The colour as `[3, height, width]` in 0…1: each value divided by 255; an alpha is dropped.
  public var tensor: Tensor {
    let pixels = width * height
    let step = channels.rawValue
    return Tensor(uninitialized: [3, height, width]) { target in
      bytes.withUnsafeBufferPointer { source in
        for channel in 0..<3 {
          for pixel in 0..<pixels {
            target[channel * pixels + pixel] = Picture.units[Int(source[pixel * step + channel])]
          }
        }
      }
    }
  }

  /// An RGB picture of `[3, height, width]` in 0…1: values are clamped, scaled to 0…255 and rounded to the
  /// nearest whole number; NaN becomes 0. Traps on another shape.
  public init(_ image: Tensor) {
    precondition(
      image.shape.rank == 3 && image.shape[0] == 3, "a picture is [3, height, width], not \(image.shape)")
    let pixels = image.shape[1] * image.shape[2]
    self.init(width: image.shape[2], height: image.shape[1]) { target in
      image.withUnsafeBuffer { source in
        for channel in 0..<3 {
          for pixel in 0..<pixels {
            // NaN fails the comparison.
            let value = source[channel * pixels + pixel]
            let clamped = value > 0 ? min(value, 1) : 0
            target[3 * pixel + channel] = UInt8((clamped * 255).rounded())
          }
        }
      }
    }
  }

  /// A stored value as a number in 0…1.
  @inlinable
  public static func unit(_ value: UInt8) -> Float { Float(value) / 255 }

  private static let units: [Float] = (0..<256).map { Float($0) / 255 }
}
