import Tensors

extension Network {
  /// The multiplications and additions of the convolutions and linear layers in one forward pass; the
  /// pullback to the input costs as many again.
  ///
  /// - Throws: `LayerError` when the input's shape does not suit.
  public func operationCount(for input: Shape) throws -> Double {
    var shapes = [input]
    var total = 0.0
    for node in nodes {
      let output = try node.layer.outputShape(for: node.inputs.map { shapes[$0.index] })
      shapes.append(output)
      if let weight = node.layer.parameters["weight"], weight.shape.rank > 1 {
        // Each output takes one product and one sum for each weight of its channel.
        total += 2 * Double(output.count) * Double(weight.count / weight.shape[0])
      }
    }
    return total
  }
}
