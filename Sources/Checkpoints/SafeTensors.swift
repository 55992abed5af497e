/// The safetensors format: a length, a JSON header, and the tensors' bytes one after the other.
public enum SafeTensors {
  /// The header's key for strings about the whole file.
  static let metadataKey = "__metadata__"
  /// The longest header the format allows, in bytes.
  static let longestHeader = 100_000_000

  /// Whether the bytes begin as a safetensors file does.
  static func isLikely(_ file: CheckpointFile) -> Bool {
    guard file.count >= 9 else { return false }
    return file.withBytes(of: 0..<9) { bytes in
      bytes[8] == UInt8(ascii: "{") && bytes.loadUnaligned(as: UInt64.self).littleEndian < 1 << 40
    }
  }

  /// Finds the tensors: offsets contiguous from 0 to the end of the file, each as long as its shape and
  /// type say.
  static func contents(of file: CheckpointFile) throws -> CheckpointContents {
    var cursor = ByteCursor(file, part: "the header")
    let declared = try cursor.number(UInt64.self)
    let limit = min(cursor.remaining, longestHeader)
    guard declared <= UInt64(limit) else {
      throw CheckpointError.headerLength(path: file.path, length: declared, limit: limit)
    }
    let header = try HeaderParser(file, range: try cursor.skip(Int(declared)))
    let data = cursor.offset..<file.count
    var position = 0
    var layouts: [(name: String, layout: TensorLayout)] = []
    for entry in header.entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == position else {
        throw CheckpointError.dataOffsets(
          path: file.path, tensor: entry.name, expected: position, found: entry.begin)
      }
      guard entry.end <= data.count else {
        throw CheckpointError.truncated(
          path: file.path, part: "tensor \(entry.name)", offset: data.lowerBound + position,
          needed: entry.end - entry.begin, available: data.count - position)
      }
      layouts.append((entry.name, try layout(of: entry, dataStart: data.lowerBound, in: file)))
      position = entry.end
    }
    guard position == data.count else {
      throw CheckpointError.trailingBytes(
        path: file.path, offset: data.lowerBound + position, count: data.count - position)
    }
    return try CheckpointContents(layouts: layouts, metadata: header.metadata, of: file)
  }

  private static func layout(
    of entry: HeaderParser.Entry, dataStart: Int, in file: CheckpointFile
  ) throws -> TensorLayout {
    guard let type = ScalarType(rawValue: entry.type) else {
      throw CheckpointError.unsupportedType(path: file.path, tensor: entry.name, type: entry.type)
    }
    guard let count = TensorLayout.count(of: entry.shape) else {
      throw CheckpointError.impossibleShape(path: file.path, tensor: entry.name, shape: entry.shape)
    }
    let (length, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
    guard !overflow, length == entry.end - entry.begin else {
      throw CheckpointError.dataLength(
        path: file.path, tensor: entry.name, expected: overflow ? .max : length,
        found: entry.end - entry.begin)
    }
    return TensorLayout(
      type: type, bytes: dataStart + entry.begin..<dataStart + entry.end, offset: 0, sizes: entry.shape,
      strides: TensorLayout.contiguousStrides(of: entry.shape))
  }
}
