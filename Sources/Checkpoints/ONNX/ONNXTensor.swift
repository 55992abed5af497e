import Tensors

/// A constant tensor of an ONNX file, checked against the bytes stored for it and not yet converted.
public struct ONNXTensor: Sendable {
  /// Where the elements are.
  enum Elements: Sendable {
    /// Little-endian bytes, in the model's file or in one beside it.
    case raw(CheckpointFile, Range<Int>)
    /// Fields of the tensor's own message, which is walked again when the elements are wanted.
    case fields(CheckpointFile, Range<Int>)
  }

  public let name: String
  public let type: ScalarType
  /// None negative; the product does not overflow.
  public let shape: [Int]
  let elements: Elements

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The elements as fp32.
  public func tensor() throws -> Tensor {
    switch elements {
    case .raw(let file, let range):
      let layout = TensorLayout(
        type: type, bytes: range, offset: 0, sizes: shape, strides: TensorLayout.contiguousStrides(of: shape))
      return layout.tensor(from: file)
    case .fields:
      var values: [Float] = []
      values.reserveCapacity(count)
      try forEachField { values.append($0.float(as: type)) }
      return Tensor(values, shape: Shape(shape))
    }
  }

  /// The elements of an int64, int32 or other whole-number tensor; nil for floats.
  public func integers() throws -> [Int]? {
    switch type {
    case .float16, .float32, .float64, .bfloat16: return nil
    case .int64:
      guard case .raw(let file, let range) = elements else { break }
      return file.withBytes(of: range) { bytes in
        (0..<count).map {
          Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)))
        }
      }
    case .int32:
      guard case .raw(let file, let range) = elements else { break }
      return file.withBytes(of: range) { bytes in
        (0..<count).map {
          Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)))
        }
      }
    default: return try tensor().elements.map { Int($0) }
    }
    var values: [Int] = []
    values.reserveCapacity(count)
    try forEachField { values.append($0.integer) }
    return values
  }

  /// One element of a typed field.
  enum Element {
    case integer(Int)
    case float(Float)
    case double(Double)

    var integer: Int {
      switch self {
      case .integer(let value): value
      case .float, .double: 0
      }
    }

    func float(as type: ScalarType) -> Float {
      switch self {
      case .float(let value): value
      case .double(let value): Float(value)
      // 16-bit floats stand in whole numbers by their bits.
      case .integer(let value) where type == .float16:
        HalfPrecision.float(binary16: UInt16(truncatingIfNeeded: value))
      case .integer(let value) where type == .bfloat16:
        HalfPrecision.float(bfloat16: UInt16(truncatingIfNeeded: value))
      case .integer(let value) where type == .bool: value == 0 ? 0 : 1
      case .integer(let value): Float(value)
      }
    }
  }

  private func forEachField(_ body: (Element) -> Void) throws {
    guard case .fields(let file, let range) = elements else { return }
    try ONNXTensorReader.forEachElement(of: type, file, range, name: name, body)
  }
}
