/// A dense fp32 array in row-major order, with value semantics: a copy is made only when one of two holders
/// writes.
///
/// Images are `[batch, 3, height, width]` in 0…1; logits `[batch, classes]`; logit maps
/// `[batch, classes, rows, columns]`.
public struct Tensor: Sendable {
  public let shape: Shape
  private var storage: Storage

  /// Elements in memory that is left unset until `body` fills it.
  ///
  /// - Parameter body: must set every element of the buffer.
  public init(
    uninitialized shape: Shape, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    self.shape = shape
    storage = Storage(count: shape.count)
    try body(storage.buffer)
  }

  /// A tensor with every element equal to `value`.
  public init(repeating value: Float, shape: Shape) {
    self.init(uninitialized: shape) { $0.initialize(repeating: value) }
  }

  /// A tensor of zeros.
  public init(zeros shape: Shape) { self.init(repeating: 0, shape: shape) }

  /// A tensor with the given elements in row-major order; traps when their number is not the shape's.
  public init(_ elements: [Float], shape: Shape) {
    precondition(elements.count == shape.count, "\(elements.count) elements do not fill \(shape)")
    self.init(uninitialized: shape) { buffer in
      _ = buffer.initialize(from: elements)
    }
  }

  private init(shape: Shape, storage: Storage) {
    self.shape = shape
    self.storage = storage
  }

  /// The object that lives as long as the elements do; lets a test see that a tensor was let go.
  var owner: AnyObject { storage }

  /// The number of elements.
  public var count: Int { storage.count }

  /// The elements, copied, in row-major order.
  public var elements: [Float] { withUnsafeBuffer { Array($0) } }

  /// Calls `body` with the elements, for reading.
  public func withUnsafeBuffer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(storage.buffer))
  }

  /// Calls `body` with the elements, for writing; copies them first when another tensor holds them too.
  public mutating func withUnsafeMutableBuffer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
    return try body(storage.buffer)
  }

  /// The same elements under another shape of the same count; nothing is copied.
  public func reshaped(to newShape: Shape) -> Tensor {
    precondition(newShape.count == shape.count, "cannot reshape \(shape) to \(newShape)")
    return Tensor(shape: newShape, storage: storage)
  }

  /// The element at a full set of indices.
  public subscript(indices: Int...) -> Float {
    get { storage.buffer[offset(of: indices)] }
    set {
      let offset = offset(of: indices)
      withUnsafeMutableBuffer { $0[offset] = newValue }
    }
  }

  private func offset(of indices: [Int]) -> Int {
    precondition(indices.count == shape.rank, "\(indices.count) indices for \(shape)")
    return zip(indices, shape.dimensions).reduce(0) { offset, step in
      precondition(step.0 >= 0 && step.0 < step.1, "index \(indices) outside \(shape)")
      return offset * step.1 + step.0
    }
  }

  /// A copy of the entries `range` along the first dimension.
  public func slice(_ range: Range<Int>) -> Tensor {
    precondition(shape.rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[0])
    let stride = shape.count / max(shape[0], 1)
    let newShape = Shape([range.count] + shape.dimensions.dropFirst())
    return Tensor(uninitialized: newShape) { destination in
      withUnsafeBuffer { source in
        _ = destination.initialize(
          from: source[range.lowerBound * stride..<range.upperBound * stride])
      }
    }
  }

  /// Tensors of one shape, stacked along a new first dimension.
  public init(stacking tensors: [Tensor]) {
    precondition(Set(tensors.map(\.shape)).count == 1, "only tensors of one shape can be stacked")
    let part = tensors[0].count
    self.init(uninitialized: Shape([tensors.count] + tensors[0].shape.dimensions)) { destination in
      for (index, tensor) in tensors.enumerated() {
        tensor.withUnsafeBuffer { source in
          _ = UnsafeMutableBufferPointer(rebasing: destination[index * part..<(index + 1) * part])
            .initialize(from: source)
        }
      }
    }
  }

  /// The elements changed one by one.
  public func map(_ transform: (Float) -> Float) -> Tensor {
    withUnsafeBuffer { source in
      Tensor(uninitialized: shape) { destination in
        for index in source.indices { destination[index] = transform(source[index]) }
      }
    }
  }
}

extension Tensor: Equatable {
  /// Same shape and equal elements.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape
      && left.withUnsafeBuffer { a in right.withUnsafeBuffer { b in a.elementsEqual(b) } }
  }
}

/// The memory behind tensors: 64-byte aligned, so that vector loads never straddle cache lines, with room for
/// one vector more behind the last element, so that kernels may read a whole vector there.
///
/// `@unchecked Sendable`: `Tensor` writes only to storage it alone refers to.
private final class Storage: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Float>
  var count: Int { buffer.count }

  init(count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: (count + 16) * MemoryLayout<Float>.stride, alignment: 64)
    buffer = UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Float.self, capacity: count), count: count)
  }

  deinit { UnsafeMutableRawPointer(buffer.baseAddress)?.deallocate() }

  func copy() -> Storage {
    let other = Storage(count: count)
    _ = other.buffer.initialize(from: buffer)
    return other
  }
}
