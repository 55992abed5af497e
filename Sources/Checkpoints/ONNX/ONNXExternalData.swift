import Files
import Foundation

/// The files of numbers that an ONNX model may keep beside itself.
///
/// Only a plain name in the model's own folder is followed: a path that leaves it, an absolute one and a symbolic
/// link would let a downloaded model read any file of the machine.
struct ONNXExternalData {
  /// location, offset, length, checksum, and room for what later writers add.
  static let mostEntries = 16

  private let model: CheckpointFile
  private var opened: [String: CheckpointFile] = [:]

  init(beside model: CheckpointFile) { self.model = model }

  /// Where a tensor's bytes are.
  ///
  /// - Parameters:
  ///   - entries: what the model says about them.
  ///   - length: what shape and type need.
  /// - Throws: `CheckpointError.externalName`, `.externalLink`, `.externalRange`, `FileError.missing`.
  mutating func bytes(
    _ entries: [(key: String, value: String)], of tensor: String, length: Int
  ) throws -> (CheckpointFile, Range<Int>) {
    func number(_ key: String) throws -> Int? {
      guard let text = entries.last(where: { $0.key == key })?.value else { return nil }
      guard let value = Int(text), value >= 0 else {
        throw CheckpointError.externalRange(
          path: model.path, tensor: tensor, found: "\(key) “\(text)”", size: nil)
      }
      return value
    }
    let name = entries.last { $0.key == "location" }?.value ?? ""
    let offset = try number("offset") ?? 0
    let declared = try number("length") ?? length
    guard declared == length else {
      throw CheckpointError.dataLength(path: model.path, tensor: tensor, expected: length, found: declared)
    }
    let data = try file(named: name, for: tensor)
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= data.count else {
      throw CheckpointError.externalRange(
        path: model.path, tensor: tensor, found: "\(length) bytes from byte \(offset)", size: data.count)
    }
    return (data, offset..<end)
  }

  private mutating func file(named name: String, for tensor: String) throws -> CheckpointFile {
    if let file = opened[name] { return file }
    guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\\"),
      !name.unicodeScalars.contains(where: { $0.value < 32 })
    else { throw CheckpointError.externalName(path: model.path, tensor: tensor, name: name) }
    guard opened.count < Self.mostEntries else {
      throw CheckpointError.onnxLimit(
        path: model.path, what: "files of external data", limit: Self.mostEntries)
    }
    let folder = (model.path as NSString).deletingLastPathComponent
    let path = (folder as NSString).appendingPathComponent(name)
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let kind = attributes?[.type] as? FileAttributeType
    if kind == .typeSymbolicLink {
      throw CheckpointError.externalLink(path: model.path, tensor: tensor, name: name)
    }
    if let kind, kind != .typeRegular {
      throw FileError.wrongKind(path: path, expected: "a file", found: "something else")
    }
    let file = try CheckpointFile(reading: path)
    opened[name] = file
    return file
  }
}
