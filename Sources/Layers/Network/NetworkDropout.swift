extension Network {
  /// Whether a layer sets values to zero in training.
  public var hasDropout: Bool { nodes.contains { $0.layer is Dropout } }

  /// The same network with another rate in all of its dropout layers; `rate` lies in 0..<1.
  public func droppingOut(rate: Float) -> Network {
    var result = self
    for index in result.nodes.indices where result.nodes[index].layer is Dropout {
      result.nodes[index].layer = Dropout(rate: rate)
    }
    return result
  }
}
