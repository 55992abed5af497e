import Layers
import Tensors

/// Operators that put a feature's elements into other dimensions, or take some of them.
extension ONNXImporter {
  // MARK: Dimensions

  mutating func flatten(_ step: ONNXStep) throws {
    let input = try feature(0, step)
    let axis = try step.dimension(step.integer("axis") ?? 1, of: input.shape.count + 1)
    guard axis == 1 else { throw step.fault(expected: "axis 1", found: "\(axis)") }
    set(try reshaped(input, to: [input.count], step), step)
  }

  mutating func reshape(_ step: ONNXStep) throws {
    if let operand = try operand(0, step), !operand.isFeature { return try reshapeIntegers(step) }
    let input = try feature(0, step)
    let target: [Integer]
    if let shape = try step.integers("shape") {
      target = shape.map { .known($0) }
    } else {
      target = try integers(1, step, allowingBatch: true)
    }
    set(try reshaped(input, to: imageSizes(target, of: input, step), step), step)
  }

  /// The dimensions of one image in a target that has the batch first: left open (0 or −1), as exported, or
  /// computed from a shape.
  private func imageSizes(_ target: [Integer], of input: Feature, _ step: ONNXStep) throws -> [Int] {
    let keepsZero = try step.flag("allowzero")
    func fault() -> ModelError {
      let sizes = target.prefix(8).map { if case .known(let size) = $0 { "\(size)" } else { "batch" } }
      return step.fault(
        expected: "the batch first and then \(input.count) elements an image",
        found: "[\(sizes.joined(separator: ", "))]")
    }
    var (sizes, hole) = ([Int](), nil as Int?)
    for (place, size) in target.enumerated().dropFirst() {
      guard case .known(var size) = size else { throw fault() }
      if size == 0, !keepsZero, place - 1 < input.shape.count { size = input.shape[place - 1] }
      if size == -1, hole == nil {
        hole = sizes.count
        size = 1
      }
      guard size > 0, sizes.count < 8 else { throw fault() }
      sizes.append(size)
    }
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { throw fault() }
      product = next
    }
    if let hole {
      guard input.count % product == 0 else { throw fault() }
      sizes[hole] = input.count / product
      product = input.count
    }
    let first = target.first
    let keepsBatch =
      first == .batch || first == .known(0) && !keepsZero || first == .known(-1) && hole == nil
      || exportedBatch.map { first == .known($0) } ?? false
    guard keepsBatch, product == input.count else { throw fault() }
    return sizes
  }

  private mutating func reshaped(_ input: Feature, to sizes: [Int], _ step: ONNXStep) throws -> Feature {
    if sizes == input.shape { return input }
    if sizes.count == 1 { return try append(Flatten(), [input], step) }
    return try append(Reshape(dimensions: sizes), [input], step)
  }

  mutating func squeeze(_ step: ONNXStep) throws {
    let axes = try step.integers("axes") ?? optionalIntegers(1, step)
    if case .integers(let values, _)? = try operand(0, step) {
      return set(.integers(values, shape: values.count == 1 ? [] : [values.count]), step)
    }
    if case .stored? = try operand(0, step) {
      let values = try integers(0, step, allowingBatch: true)
      return set(.integers(values, shape: values.count == 1 ? [] : [values.count]), step)
    }
    let input = try feature(0, step)
    guard let axes else { throw step.fault(expected: "axes, so that the batch stays", found: "none") }
    let dropped = Set(try axes.map { try step.dimension($0, of: input.shape.count + 1) })
    guard !dropped.contains(0), dropped.allSatisfy({ input.shape[$0 - 1] == 1 }) else {
      throw step.fault(expected: "axes of size 1 beside the batch", found: "\(axes)")
    }
    let kept = input.shape.indices.filter { !dropped.contains($0 + 1) }.map { input.shape[$0] }
    set(try reshaped(input, to: kept, step), step)
  }

  mutating func unsqueeze(_ step: ONNXStep) throws {
    let axes = try step.integers("axes") ?? integers(1, step)
    guard case .feature(let input)? = try operand(0, step) else {
      let values = try integers(0, step, allowingBatch: true)
      guard axes.count == 1, values.count == 1 || axes[0] >= 0 else {
        throw step.fault(expected: "one axis", found: "\(axes)")
      }
      return set(.integers(values, shape: [values.count]), step)
    }
    let rank = input.shape.count + 1 + axes.count
    guard rank <= 8 else { throw step.fault(expected: "at most 8 dimensions", found: "\(rank)") }
    let added = Set(try axes.map { try step.dimension($0, of: rank) })
    guard !added.contains(0), added.count == axes.count else {
      throw step.fault(expected: "different axes after the batch", found: "\(axes)")
    }
    var rest = input.shape[...]
    let sizes = (1..<rank).map { added.contains($0) ? 1 : rest.removeFirst() }
    set(try reshaped(input, to: sizes, step), step)
  }

  mutating func transpose(_ step: ONNXStep) throws {
    if let operand = try operand(0, step), !operand.isFeature { return try transposeIntegers(operand, step) }
    let input = try feature(0, step)
    let rank = input.shape.count + 1
    let order = try step.integers("perm") ?? Array((0..<rank).reversed())
    guard order.count == rank, order.first == 0, order.sorted() == Array(0..<rank) else {
      throw step.fault(
        expected: "an order of \(rank) dimensions with the batch first", found: "\(order.prefix(8))")
    }
    if order == Array(0..<rank) { return set(input, step) }
    set(try append(Permutation(order: order.dropFirst().map { $0 - 1 }), [input], step), step)
  }

  // MARK: Parts

  mutating func concatenate(_ step: ONNXStep) throws {
    guard !step.node.inputs.isEmpty else { throw step.fault(expected: "operands", found: "none") }
    guard case .feature(let first)? = try operand(0, step) else {
      var all: [Integer] = []
      for index in step.node.inputs.indices {
        all += try integers(index, step, allowingBatch: true)
        guard all.count <= ONNXImporter.mostIntegers else {
          throw step.fault(expected: "a short list of sizes", found: "a long one")
        }
      }
      return set(.integers(all, shape: [all.count]), step)
    }
    let parts = try step.node.inputs.indices.map { try feature($0, step) }
    let axis = try step.dimension(step.integer("axis") ?? 1, of: first.shape.count + 1)
    guard axis == 1 else {
      throw step.fault(expected: "channels side by side (axis 1)", found: "axis \(axis)")
    }
    guard parts.allSatisfy({ $0.shape.dropFirst() == first.shape.dropFirst() }) else {
      throw step.fault(expected: "maps of one size", found: "\(parts.prefix(4).map(\.shape)) an image")
    }
    if parts.count == 1 { return set(first, step) }
    set(
      try onMaps(parts, step) { importer, maps in try importer.append(Concatenation(), maps, step) }, step)
  }

  mutating func split(_ step: ONNXStep) throws {
    let input = try feature(0, step)
    let axis = try step.dimension(step.integer("axis") ?? 0, of: input.shape.count + 1)
    guard axis > 0 else { throw step.fault(expected: "an axis after the batch", found: "0") }
    let size = input.shape[axis - 1]
    let count = step.node.outputs.count
    let even = (size + max(count, 1) - 1) / max(count, 1)
    let lengths =
      try step.integers("split") ?? optionalIntegers(1, step)
      ?? (0..<count).map { max(0, min(even, size - $0 * even)) }
    guard lengths.count == count, lengths.allSatisfy({ $0 > 0 && $0 <= size }), lengths.reduce(0, +) == size
    else { throw step.fault(expected: "\(count) parts of \(size) in all", found: "\(lengths.prefix(8))") }
    var start = 0
    for (index, length) in lengths.enumerated() {
      set(try sliced(input, axis, start..<start + length, step), step, output: index)
      start += length
    }
  }

  /// Starts, ends, axes and steps are attributes before version 10 of the operators, operands since.
  mutating func slice(_ step: ONNXStep) throws {
    let starts = try step.integers("starts") ?? integers(1, step)
    let ends = try step.integers("ends") ?? integers(2, step)
    let axes = try step.integers("axes") ?? optionalIntegers(3, step) ?? Array(starts.indices)
    let strides = try optionalIntegers(4, step) ?? [Int](repeating: 1, count: starts.count)
    guard starts.count == ends.count, starts.count == axes.count, starts.count == strides.count,
      !starts.isEmpty
    else { throw step.fault(expected: "a start and an end an axis", found: "others") }
    if let operand = try operand(0, step), !operand.isFeature {
      return try sliceIntegers(operand, starts: starts, ends: ends, axes: axes, steps: strides, step)
    }
    guard strides.allSatisfy({ $0 == 1 }) else {
      throw step.fault(expected: "steps of 1", found: "\(strides.prefix(8))")
    }
    func range(_ index: Int, of size: Int) -> Range<Int> {
      func place(_ value: Int) -> Int { min(max(value < 0 ? value + size : value, 0), size) }
      let start = place(starts[index])
      return start..<max(start, place(ends[index]))
    }
    var input = try feature(0, step)
    for index in axes.indices {
      let axis = try step.dimension(axes[index], of: input.shape.count + 1)
      if axis == 0 {
        guard starts[index] == 0, ends[index] >= Int(Int32.max) else {
          throw step.fault(expected: "all images", found: "some")
        }
        continue
      }
      input = try sliced(input, axis, range(index, of: input.shape[axis - 1]), step)
    }
    set(input, step)
  }

  /// One entry along a dimension.
  mutating func gather(_ step: ONNXStep) throws {
    guard let index = try operand(1, step) else { throw step.fault(expected: "an index", found: "none") }
    let indices = try integers(1, step)
    guard case .feature(let input)? = try operand(0, step) else {
      let values = try integers(0, step, allowingBatch: true)
      guard try operand(0, step)?.shape.count == 1 else {
        throw step.fault(expected: "a list of sizes", found: "rows of them")
      }
      let chosen = try indices.map { values[try step.dimension($0, of: values.count)] }
      return set(.integers(chosen, shape: index.isScalar ? [] : [chosen.count]), step)
    }
    let axis = try step.dimension(step.integer("axis") ?? 0, of: input.shape.count + 1)
    guard axis > 0, index.isScalar, indices.count == 1 else {
      throw step.fault(expected: "one index after the batch", found: "\(indices.count) at axis \(axis)")
    }
    let place = try step.dimension(indices[0], of: input.shape[axis - 1])
    let part = try sliced(input, axis, place..<place + 1, step)
    var sizes = part.shape
    sizes.remove(at: axis - 1)
    set(try reshaped(part, to: sizes, step), step)
  }

  private mutating func sliced(
    _ input: Feature, _ axis: Int, _ range: Range<Int>, _ step: ONNXStep
  ) throws -> Feature {
    guard range != 0..<input.shape[axis - 1] else { return input }
    guard !range.isEmpty else { throw step.fault(expected: "something of the value", found: "nothing") }
    return try append(Slice(dimension: axis, range: range), [input], step)
  }
}
