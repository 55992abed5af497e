import Distortions
import Foundation
import Imaging
import Tensors

/// Random changes to training pictures that leave their class as it is.
public struct Augmentation: Sendable, Hashable {
  /// Which part of a picture the network sees.
  public enum Crop: Sendable, Hashable {
    /// The centred square.
    case center
    /// A square at a random place, after a black border of `padding` pixels on every side.
    case random(padding: Int)
    /// A rectangle whose share of the area and ratio of width to height are drawn from the ranges, resized to the
    /// square (Szegedy et al. 2014, 1409.4842; torchvision's `RandomResizedCrop`).
    case resized(scale: ClosedRange<Double>, ratio: ClosedRange<Double>)
  }

  /// The side of the square that comes out, in pixels.
  public var side: Int
  public var crop: Crop
  /// How often left and right change places, in 0…1.
  public var flip: Double
  /// How often texture and hues are replaced while coarse shapes stay, in 0…1; after the crop and before the jitter.
  public var stylise: Double
  public var jitter: ColourJitter
  /// How a cut-out rectangle is resized.
  public var interpolation: Interpolation

  public init(
    side: Int, crop: Crop = .random(padding: 0), flip: Double = 0, stylise: Double = 0,
    jitter: ColourJitter = ColourJitter(), interpolation: Interpolation = .bilinear
  ) {
    self.side = side
    self.crop = crop
    self.flip = flip
    self.stylise = stylise
    self.jitter = jitter
    self.interpolation = interpolation
  }

  /// Writes the changed picture `[3, side, side]` in 0…1.
  ///
  /// - Parameters:
  ///   - target: of that many elements, every one of which is set.
  ///   - generator: of this picture alone; how many numbers are drawn depends on the settings and the picture.
  /// - Throws: `ImagingError.impossibleSize`.
  public func write(
    _ picture: Picture, to target: UnsafeMutableBufferPointer<Float>,
    using generator: inout some RandomNumberGenerator
  ) throws {
    precondition(target.count == 3 * side * side, "\(target.count) elements for a side of \(side)")
    let picture = picture.withoutAlpha
    var (source, left, top) = (picture, 0, 0)
    switch crop {
    case .center:
      source = try picture.centerCropped(to: side)
    case .random(let padding):
      left = Augmentation.offset(of: side, in: picture.width, padding: padding, &generator)
      top = Augmentation.offset(of: side, in: picture.height, padding: padding, &generator)
    case .resized(let scale, let ratio):
      let part = Augmentation.part(
        of: (picture.width, picture.height), scale: scale, ratio: ratio, &generator)
      source = try picture.cropped(columns: part.columns, rows: part.rows)
        .resized(width: side, height: side, by: interpolation)
    }
    let isFlipped = flip > 0 && Double(generator.uniform()) < flip
    copy(source, left: left, top: top, isFlipped: isFlipped, to: target)
    if stylise > 0, Double(generator.uniform()) < stylise {
      var stylisation = Stylisation(side: side, using: &generator)
      stylisation.apply(to: target)
    }
    jitter.apply(to: target, using: &generator)
  }

  /// Where the square begins; below 0 it begins on the border. A picture smaller than the square, border included,
  /// is centred on black.
  private static func offset(
    of side: Int, in length: Int, padding: Int, _ generator: inout some RandomNumberGenerator
  ) -> Int {
    let room = length + 2 * padding - side
    return room < 0 ? (length - side) / 2 : generator.uniform(below: room + 1) - padding
  }

  /// A rectangle inside the picture; after ten that do not fit, the greatest centred one of a ratio in range.
  static func part(
    of size: (width: Int, height: Int), scale: ClosedRange<Double>, ratio: ClosedRange<Double>,
    _ generator: inout some RandomNumberGenerator
  ) -> (columns: Range<Int>, rows: Range<Int>) {
    func drawn(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double(generator.uniform())
    }
    let logarithms = log(ratio.lowerBound)...log(ratio.upperBound)
    for _ in 0..<10 {
      let area = Double(size.width * size.height) * drawn(scale)
      let shape = exp(drawn(logarithms))
      let width = Int((area * shape).squareRoot().rounded(.toNearestOrEven))
      let height = Int((area / shape).squareRoot().rounded(.toNearestOrEven))
      guard (1...size.width).contains(width), (1...size.height).contains(height) else { continue }
      let top = generator.uniform(below: size.height - height + 1)
      let left = generator.uniform(below: size.width - width + 1)
      return (left..<left + width, top..<top + height)
    }
    let own = Double(size.width) / Double(size.height)
    let (width, height): (Int, Int) =
      if own < ratio.lowerBound {
        (size.width, min(size.height, Int((Double(size.width) / ratio.lowerBound).rounded())))
      } else if own > ratio.upperBound {
        (min(size.width, Int((Double(size.height) * ratio.upperBound).rounded())), size.height)
      } else {
        size
      }
    let (left, top) = ((size.width - width) / 2, (size.height - height) / 2)
    return (left..<left + max(1, width), top..<top + max(1, height))
  }

  /// The square of `source` that begins at (`left`, `top`), black where there is no picture.
  private func copy(
    _ source: Picture, left: Int, top: Int, isFlipped: Bool, to target: UnsafeMutableBufferPointer<Float>
  ) {
    let plane = side * side
    let columns = max(0, -left)..<min(side, source.width - left)
    let rows = max(0, -top)..<min(side, source.height - top)
    if columns.count < side || rows.count < side { target.update(repeating: 0) }
    source.bytes.withUnsafeBufferPointer { bytes in
      for row in rows {
        var pixel = 3 * ((row + top) * source.width + columns.lowerBound + left)
        for column in columns {
          let place = row * side + (isFlipped ? side - 1 - column : column)
          target[place] = Picture.unit(bytes[pixel])
          target[plane + place] = Picture.unit(bytes[pixel + 1])
          target[2 * plane + place] = Picture.unit(bytes[pixel + 2])
          pixel += 3
        }
      }
    }
  }
}
