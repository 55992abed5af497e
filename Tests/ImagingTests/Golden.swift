import Foundation
import Testing

@testable import Imaging

/// What Pillow made of the pictures in `Golden`, read from the JSON beside them.
struct Golden: Decodable {
  struct Pixels: Decodable {
    let width: Int
    let height: Int
    let bytes: Data

    func picture(_ channels: Picture.Channels = .rgb) -> Picture {
      Picture(width: width, height: height, channels: channels, bytes: [UInt8](bytes))
    }
  }

  struct Decoded: Decodable {
    let width: Int
    let height: Int
    let bytes: Data
    let upright: Pixels
    let rgba: Pixels?

    var picture: Picture { Pixels(width: width, height: height, bytes: bytes).picture() }
  }

  struct Resized: Decodable {
    let interpolation: Interpolation
    let width: Int
    let height: Int
    let bytes: Data

    var picture: Picture { Pixels(width: width, height: height, bytes: bytes).picture() }
  }

  struct Framed: Decodable {
    let side: Int?
    let crop: Int?
    let interpolation: Interpolation
    let width: Int
    let height: Int
    let bytes: Data

    var picture: Picture { Pixels(width: width, height: height, bytes: bytes).picture() }
  }

  struct Photograph: Decodable {
    let image: String
    let decoded: String
    let framed: String
  }

  let decoded: [String: Decoded]
  let resized: [Resized]
  let framed: [Framed]
  let framedTall: [Framed]
  let framedTower: [Framed]
  let jpegQuality80: Data

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden").path
  static let photographsFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data/imagenette/val").standardized.path
  static let hasPhotographs = FileManager.default.fileExists(atPath: photographsFolder)

  static func load() throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: data("pictures.json"))
  }

  static func photographs() throws -> [Photograph] {
    try JSONDecoder().decode([Photograph].self, from: data("photographs.json"))
  }

  static func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  static func bytes(_ name: String) throws -> Data { try data("pictures/\(name)") }

  static func source() throws -> Picture {
    try Picture(contentsOf: "\(folder)/pictures/resize-source.png")
  }
}

extension Picture {
  /// Fowler, Noll & Vo's 64-bit hash, variant 1a, of the bytes.
  var checksum: String {
    let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
