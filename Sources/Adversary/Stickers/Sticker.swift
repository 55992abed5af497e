import Tensors

/// A square picture with an outline, to be put on other pictures.
public struct Sticker: Sendable, Equatable {
  /// RGB in 0…1, `[3, side, side]`.
  public let colours: Tensor
  /// Opacity in 0…1, `[side, side]`.
  public let alpha: Tensor
  /// Width and height in the sticker's own pixels.
  public var side: Int { alpha.shape[0] }

  /// - Throws: `AdversaryError.stickerShape` unless colours are `[3, side, side]`, alpha `[side, side]` and
  ///   the side at least 1.
  public init(colours: Tensor, alpha: Tensor) throws {
    let dimensions = alpha.shape.dimensions
    guard dimensions.count == 2, dimensions[0] == dimensions[1], dimensions[0] > 0,
      colours.shape.dimensions == [3] + dimensions
    else {
      throw AdversaryError.stickerShape(colours: "\(colours.shape)", alpha: "\(alpha.shape)")
    }
    self.init(checkedColours: colours, alpha: alpha)
  }

  /// A sticker with the given outline.
  ///
  /// - Throws: `AdversaryError.stickerShape` unless colours are `[3, side, side]`.
  public init(colours: Tensor, mask: StickerMask) throws {
    let side = colours.shape.rank == 3 ? colours.shape[1] : 0
    try self.init(colours: colours, alpha: mask.alpha(side: side))
  }

  private init(checkedColours colours: Tensor, alpha: Tensor) {
    self.colours = colours
    self.alpha = alpha
  }

  /// The sticker with other colours of the same shape.
  func recoloured(_ colours: Tensor) -> Sticker {
    precondition(colours.shape == self.colours.shape)
    return Sticker(checkedColours: colours, alpha: alpha)
  }

  /// The same colours under the outline of `other`, for controls that must cover the same pixels.
  ///
  /// - Throws: `AdversaryError.startSide` when the sides differ.
  public func outlined(like other: Sticker) throws -> Sticker {
    guard side == other.side else { throw AdversaryError.startSide(expected: other.side, found: side) }
    return Sticker(checkedColours: colours, alpha: other.alpha)
  }

  /// A control: independent uniform noise in 0…1 with the outline of this sticker, quantised to 8 bits.
  public func noise(using generator: inout some RandomNumberGenerator) -> Sticker {
    recoloured(Tensor(uniform: 0...1, shape: colours.shape, using: &generator)).quantised()
  }
}

// MARK: - Eight bits

extension Sticker {
  /// The sticker as an 8-bit picture holds it: every value rounded to the nearest n/255.
  ///
  /// A sticker is judged in this form, as it is read back from its PNG.
  public func quantised() -> Sticker {
    Sticker(
      checkedColours: colours.map { Float(Sticker.byte($0)) / 255 },
      alpha: alpha.map { Float(Sticker.byte($0)) / 255 })
  }

  /// Red, green, blue, alpha for each pixel, row by row: `4 · side · side` bytes.
  public var rgbaBytes: [UInt8] {
    let plane = side * side
    return colours.withUnsafeBuffer { colours in
      alpha.withUnsafeBuffer { alpha in
        [UInt8](unsafeUninitializedCapacity: 4 * plane) { bytes, count in
          for pixel in 0..<plane {
            for channel in 0..<3 {
              bytes[4 * pixel + channel] = Sticker.byte(colours[channel * plane + pixel])
            }
            bytes[4 * pixel + 3] = Sticker.byte(alpha[pixel])
          }
          count = 4 * plane
        }
      }
    }
  }

  /// A sticker from red, green, blue, alpha bytes, row by row.
  ///
  /// - Throws: `AdversaryError.stickerShape` unless there are `4 · side · side` bytes and the side is at
  ///   least 1.
  public init(rgbaBytes bytes: [UInt8], side: Int) throws {
    guard side > 0, bytes.count == 4 * side * side else {
      throw AdversaryError.stickerShape(
        colours: "\(bytes.count) RGBA bytes", alpha: "side \(side)")
    }
    let plane = side * side
    let colours = Tensor(uninitialized: [3, side, side]) { values in
      for pixel in 0..<plane {
        for channel in 0..<3 { values[channel * plane + pixel] = Float(bytes[4 * pixel + channel]) / 255 }
      }
    }
    let alpha = Tensor(uninitialized: [side, side]) { values in
      for pixel in 0..<plane { values[pixel] = Float(bytes[4 * pixel + 3]) / 255 }
    }
    self.init(checkedColours: colours, alpha: alpha)
  }

  private static func byte(_ value: Float) -> UInt8 {
    UInt8((min(max(value, 0), 1) * 255).rounded())
  }
}
