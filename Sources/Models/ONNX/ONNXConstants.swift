import Checkpoints

/// What is known before any picture is: shapes, and arithmetic with them.
extension ONNXImporter {
  /// The longest list of whole numbers that is followed.
  static let mostIntegers = 4096

  mutating func constant(_ step: ONNXStep) throws {
    if case .tensor(let tensor)? = step.node.attributes["value"] { return set(.stored(tensor), step) }
    if let value = try step.integer("value_int") {
      return set(.integers([.known(value)], isScalar: true), step)
    }
    if let values = try step.integers("value_ints") {
      return set(.integers(values.map { .known($0) }, isScalar: false), step)
    }
    throw step.fault(
      expected: "a tensor or whole numbers", found: step.node.attributes.keys.sorted().first ?? "none")
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
    set(.integers(Array(sizes[start..<end]), isScalar: false), step)
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
    set(.integers(results, isScalar: isScalar), step)
  }
}

extension ONNXImporter.Operand {
  /// Whether it is a constant without dimensions.
  var isScalar: Bool {
    switch self {
    case .feature: false
    case .stored(let tensor): tensor.shape.isEmpty
    case .integers(_, let isScalar): isScalar
    }
  }
}
