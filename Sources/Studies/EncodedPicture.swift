import Foundation
import Probes

/// An encoded picture, known by its bytes to be PNG or JPEG, and its size.
public struct EncodedPicture: Hashable, Sendable {
  public enum MediaType: String, Sendable {
    case png = "image/png"
    case jpeg = "image/jpeg"
  }

  /// The whole file.
  public let bytes: Data
  public let mediaType: MediaType
  /// Pixels.
  public let width: Int
  public let height: Int

  /// Takes an encoded picture; kind and size are read from its header, nothing is decoded.
  ///
  /// - Parameter name: what to call the picture in the error.
  /// - Throws: `StudyError.notAPicture`.
  public init(_ bytes: Data, name: String) throws {
    let header = [UInt8](bytes.prefix(1 << 20))
    if let size = EncodedPicture.sizeOfPNG(header) {
      mediaType = .png
      (width, height) = size
    } else if let size = EncodedPicture.sizeOfJPEG(header) {
      mediaType = .jpeg
      (width, height) = size
    } else {
      throw StudyError.notAPicture(name: name)
    }
    guard width > 0, height > 0 else { throw StudyError.notAPicture(name: name) }
    self.bytes = bytes
  }

  private static func sizeOfPNG(_ bytes: [UInt8]) -> (Int, Int)? {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard bytes.count >= 24, bytes.starts(with: signature), Array(bytes[12..<16]) == Array("IHDR".utf8)
    else { return nil }
    func word(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (word(16), word(20))
  }

  /// Walks the segments up to the frame header, which holds the size.
  private static func sizeOfJPEG(_ bytes: [UInt8]) -> (Int, Int)? {
    guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
    var at = 2
    while at + 9 <= bytes.count {
      guard bytes[at] == 0xFF else { return nil }
      let marker = bytes[at + 1]
      if marker == 0xFF {
        at += 1
        continue
      }
      let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
      // C4, C8 and CC lie among the frame headers and are none.
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        return (
          Int(bytes[at + 7]) << 8 | Int(bytes[at + 8]), Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])
        )
      }
      guard length >= 2 else { return nil }
      at += 2 + length
    }
    return nil
  }
}

/// A picture that a run made or shows.
public struct Artifact: Hashable, Sendable {
  public enum Role: String, Sendable, CaseIterable {
    /// The sticker itself.
    case sticker
    /// The control of random noise, and that of a photograph of the target.
    case noiseControl = "noise-control"
    case photoControl = "photo-control"
    /// The same picture without and with the sticker; a pair shares its name.
    case before
    case after
    /// The picture that a map of places is drawn over.
    case scene
  }

  public var role: Role
  /// A name unique within run and role; for `before` and `after` the image's path in the corpus.
  public var name: String
  /// What is seen, in a few words; for `before` and `after` the predicted class' name.
  public var caption: String
  public var picture: EncodedPicture

  public init(role: Role, name: String, caption: String, picture: EncodedPicture) {
    self.role = role
    self.name = name
    self.caption = caption
    self.picture = picture
  }
}

/// An evidence map with the picture it explains, as the network saw it: map and picture share pixels.
public struct PicturedEvidence: Hashable, Sendable {
  public var map: EvidenceMap
  public var picture: EncodedPicture

  public init(map: EvidenceMap, picture: EncodedPicture) {
    self.map = map
    self.picture = picture
  }
}
