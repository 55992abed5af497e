import Files
import Foundation
import Tensors

extension SafeTensors {
  /// How numbers are stored in a file.
  public enum Storage: String, Sendable, CaseIterable {
    case fp32
    case fp16
    case bf16

    /// The element type in the file.
    public var type: ScalarType {
      switch self {
      case .fp32: .float32
      case .fp16: .float16
      case .bf16: .bfloat16
      }
    }
  }

  /// The tensors as a reader will find them when they are stored so.
  public static func rounded(_ tensors: [String: Tensor], to storage: Storage) -> [String: Tensor] {
    switch storage {
    case .fp32: tensors
    case .fp16:
      tensors.mapValues { $0.map { HalfPrecision.float(binary16: HalfPrecision.binary16($0)) } }
    case .bf16:
      tensors.mapValues { $0.map { HalfPrecision.float(bfloat16: HalfPrecision.bfloat16($0)) } }
    }
  }

  /// Writes tensors by name. The same tensors and metadata give the same bytes: names and keys are sorted
  /// and the header is padded with spaces to a multiple of 8.
  ///
  /// - Parameters:
  ///   - metadata: strings about the whole file.
  ///   - storage: fp32, or a 16-bit format that numbers are rounded to, ties to even.
  /// - Throws: `CheckpointError.reservedName`, `CheckpointError.tooLargeForStorage` for a finite number the
  ///   storage cannot hold, `FileError.unwritable`; the file at `path` is then as it was before.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], storage: Storage = .fp32,
    to path: String
  ) throws {
    try AtomicFile.write(try encode(tensors, metadata: metadata, storage: storage, path: path), to: path)
  }

  /// The bytes of a file; `path` is for messages.
  static func encode(
    _ tensors: [String: Tensor], metadata: [String: String], storage: Storage, path: String
  ) throws -> Data {
    guard tensors[metadataKey] == nil else {
      throw CheckpointError.reservedName(path: path, name: metadataKey)
    }
    let sorted = tensors.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let header = header(of: sorted, metadata: metadata, storage: storage)
    let dataCount = sorted.reduce(0) { $0 + $1.value.count } * storage.type.byteCount
    var data = Data(capacity: 8 + header.count + dataCount)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: header)
    for (name, tensor) in sorted {
      try append(tensor, named: name, as: storage, to: &data, path: path)
    }
    return data
  }

  private static func header(
    of tensors: [(key: String, value: Tensor)], metadata: [String: String], storage: Storage
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\(quoted(metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var position = 0
    for (name, tensor) in tensors {
      let end = position + tensor.count * storage.type.byteCount
      let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(storage.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(position),\(end)]}")
      position = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    return header
  }

  private static func append(
    _ tensor: Tensor, named name: String, as storage: Storage, to data: inout Data, path: String
  ) throws {
    try tensor.withUnsafeBuffer { elements in
      switch storage {
      case .fp32:
        #if _endian(little)
          data.append(contentsOf: UnsafeRawBufferPointer(elements))
        #else
          for element in elements {
            withUnsafeBytes(of: element.bitPattern.littleEndian) { data.append(contentsOf: $0) }
          }
        #endif
      case .fp16, .bf16:
        var bits = [UInt16](repeating: 0, count: elements.count)
        for (index, element) in elements.enumerated() {
          let half = storage == .fp16 ? HalfPrecision.binary16(element) : HalfPrecision.bfloat16(element)
          let infinity: UInt16 = storage == .fp16 ? 0x7C00 : 0x7F80
          guard half & 0x7FFF != infinity || element.isInfinite else {
            throw CheckpointError.tooLargeForStorage(
              path: path, tensor: name, value: element, storage: storage.rawValue)
          }
          bits[index] = half.littleEndian
        }
        bits.withUnsafeBytes { data.append(contentsOf: $0) }
      }
    }
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
