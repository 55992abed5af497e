import Checkpoints

/// What is known before any picture is: shapes, and arithmetic with them.
extension ONNXImporter {
  /// The longest list of whole numbers that is followed.
  static let mostIntegers = 4096

  mutating func constant(_ step: ONNXStep) throws {
    if case .tensor(let tensor)? = step.node.attributes["value"] { return set(.stored(tensor), step) }
    if let value = try step.integer("value_int") {
      return set(.integers([.known(value)], shape: []), step)
    }
    if let values = try step.integers("value_ints") {
      return set(.integers(values.map { .known($0) }, shape: [values.count]), step)
    }
    throw step.fault(
      expected: "a tensor or whole numbers", found: step.node.attributes.keys.sorted().first ?? "none")
  }

  /// A list of one number again and again.
  mutating func constantOfShape(_ step: ONNXStep) throws {
    let sizes = try integers(0, step)
    let count = sizes.count == 1 ? sizes[0] : -1
    guard (0...Self.mostIntegers).contains(count), case .tensor(let value)? = step.node.attributes["value"],
      value.count == 1, let number = try value.integers()?.first
    else { throw step.fault(expected: "a short list of a whole number", found: "sizes \(sizes.prefix(8))") }
    set(.integers([Integer](repeating: .known(number), count: count), shape: [count]), step)
  }

  /// Whole numbers in rows, as exporters turn pads around.
  mutating func reshapeIntegers(_ step: ONNXStep) throws {
    let values = try integers(0, step, allowingBatch: true)
    var sizes = try step.integers("shape") ?? integers(1, step)
    let known = sizes.filter { $0 != -1 }
    let product = known.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    if known.count == sizes.count - 1, product > 0, values.count % product == 0 {
      sizes = sizes.map { $0 == -1 ? values.count / product : $0 }
    }
    guard sizes.count <= 2, sizes.allSatisfy({ (0...values.count).contains($0) }),
      sizes.reduce(1, *) == values.count
    else { throw step.fault(expected: "\(values.count) numbers in rows", found: "\(sizes.prefix(8))") }
    set(.integers(values, shape: sizes), step)
  }

  /// Rows become columns.
  mutating func transposeIntegers(_ operand: Operand, _ step: ONNXStep) throws {
    let values = try integers(0, step, allowingBatch: true)
    let shape = operand.shape
    guard shape.count == 2, try step.integers("perm") ?? [1, 0] == [1, 0] else {
      throw step.fault(expected: "rows to turn into columns", found: "\(shape)")
    }
    let turned = (0..<shape[1]).flatMap { column in (0..<shape[0]).map { values[$0 * shape[1] + column] } }
    set(.integers(turned, shape: [shape[1], shape[0]]), step)
  }

  /// Some of the numbers, or of their rows, or all in reverse order.
  mutating func sliceIntegers(
    _ operand: Operand, starts: [Int], ends: [Int], axes: [Int], steps: [Int], _ step: ONNXStep
  ) throws {
    let values = try integers(0, step, allowingBatch: true)
    let (shape, stride) = (operand.shape, steps.first ?? 1)
    guard let rows = shape.first, axes == [0] || axes == [-shape.count], abs(stride) == 1 else {
      throw step.fault(expected: "a part of a list of sizes", found: "axes \(axes.prefix(8))")
    }
    let width = shape.dropFirst().reduce(1, *)
    func place(_ value: Int, _ range: ClosedRange<Int>) -> Int {
      let counted = value < 0 ? value.addingReportingOverflow(rows).partialValue : value
      return min(max(counted, range.lowerBound), range.upperBound)
    }
    let bounds = stride > 0 ? 0...rows : -1...max(rows - 1, -1)
    let chosen = Array(Swift.stride(from: place(starts[0], bounds), to: place(ends[0], bounds), by: stride))
    set(
      .integers(
        chosen.flatMap { values[$0 * width..<($0 + 1) * width] }, shape: [chosen.count] + shape.dropFirst()),
      step)
  }

  /// A feature's shape, its batch left open.
  mutating func shape(_ step: ONNXStep) throws {
    let input = try feature(0, step)
    let sizes = [Integer.batch] + input.shape.map { .known($0) }
    func place(_ value: Int) -> Int {
      min(max(value < 0 ? value.addingReportingOverflow(sizes.count).partialValue : value, 0), sizes.count)
    }
    let start = place(try step.integer("start") ?? 0)
    let end = max(start, place(try step.integer("end") ?? sizes.count))
    set(.integers(Array(sizes[start..<end]), shape: [end - start]), step)
  }

  /// Whole numbers in place `index`.
  ///
  /// - Parameter allowingBatch: whether the batch's size, which is not known, may be among them.
  func integers(_ index: Int, _ step: ONNXStep, allowingBatch: Bool) throws -> [Integer] {
    switch try operand(index, step) {
    case .integers(let values, _)?:
      guard allowingBatch || !values.contains(.batch) else {
        throw step.fault(
          expected: "numbers known before the pictures as operand \(index)", found: "the batch")
      }
      return values
    case .stored(let tensor)?:
      guard tensor.count <= Self.mostIntegers, tensor.shape.count <= 1, let values = try tensor.integers()
      else {
        throw step.fault(
          expected: "at most \(Self.mostIntegers) whole numbers as operand \(index)",
          found: "\(tensor.type.rawValue) \(tensor.shape)")
      }
      return values.map { .known($0) }
    case .feature?:
      throw step.fault(
        expected: "numbers known before the pictures as operand \(index)", found: "a value made from them")
    case nil: throw step.fault(expected: "whole numbers as operand \(index)", found: "none")
    }
  }

  func integers(_ index: Int, _ step: ONNXStep) throws -> [Int] {
    try integers(index, step, allowingBatch: false).map { value in
      guard case .known(let number) = value else { preconditionFailure("the batch was refused") }
      return number
    }
  }

  /// The same; nil when the operand is left out.
  func optionalIntegers(_ index: Int, _ step: ONNXStep) throws -> [Int]? {
    try operand(index, step) == nil ? nil : integers(index, step)
  }

  /// Arithmetic on whole numbers, one by one or one with all.
  mutating func computeIntegers(
    _ step: ONNXStep, _ body: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) throws {
    let (first, second) = (try integers(0, step), try integers(1, step))
    guard first.count == second.count || first.count == 1 || second.count == 1,
      !first.isEmpty, !second.isEmpty
    else { throw step.fault(expected: "lists of one length", found: "\(first.count) and \(second.count)") }
    let isScalar = try operand(0, step)?.isScalar == true && operand(1, step)?.isScalar == true
    let results = try (0..<max(first.count, second.count)).map { index -> Integer in
      let (value, overflow) = body(
        first[first.count == 1 ? 0 : index], second[second.count == 1 ? 0 : index])
      guard !overflow else { throw step.fault(expected: "numbers of 64 bits", found: "larger ones") }
      return .known(value)
    }
    set(.integers(results, shape: isScalar ? [] : [results.count]), step)
  }
}

extension ONNXImporter.Operand {
  var isFeature: Bool {
    if case .feature = self { return true }
    return false
  }

  /// Whether it is a constant without dimensions.
  var isScalar: Bool {
    !isFeature && shape.isEmpty
  }

  /// A constant's shape; a feature's for one image.
  var shape: [Int] {
    switch self {
    case .feature(let feature): feature.shape
    case .stored(let tensor): tensor.shape
    case .integers(_, let shape): shape
    }
  }
}
