import Tensors

/// In training, sets each element to zero with probability `rate` and scales the rest by 1 / (1 − rate)
/// (Srivastava et al. 2014); in evaluation, passes its input on.
public struct Dropout: Layer {
  /// In 0..<1.
  public let rate: Float

  public init(rate: Float) {
    precondition(rate >= 0 && rate < 1, "a dropout rate lies in 0..<1, found \(rate)")
    self.rate = rate
  }

  public var window: Window? { .pixel }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape { inputs[0] }

  // out = in · mask / (1 − rate)
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    guard let mask = mask(for: inputs[0].shape, pass.mode) else { return inputs[0] }
    return Dropout.product(inputs[0], mask)
  }

  // d in = d out · mask / (1 − rate)
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    guard let mask = mask(for: inputs[0].shape, pass.mode) else {
      return LayerRecording(output: inputs[0]) { Gradients(inputs: [$0]) }
    }
    return LayerRecording(output: Dropout.product(inputs[0], mask)) {
      Gradients(inputs: [Dropout.product($0, mask)])
    }
  }

  /// 0 or 1 / (1 − rate) for each element; nil in evaluation.
  private func mask(for shape: Shape, _ mode: Pass.Mode) -> Tensor? {
    guard case .training(let seed) = mode, rate > 0 else { return nil }
    var generator = SeededGenerator(seed: seed)
    return Tensor(uninitialized: shape) { buffer in
      for index in buffer.indices { buffer[index] = generator.uniform() < rate ? 0 : 1 / (1 - rate) }
    }
  }

  private static func product(_ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor(uninitialized: a.shape) { target in
      a.withUnsafeBuffer { a in
        b.withUnsafeBuffer { b in
          for index in target.indices { target[index] = a[index] * b[index] }
        }
      }
    }
  }
}
