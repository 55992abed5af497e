import Foundation
import Imaging

/// One receptive field of a picture, and how strongly it argues for a class (Brendel & Bethge 2019, 1904.00760).
public struct EvidencePatch: Hashable, Sendable {
  /// How far apart the pixels of two patches that look the same are at most: the root of the mean squared difference,
  /// in levels of 255.
  public static let lookAlikeDistance = 8

  /// The class that it argues for, among the network's.
  public let classIndex: Int
  /// The picture's name in its corpus.
  public let image: String
  /// The picture's true class, and the network's answer to the whole picture.
  public let label: Int
  public let predicted: Int
  /// The patch's first row and column in the prepared picture, in pixels.
  public let top: Int
  public let left: Int
  /// The cell's logit for the class.
  public let logit: Float
  /// Rows and columns.
  public let side: Int
  /// `side` × `side` × 3 values in 0…255, RGB interleaved, rows from top to bottom.
  public let pixels: [UInt8]

  /// Traps when the pixels are not `side` × `side` × 3.
  public init(
    classIndex: Int, image: String, label: Int, predicted: Int, top: Int, left: Int, logit: Float, side: Int,
    pixels: [UInt8]
  ) {
    precondition(side > 0 && pixels.count == 3 * side * side, "\(pixels.count) values do not fill \(side)²")
    self.classIndex = classIndex
    self.image = image
    self.label = label
    self.predicted = predicted
    self.top = top
    self.left = left
    self.logit = logit
    self.side = side
    self.pixels = pixels
  }

  /// Whether the patch comes from a picture of another class than it argues for.
  public var isDistractor: Bool { label != classIndex }

  public var picture: Picture { Picture(width: side, height: side, bytes: pixels) }

  /// The patch as PNG or as JPEG at quality 92, whichever takes fewer bytes.
  ///
  /// - Throws: `ImagingError.notEncodable`.
  public func encoded() throws -> Data {
    let (png, jpeg) = (try picture.pngData(), try picture.jpegData(quality: 92))
    return jpeg.count < png.count ? jpeg : png
  }

  /// Greater logits first; among equals the earlier name.
  func isStronger(than other: EvidencePatch) -> Bool {
    isStronger(logit: other.logit, image: other.image)
  }

  func isStronger(logit otherLogit: Float, image otherImage: String) -> Bool {
    logit == otherLogit ? image < otherImage : logit > otherLogit
  }

  /// Whether the pixels differ by no more than `lookAlikeDistance`.
  func looksLike(_ other: EvidencePatch) -> Bool {
    guard pixels.count == other.pixels.count else { return false }
    let most = EvidencePatch.lookAlikeDistance * EvidencePatch.lookAlikeDistance * pixels.count
    return pixels.withUnsafeBufferPointer { own in
      other.pixels.withUnsafeBufferPointer { other in
        var sum = 0
        for place in own.indices {
          let difference = Int(own[place]) - Int(other[place])
          sum += difference * difference
        }
        return sum <= most
      }
    }
  }
}
