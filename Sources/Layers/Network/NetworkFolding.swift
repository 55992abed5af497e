import Tensors

extension Network {
  /// The same function in evaluation mode with fewer passes over memory: batch norm becomes part of the
  /// convolution before it, a pointwise convolution with nothing behind it part of the next, and a shortcut and a
  /// ReLU that follow are done by the convolution itself.
  ///
  /// Parameters no longer bear the checkpoint's values, so a folded network is for inference and attacks and
  /// not for training.
  public func folded() -> Network { foldingBatchNorms().mergingPointwiseConvolutions().fused() }

  /// The same function, its parameters and their keys, with fewer passes over memory: a shortcut and a ReLU are
  /// done by the convolution or batch norm before them. For training.
  public func fused() -> Network { fusingShortcuts().fusingClips() }

  /// The same function in evaluation mode, each batch norm part of the convolution before it where nothing else reads
  /// that; all else is left as it stands.
  public func foldingBatchNorms() -> Network {
    rewritten { node, producer in
      guard let norm = node.layer as? BatchNorm, let before = producer(node.inputs[0]),
        norm.clip == nil, !norm.addsShortcut,
        let convolution = before.layer as? Convolution, convolution.clip == nil,
        !convolution.addsShortcut
      else { return nil }
      let (scale, shift) = norm.evaluationAffine
      var folded = convolution
      let length = convolution.weight.count / scale.count
      folded.weight.withUnsafeMutableBuffer { weight in
        for index in weight.indices { weight[index] *= scale[index / length] }
      }
      let bias = convolution.bias?.elements ?? [Float](repeating: 0, count: scale.count)
      folded.bias = Tensor(
        shift.indices.map { bias[$0] * scale[$0] + shift[$0] }, shape: [shift.count])
      return Node(name: before.name, layer: folded, inputs: before.inputs)
    }
  }

  /// A pointwise convolution into more channels and the convolution of those are one convolution of fewer:
  /// weight[o, c, tap] = Σ_m second[o, m, tap] · first[m, c]. A BagNet begins so.
  private func mergingPointwiseConvolutions() -> Network {
    rewritten { node, producer in
      guard let second = node.layer as? Convolution, second.isAlone, let before = producer(node.inputs[0]),
        let first = before.layer as? Convolution, first.isAlone, first.bias == nil,
        first.geometry == .pixel, first.weight.shape[1] <= first.weight.shape[0]
      else { return nil }
      var merged = second
      merged.weight = second.weight.mergedWithPointwise(first.weight)
      return Node(name: node.name, layer: merged, inputs: before.inputs)
    }
  }

  private func fusingShortcuts() -> Network {
    rewritten { node, producer in
      guard node.layer is Add, let before = producer(node.inputs[0]),
        var layer = before.layer as? any FinishingLayer, layer.clip == nil, !layer.addsShortcut
      else { return nil }
      layer.addsShortcut = true
      return Node(name: before.name, layer: layer, inputs: before.inputs + [node.inputs[1]])
    }
  }

  private func fusingClips() -> Network {
    rewritten { node, producer in
      guard let clip = node.layer as? Clip, let before = producer(node.inputs[0]),
        var layer = before.layer as? any FinishingLayer, layer.clip == nil
      else { return nil }
      layer.clip = clip
      return Node(name: before.name, layer: layer, inputs: before.inputs)
    }
  }

  /// A copy in which `merge` may replace a node and the producer of its first input by one node that stands
  /// at the later place. `producer` gives a value's node only when nothing else uses that value.
  private func rewritten(_ merge: (Node, (Value) -> Node?) -> Node?) -> Network {
    var uses = [Int](repeating: 0, count: nodes.count + 1)
    for node in nodes { for value in node.inputs { uses[value.index] += 1 } }
    uses[output.index] += 1
    var replacements: [Int: Node] = [:]
    var removed = Set<Int>()
    for (index, node) in nodes.enumerated() {
      let merged = merge(node) { value in
        guard value.index > 0, uses[value.index] == 1, !removed.contains(value.index - 1),
          replacements[value.index - 1] == nil
        else { return nil }
        return nodes[value.index - 1]
      }
      guard let merged else { continue }
      replacements[index] = merged
      removed.insert(node.inputs[0].index - 1)
    }
    var result = Network()
    var renamed: [Value: Value] = [.input: .input]
    for (index, node) in nodes.enumerated() where !removed.contains(index) {
      let kept = replacements[index] ?? node
      let inputs = kept.inputs.map { value in
        guard let new = renamed[value] else { preconditionFailure("value \(value.index) was merged away") }
        return new
      }
      renamed[Value(index: index + 1)] = result.append(kept.name, kept.layer, inputs)
    }
    guard let output = renamed[output] else { preconditionFailure("the output was merged away") }
    result.output = output
    return result
  }
}

extension Convolution {
  /// Whether it is ungrouped and nothing else is done to its output.
  fileprivate var isAlone: Bool { groups == 1 && clip == nil && !addsShortcut }
}

extension Tensor {
  /// The weight of this convolution `[out, mid, height, width]` after a pointwise one `[mid, in, 1, 1]`, sums in
  /// double precision.
  fileprivate func mergedWithPointwise(_ first: Tensor) -> Tensor {
    let (outputs, middle, window) = (shape[0], shape[1], shape[2] * shape[3])
    let inputs = first.shape[1]
    let (outer, inner) = (elements, first.elements)
    var merged: [Float] = []
    merged.reserveCapacity(outputs * inputs * window)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for tap in 0..<window {
          let sum = (0..<middle).reduce(0.0) { sum, channel in
            sum + Double(outer[(output * middle + channel) * window + tap])
              * Double(inner[channel * inputs + input])
          }
          merged.append(Float(sum))
        }
      }
    }
    return Tensor(merged, shape: [outputs, inputs, shape[2], shape[3]])
  }
}
