import Tensors

extension Network {
  /// The same function in evaluation mode with fewer passes over memory: batch norm becomes part of the
  /// convolution before it, and a shortcut and a ReLU that follow are done by the convolution itself.
  ///
  /// Parameters no longer bear the checkpoint's values, so a folded network is for inference and attacks and
  /// not for training.
  public func folded() -> Network { foldingBatchNorms().fused() }

  /// The same function, its parameters and their keys, with fewer passes over memory: a shortcut and a ReLU are
  /// done by the convolution or batch norm before them. For training.
  public func fused() -> Network { fusingShortcuts().fusingClips() }

  private func foldingBatchNorms() -> Network {
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
