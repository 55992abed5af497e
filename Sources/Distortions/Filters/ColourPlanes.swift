import Imaging
import Tensors

/// Red, green and blue of a picture in 0…1, in double precision.
struct ColourPlanes: Sendable {
  var planes: [Plane]

  var height: Int { planes[0].height }
  var width: Int { planes[0].width }

  init(_ planes: [Plane]) {
    precondition(planes.count == 3, "a picture has three planes, not \(planes.count)")
    self.planes = planes
  }

  /// A picture `[3, height, width]` in 0…1, each value rounded to the nearest of 256.
  init(_ picture: Tensor) {
    let (height, width) = (picture.shape[1], picture.shape[2])
    planes = picture.withUnsafeBuffer { source in
      (0..<3).map { channel in
        let values = source[channel * height * width..<(channel + 1) * height * width]
        return Plane(
          height: height, width: width,
          values: values.map { (min(max(Double($0), 0), 1) * 255).rounded() / 255 })
      }
    }
  }

  /// `[3, height, width]` in 0…1, each value cut down to one of 256, as numpy makes bytes of numbers.
  var tensor: Tensor {
    Tensor(uninitialized: [3, height, width]) { target in
      for (channel, plane) in planes.enumerated() {
        for (place, value) in plane.values.enumerated() {
          target[channel * plane.values.count + place] = Float(ColourPlanes.byte(value)) / 255
        }
      }
    }
  }

  /// The byte of a value in 0…1, cut off.
  static func byte(_ value: Double) -> UInt8 { UInt8(min(max(value, 0), 1) * 255) }

  /// Each plane by itself.
  func map(_ change: (Plane) throws -> Plane) rethrows -> ColourPlanes {
    ColourPlanes(try planes.map(change))
  }

  /// Each value of each plane by itself: red, then green, then blue.
  func mapValues(_ change: (Double) -> Double) -> ColourPlanes { map { $0.map(change) } }

  /// Each pixel by itself.
  func mapPixels(_ change: (SIMD3<Double>) -> SIMD3<Double>) -> ColourPlanes {
    var result = self
    for place in planes[0].values.indices {
      let pixel = change(SIMD3(planes[0].values[place], planes[1].values[place], planes[2].values[place]))
      for channel in 0..<3 { result.planes[channel].values[place] = pixel[channel] }
    }
    return result
  }

  /// The luminance of ITU-R BT.601.
  var grey: Plane {
    let weights = SIMD3(0.299, 0.587, 0.114)
    return Plane(
      height: height, width: width,
      values: planes[0].values.indices.map { place in
        weights[0] * planes[0].values[place] + weights[1] * planes[1].values[place]
          + weights[2] * planes[2].values[place]
      })
  }

  /// The picture in 8 bits, each value rounded.
  var picture: Picture { Picture(tensorOfValues) }

  private var tensorOfValues: Tensor {
    Tensor(uninitialized: [3, height, width]) { target in
      for (channel, plane) in planes.enumerated() {
        for (place, value) in plane.values.enumerated() {
          target[channel * plane.values.count + place] = Float(value)
        }
      }
    }
  }
}
