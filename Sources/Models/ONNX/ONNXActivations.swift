import Layers
import Tensors

/// Activations, and operators that pass their input on.
extension ONNXImporter {
  mutating func activation(_ step: ONNXStep, _ clip: (ONNXStep) throws -> Clip) throws {
    set(try append(try clip(step), [try feature(0, step)], step), step)
  }

  /// The bounds are attributes before version 11 of the operators, operands since.
  mutating func clip(_ step: ONNXStep) throws {
    let floor = try step.float("min") ?? optionalScalar(1, step) ?? -.infinity
    let ceiling = try step.float("max") ?? optionalScalar(2, step) ?? .infinity
    guard floor <= ceiling else {
      throw step.fault(expected: "a least value below the greatest", found: "\(floor) and \(ceiling)")
    }
    try activation(step) { _ in Clip(floor: floor, ceiling: ceiling) }
  }

  mutating func leakyRelu(_ step: ONNXStep) throws {
    let slope = try step.float("alpha") ?? 0.01
    set(try append(LeakyReLU(slope: slope), [try feature(0, step)], step), step)
  }

  mutating func sigmoid(_ step: ONNXStep) throws {
    set(try append(Sigmoid(), [try feature(0, step)], step), step)
  }

  // out = min(max(alpha · in + beta, 0), 1)
  mutating func hardSigmoid(_ step: ONNXStep) throws {
    let (slope, shift) = (try step.float("alpha") ?? 0.2, try step.float("beta") ?? 0.5)
    set(try hardSigmoid(of: try feature(0, step), slope: slope, shift: shift, step), step)
  }

  // out = in · min(max(in / 6 + 1/2, 0), 1)
  mutating func hardSwish(_ step: ONNXStep) throws {
    let input = try feature(0, step)
    let gate = try hardSigmoid(of: input, slope: 1 / 6, shift: 0.5, step)
    set(try append(Multiply(), [input, gate], step), step)
  }

  private mutating func hardSigmoid(
    of input: Feature, slope: Float, shift: Float, _ step: ONNXStep
  ) throws -> Feature {
    let line = try affine(input, scale: [slope], shift: [shift], step)
    return try append(Clip(floor: 0, ceiling: 1), [line], step)
  }

  /// A softmax at the very end is left out: attacks and probes need logits.
  mutating func finalSoftmax(_ step: ONNXStep) throws {
    let input = try feature(0, step)
    let axis = try step.dimension(
      step.integer("axis") ?? (file.operatorVersion < 13 ? 1 : -1), of: input.shape.count + 1)
    let output = step.node.outputs.first ?? ""
    let isLast =
      file.graph.outputs.contains { $0.name == output }
      && !file.graph.nodes.contains { $0.inputs.contains(output) }
    guard isLast, axis == 1 else {
      throw step.fault(expected: "a softmax over the classes as the last operator", found: "one elsewhere")
    }
    set(input, step)
  }

  // MARK: Passing on

  mutating func identity(_ step: ONNXStep) throws {
    guard let operand = try operand(0, step) else { throw step.fault(expected: "an operand", found: "none") }
    set(operand, step)
  }

  mutating func dropout(_ step: ONNXStep) throws {
    guard try optionalScalar(2, step) ?? 0 == 0 else {
      throw step.fault(
        expected: "dropout in evaluation mode, as model.eval() makes it", found: "training mode")
    }
    set(try feature(0, step), step)
  }

  mutating func cast(_ step: ONNXStep) throws {
    let type = try step.integer("to") ?? 0
    switch try operand(0, step) {
    case .feature(let input)?:
      guard type == 1 else { throw step.fault(expected: "fp32 throughout", found: "type \(type)") }
      set(input, step)
    case let operand?:
      // Whole numbers stay what they are: 6 is int32, 7 is int64.
      if type == 6 || type == 7 {
        set(.integers(try integers(0, step, allowingBatch: true), shape: operand.shape), step)
      } else if type == 1 || type == 10 || type == 11 || type == 16 {
        set(operand, step)
      } else {
        throw step.fault(expected: "whole numbers or floats", found: "type \(type)")
      }
    case nil: throw step.fault(expected: "an operand", found: "none")
    }
  }
}
