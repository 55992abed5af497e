import Tensors

extension Network {
  /// Puts parameters back into the layers: trained ones after an optimiser's step, running statistics from a
  /// recording's `updates`. Those not named stay.
  ///
  /// - Parameter new: by checkpoint key, each of the shape its parameter has. A key that the network does not
  ///   have and a shape that differs are the caller's mistakes and trap; a file's parameters are checked where
  ///   the network is built from them.
  public mutating func setParameters(_ new: [String: Tensor]) {
    guard !new.isEmpty else { return }
    var used = 0
    for index in nodes.indices {
      let prefix = nodes[index].name + "."
      for (key, old) in nodes[index].layer.parameters {
        guard let tensor = new[prefix + key] else { continue }
        precondition(
          tensor.shape == old.shape, "'\(prefix)\(key)' is \(old.shape), found \(tensor.shape)")
        guard var layer = nodes[index].layer as? any TrainableLayer else {
          preconditionFailure("'\(prefix)\(key)' belongs to a layer that cannot be trained")
        }
        layer.setParameter(key, to: tensor)
        nodes[index].layer = layer
        used += 1
      }
    }
    precondition(used == new.count, "found parameters that the network does not have")
  }
}
