/// Placing PyTorch's strided views into a file.
enum TorchLayout {
  /// Where a tensor's elements are.
  ///
  /// - Parameter bytes: where all of the tensor's storage is in the file, window or not.
  /// - Throws: `CheckpointError` when the view is not wholly inside its storage.
  static func layout(
    of tensor: TorchTensor, named name: String, bytes: Range<Int>, in file: CheckpointFile
  ) throws -> TensorLayout {
    let storage = tensor.storage
    guard let type = storage.type else {
      throw CheckpointError.unsupportedType(path: file.path, tensor: name, type: storage.typeName)
    }
    try checkSize(of: storage, type: type, bytes: bytes, in: file)
    guard tensor.sizes.count <= TensorLayout.largestRank, TensorLayout.count(of: tensor.sizes) != nil else {
      throw CheckpointError.impossibleShape(path: file.path, tensor: name, shape: tensor.sizes)
    }
    guard
      let reach = TensorLayout.reach(offset: tensor.offset, sizes: tensor.sizes, strides: tensor.strides)
    else {
      throw CheckpointError.tensorOutOfBounds(
        path: file.path, tensor: name, reach: "offset \(tensor.offset), strides \(tensor.strides)",
        stored: storage.window.count)
    }
    guard reach <= storage.window.count else {
      throw CheckpointError.tensorOutOfBounds(
        path: file.path, tensor: name, reach: "elements up to \(reach)", stored: storage.window.count)
    }
    let start = bytes.lowerBound + storage.window.lowerBound * type.byteCount
    return TensorLayout(
      type: type, bytes: start..<start + storage.window.count * type.byteCount, offset: tensor.offset,
      sizes: tensor.sizes, strides: tensor.strides)
  }

  /// Checks that a storage's bytes are exactly as many as its declared elements take.
  private static func checkSize(
    of storage: TorchStorage, type: ScalarType, bytes: Range<Int>, in file: CheckpointFile
  ) throws {
    let (needed, overflow) = storage.count.multipliedReportingOverflow(by: type.byteCount)
    guard !overflow, needed == bytes.count else {
      throw CheckpointError.storageMismatch(
        path: file.path, key: storage.key,
        expected: "\(storage.count) elements of \(type.byteCount) bytes", found: "\(bytes.count) bytes")
    }
  }
}
