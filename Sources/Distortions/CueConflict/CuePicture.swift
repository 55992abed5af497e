import Imaging
import Tensors

/// A picture that gives a shape or a texture, as a square.
public struct CuePicture: Sendable {
  /// `[3, side, side]` in 0…1; where there is an opacity, laid on white.
  public let pixels: Tensor
  /// 0…1 for each pixel, row by row; nil where all are opaque.
  public let opacity: [Float]?

  public var side: Int { pixels.shape[1] }

  init(pixels: Tensor, opacity: [Float]? = nil) {
    precondition(pixels.shape == [3, pixels.shape[1], pixels.shape[1]], "a square, not \(pixels.shape)")
    self.pixels = pixels
    self.opacity = opacity
  }

  /// The centred square of a picture, resized to `side` pixels.
  ///
  /// - Throws: `ImagingError.impossibleSize`.
  public init(_ picture: Picture, side: Int) throws {
    func framed(_ picture: Picture) throws -> Tensor {
      try picture.framed(resizeShorterSide: side, centerCrop: side).tensor
    }
    guard picture.channels == .rgba,
      !stride(from: 3, to: picture.bytes.count, by: 4).allSatisfy({
        picture.bytes[$0] == 255
      })
    else {
      self.init(pixels: try framed(picture))
      return
    }
    var (laid, alpha) = ([UInt8](), [UInt8]())
    laid.reserveCapacity(3 * picture.width * picture.height)
    alpha.reserveCapacity(3 * picture.width * picture.height)
    for pixel in 0..<picture.width * picture.height {
      let opacity = Int(picture.bytes[4 * pixel + 3])
      for channel in 0..<3 {
        let colour = Int(picture.bytes[4 * pixel + channel])
        laid.append(UInt8((colour * opacity + 255 * (255 - opacity) + 127) / 255))
        alpha.append(UInt8(opacity))
      }
    }
    func opaque(_ bytes: [UInt8]) -> Picture {
      Picture(width: picture.width, height: picture.height, bytes: bytes)
    }
    self.init(
      pixels: try framed(opaque(laid)), opacity: Array(try framed(opaque(alpha)).elements.prefix(side * side))
    )
  }
}
