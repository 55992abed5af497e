import Tensors

extension Network {
  /// An output with a pullback by a `BackwardRule`.
  public struct Contributions: Sendable {
    public let output: Tensor
    /// What the rule's reference gives; nil where it has none.
    public let referenceOutput: Tensor?
    /// From a weight for each output to a multiplier for each value of the input, in the input's shape. Multiplier ×
    /// (input − reference), or × input under the ε-rule, is what that value contributed.
    public let multipliers: @Sendable (Tensor) -> Tensor
  }

  /// Whether every layer is one that the rules cover.
  public var hasContributions: Bool { nodes.allSatisfy { $0.layer.response != nil } }

  /// The output in evaluation, and how it is shared out among the input's values.
  ///
  /// The network must be one whose nonlinear functions are layers of their own, neither `folded` nor `fused`. Under the
  /// ε-rule it makes a difference whether batch norms are part of their convolutions: see `foldingBatchNorms`.
  ///
  /// - Parameter input: `[batch, channels, height, width]`
  /// - Throws: `LayerError` when the input's or the reference's shape does not suit, or a layer has no such rule.
  public func contributions(
    to input: Tensor, by rule: BackwardRule, on workers: Workers
  ) throws -> Contributions {
    _ = try outputShape(for: input.shape)
    for node in nodes where node.layer.response == nil {
      throw LayerError.noBackwardRule(
        rule: rule.name, layer: "\(type(of: node.layer))", node: node.name)
    }
    var reference: Tensor?
    if case .rescale(let given) = rule {
      guard given.shape == input.shape else {
        throw LayerError.wrongInputShape(
          layer: "reference", expected: "\(input.shape)", found: "\(given.shape)")
      }
      reference = given
    }
    let lastUse = lastUses()
    var values: [Tensor?] = [input]
    var references: [Tensor?] = [reference]
    var steps: [@Sendable (Tensor) -> [Tensor?]] = []
    for (index, node) in nodes.enumerated() {
      let step = RuleStep(
        layer: node.layer, inputs: node.inputs.map { values[$0.index] }.compactMap { $0 },
        references: node.inputs.compactMap { references[$0.index] }, rule: rule, workers: workers)
      let isKept = lastUse[index + 1] >= 0
      values.append(isKept ? step.output : nil)
      references.append(isKept ? step.referenceOutput : nil)
      steps.append(step.multipliers)
      for value in node.inputs where lastUse[value.index] == index {
        values[value.index] = nil
        references[value.index] = nil
      }
    }
    guard let result = values[output.index] else { preconditionFailure("the output was let go") }
    let (sources, pullbacks, end) = (nodes.map(\.inputs), steps, output)
    return Contributions(output: result, referenceOutput: references[output.index]) { weights in
      var pending = [Tensor?](repeating: nil, count: sources.count + 1)
      pending[end.index] = weights
      for index in pullbacks.indices.reversed() {
        guard let incoming = pending[index + 1].take() else { continue }
        for (source, found) in zip(sources[index], pullbacks[index](incoming)) {
          guard let found else { continue }
          if var sum = pending[source.index].take() {
            sum.add(found, on: workers)
            pending[source.index] = sum
          } else {
            pending[source.index] = found
          }
        }
      }
      guard let found = pending[0] else { return Tensor(zeros: input.shape) }
      return found
    }
  }
}

/// One layer's output, on the input and on the reference, and its pullback.
private struct RuleStep {
  let output: Tensor
  let referenceOutput: Tensor?
  /// From multipliers of the output to those of each input.
  let multipliers: @Sendable (Tensor) -> [Tensor?]

  /// Where a value changes by less than this its gradient is passed on: the quotient would be rounding.
  private static let least: Float = 1e-10

  init(layer: any Layer, inputs: [Tensor], references: [Tensor], rule: BackwardRule, workers: Workers) {
    let pass = Pass(workers: workers, wanted: .inputs)
    let recorded = layer.recordingForward(inputs, pass)
    let (output, pullback) = (recorded.output, recorded.pullback)
    self.output = output
    /// A pullback that multiplies by a factor for each value, and passes on the gradient where that is not a number.
    func passing(_ factor: Tensor) -> @Sendable (Tensor) -> [Tensor?] {
      { incoming in
        let gradient = pullback(incoming).inputs[0] ?? incoming
        return [
          merged(incoming, factor, gradient, on: workers) { $1.isNaN ? $2 : $0 * $1 }
        ]
      }
    }
    switch (rule, layer.response) {
    case (.rescale, .elementwise):
      let other = layer.forward(references, pass)
      referenceOutput = other
      multipliers = passing(
        merged(inputs[0], references[0], output, other, on: workers) {
          abs($0 - $1) < Self.least ? .nan : ($2 - $3) / ($0 - $1)
        })
    case (.rescale, .maximum(let pool)):
      let other = layer.forward(references, pass)
      referenceOutput = other
      let (input, reference) = (inputs[0], references[0])
      let gains = merged(output, other, other, on: workers) { value, base, _ in max(value, base) - base }
      let losses = merged(output, other, other, on: workers) { value, base, _ in value - max(value, base) }
      multipliers = { incoming in
        func weighted(_ changes: Tensor) -> Tensor {
          merged(incoming, changes, changes, on: workers) { weight, change, _ in weight * change }
        }
        guard let gradient = pullback(incoming).inputs[0] else { return [nil] }
        var shares = pool.scatter(weighted(gains), toWinnersOf: input, thenOf: reference, on: workers)
        shares.add(
          pool.scatter(weighted(losses), toWinnersOf: reference, thenOf: input, on: workers), on: workers)
        return [
          merged(shares, input, reference, gradient, on: workers) {
            abs($1 - $2) < Self.least ? $3 : $0 / ($1 - $2)
          }
        ]
      }
    case (.rescale, _):
      referenceOutput = layer.forward(references, pass)
      multipliers = { pullback($0).inputs }
    case (.epsilon, .elementwise):
      referenceOutput = nil
      multipliers = passing(
        merged(inputs[0], output, output, on: workers) { value, result, _ in
          value == 0 ? .nan : result / value
        })
    case (.epsilon(let epsilon), .weighted):
      referenceOutput = nil
      let kept = merged(output, output, output, on: workers) { sum, _, _ in
        // A sum of nothing has nothing to share out.
        sum == 0 ? 0 : sum / (sum + (sum < 0 ? -epsilon : epsilon))
      }
      multipliers = { incoming in
        pullback(merged(incoming, kept, kept, on: workers) { weight, share, _ in weight * share }).inputs
      }
    case (.epsilon, _):
      referenceOutput = nil
      multipliers = { pullback($0).inputs }
    }
  }
}

/// A tensor from three of one shape, element by element.
private func merged(
  _ a: Tensor, _ b: Tensor, _ c: Tensor, on workers: Workers, _ value: (Float, Float, Float) -> Float
) -> Tensor {
  merged(a, b, c, c, on: workers) { first, second, third, _ in value(first, second, third) }
}

/// A tensor from four of one shape, element by element.
private func merged(
  _ a: Tensor, _ b: Tensor, _ c: Tensor, _ d: Tensor, on workers: Workers,
  _ value: (Float, Float, Float, Float) -> Float
) -> Tensor {
  Tensor(uninitialized: a.shape) { target in
    a.withUnsafeBuffer { a in
      b.withUnsafeBuffer { b in
        c.withUnsafeBuffer { c in
          d.withUnsafeBuffer { d in
            let (a, b, c, d, target) = (a, b, c, d, target)
            workers.forEachRange(of: target.count) { range in
              for index in range { target[index] = value(a[index], b[index], c[index], d[index]) }
            }
          }
        }
      }
    }
  }
}
