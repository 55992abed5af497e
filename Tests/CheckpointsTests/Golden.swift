import Foundation
import Tensors

@testable import Checkpoints

/// The golden files and the values PyTorch reads from them.
enum Golden {
  struct Expectation: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
      let dtype: ScalarType
      let shape: [Int]
      let values: [Float]
    }
    let format: Checkpoint.Format
    let metadata: [String: String]
    let tensors: [String: Entry]
  }

  struct Rounding: Decodable {
    let source: [String]
    let fp16: [UInt16]
    let bf16: [UInt16]
  }

  private struct All: Decodable {
    var files: [String: Expectation] = [:]
    let rounding: Rounding

    init(from decoder: any Decoder) throws {
      struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
      }
      let container = try decoder.container(keyedBy: Key.self)
      rounding = try container.decode(Rounding.self, forKey: Key(stringValue: "rounding"))
      for key in container.allKeys where key.stringValue != "rounding" {
        files[key.stringValue] = try container.decode(Expectation.self, forKey: key)
      }
    }
  }

  static let testsFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let folder = testsFolder.appendingPathComponent("Golden")
  static let reference =
    testsFolder
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/reference")

  /// The files with tensors to compare.
  static let readable = [
    "module-legacy.pth", "module-zip.pth", "parameters-legacy.pth", "parameters-zip.pth",
    "training-legacy.pth", "training-zip.pth", "types-legacy.pth", "types-zip.pth", "types.safetensors",
    "unchecked-zip.pth", "views-legacy.pth", "views-zip.pth",
  ]
  /// The files that are refused.
  static let refused = [
    "epoch-zip.pth", "os-system-legacy.pth", "os-system-zip.pth", "protocol4-zip.pth", "script-zip.pth",
    "single-zip.pth", "whole-legacy.pth", "whole-zip.pth",
  ]

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  static func expectation(_ name: String) throws -> Expectation {
    guard let expectation = try all().files[name] else { throw CocoaError(.fileNoSuchFile) }
    return expectation
  }

  static func rounding() throws -> Rounding { try all().rounding }

  private static func all() throws -> All {
    // Infinities are compared by their bits elsewhere; JSON here is plain.
    try JSONDecoder().decode(All.self, from: Data(contentsOf: folder.appendingPathComponent("EXPECTED.json")))
  }
}

extension Checkpoint {
  /// Reads bytes made in a test.
  static func read(bytes: [UInt8]) throws -> Checkpoint {
    try read(CheckpointFile(path: "made.pth", bytes: Data(bytes)))
  }

  /// Inspects bytes made in a test.
  static func inspect(bytes: [UInt8]) throws -> CheckpointInspection {
    try inspect(CheckpointFile(path: "made.pth", bytes: Data(bytes)))
  }
}

/// The error that `body` throws; nil when it throws none.
func thrown(_ body: () throws -> Void) -> CheckpointError? {
  do {
    try body()
    return nil
  } catch {
    return error as? CheckpointError
  }
}

/// A folder of its own for files a test writes, removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
