import Testing

@testable import Checkpoints

@Suite struct SafeTensorsTests {
  private static let good = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#

  private func file(_ header: String, data: Int = 8, declared: UInt64? = nil) -> [UInt8] {
    littleEndian(declared ?? UInt64(header.utf8.count)) + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private func error(_ header: String, data: Int = 8, declared: UInt64? = nil) -> CheckpointError? {
    thrown { _ = try Checkpoint.read(bytes: file(header, data: data, declared: declared)) }
  }

  @Test func readsAHeaderWithSpacesAroundItsTokens() throws {
    #expect(error(Self.good + "   ") == nil)
    let spaced = "{ \"a\" :\n{\t\"data_offsets\": [ 0 , 8 ], \"shape\":[ 2 ],\"dtype\":\"F32\" } }"
    #expect(error(spaced) == nil)
    let escaped = #"{"\u0061\ud83d\udc1f\n":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    #expect(try Checkpoint.read(bytes: file(escaped)).tensors.keys.sorted() == ["a🐟\n"])
  }

  @Test func rejectsHeaderLargerThanFile() {
    #expect(
      error(Self.good, declared: 1000)
        == .headerLength(path: "made.pth", length: 1000, limit: Self.good.utf8.count + 8))
    #expect(error(Self.good, declared: 100_000_001) != nil)
    #expect(error(Self.good, declared: .max) != nil)
  }

  @Test(arguments: [
    "{", "{}x", "[]", "{\"a\":1}", "{\"a\":{}}", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "{\"a\"}",
    "{,}", "{\"a\":null}", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}"#,
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#,
    #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#,
    #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
    #"{"a\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
    #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":"text"}"#, #"{"__metadata__":{"a":{"b":"c"}}}"#,
  ])
  func refusesHeadersThatAreNotTheFormats(_ header: String) {
    if header.hasPrefix("[") {
      guard case .unrecognised? = error(header) else {
        Issue.record("expected \(header) to be unrecognised")
        return
      }
    } else {
      guard case .headerSyntax? = error(header) else {
        Issue.record("expected \(header) to be refused")
        return
      }
    }
  }

  @Test func deepNestingIsRefusedWithoutRecursion() {
    let deep = String(repeating: "{\"a\":", count: 100_000)
    guard case .headerSyntax? = error(deep) else {
      Issue.record("expected nesting to be refused")
      return
    }
  }

  @Test func refusesDuplicateKeysAtEveryLevel() {
    let entry = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
    #expect(error("{\(entry),\(entry)}") == .headerDuplicateKey(path: "made.pth", key: "a"))
    #expect(
      error(#"{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}"#)
        == .headerDuplicateKey(path: "made.pth", key: "dtype"))
    #expect(
      error(#"{"__metadata__":{"k":"1","\u006b":"2"},\#(entry)}"#)
        == .headerDuplicateKey(path: "made.pth", key: "k"))
  }

  @Test func refusesHolesOverlapsAndTrailingBytes() {
    func two(_ first: String, _ second: String) -> String {
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[\#(first)]},"#
        + #""b":{"dtype":"U8","shape":[4],"data_offsets":[\#(second)]}}"#
    }
    #expect(error(two("0,4", "4,8")) == nil)
    #expect(error(two("4,8", "0,4")) == nil)
    #expect(
      error(two("0,4", "5,9"), data: 9)
        == .dataOffsets(path: "made.pth", tensor: "b", expected: 4, found: 5))
    #expect(
      error(two("0,4", "3,7")) == .dataOffsets(path: "made.pth", tensor: "b", expected: 4, found: 3))
    #expect(
      error(two("1,5", "5,9"), data: 9)
        == .dataOffsets(path: "made.pth", tensor: "a", expected: 0, found: 1))
    guard case .trailingBytes(_, _, count: 1)? = error(two("0,4", "4,8"), data: 9) else {
      Issue.record("expected trailing bytes to be refused")
      return
    }
    guard case .truncated? = error(two("0,4", "4,8"), data: 7) else {
      Issue.record("expected missing bytes to be refused")
      return
    }
  }

  @Test func checksShapeTimesTypeForOverflow() {
    for shape in [
      "4611686018427387904,4", "9223372036854775807,9223372036854775807,0", "4294967296,4294967296",
    ] {
      let header = #"{"a":{"dtype":"F32","shape":[\#(shape)],"data_offsets":[0,8]}}"#
      guard case .impossibleShape? = error(header) else {
        Issue.record("expected \(shape) to be refused")
        continue
      }
    }
    let wide = #"{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,8]}}"#
    guard case .dataLength? = error(wide) else {
      Issue.record("expected the length in bytes to be refused")
      return
    }
    #expect(
      error(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#)
        == .dataLength(path: "made.pth", tensor: "a", expected: 12, found: 8))
  }

  @Test func unknownElementTypesAreNamed() {
    #expect(
      error(#"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#)
        == .unsupportedType(path: "made.pth", tensor: "a", type: "F8_E4M3"))
  }

  @Test func aFileWithoutTensorsIsRefused() throws {
    guard case .noTensors? = error("{}", data: 0) else {
      Issue.record("expected the empty file to be refused")
      return
    }
    #expect(try Checkpoint.inspect(bytes: file("{}", data: 0)).tensors.isEmpty)
  }
}
