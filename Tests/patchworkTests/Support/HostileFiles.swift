import Foundation

/// Checkpoints put together by hand that would run a command in a careless reader.
enum HostileFiles {
  /// A state dict whose pickle calls `module.name(argument)`, as a legacy stream.
  static func legacyStream(calling module: String, _ name: String, with argument: String) -> Data {
    let signature: [UInt8] = [
      0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
    ]
    let version: [UInt8] = [0x80, 2, UInt8(ascii: "M"), 0xe9, 0x03, UInt8(ascii: ".")]
    let system: [UInt8] =
      [0x80, 2, UInt8(ascii: "}")] + text("little_endian")
      + Array("\u{88}s.".unicodeScalars.map { UInt8($0.value) })
    let keys: [UInt8] = [0x80, 2] + Array("].".utf8)
    return Data(signature + version + system + pickle(calling: module, name, with: argument) + keys)
  }

  /// The same in an archive.
  static func archive(calling module: String, _ name: String, with argument: String) -> Data {
    let content = pickle(calling: module, name, with: argument)
    let path = Array("archive/data.pkl".utf8)
    // Version, flags, method, time and date, checksum (0: not given), sizes, name's length, extra's length.
    var common = number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0)) + number(UInt32(0))
    common += number(UInt32(content.count)) + number(UInt32(content.count)) + number(UInt16(path.count))
    common += number(UInt16(0))
    let local = [0x50, 0x4B, 3, 4] + number(UInt16(20)) + common + path + content
    let central =
      [0x50, 0x4B, 1, 2] + number(UInt16(20)) + number(UInt16(20)) + common
      + [UInt8](repeating: 0, count: 14) + path
    let end =
      [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + number(UInt16(1)) + number(UInt16(1)) + number(UInt32(central.count))
      + number(UInt32(local.count)) + number(UInt16(0))
    return Data(local + central + end)
  }

  private static func pickle(calling module: String, _ name: String, with argument: String) -> [UInt8] {
    [0x80, 2, UInt8(ascii: "}")] + text("weight") + Array("c\(module)\n\(name)\n".utf8) + text(argument)
      + [0x85, UInt8(ascii: "R"), UInt8(ascii: "s"), UInt8(ascii: ".")]
  }

  private static func text(_ value: String) -> [UInt8] {
    [UInt8(ascii: "X")] + number(UInt32(value.utf8.count)) + Array(value.utf8)
  }

  private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
