import Layers

/// A classifier whose network can be walked layer by layer.
public protocol LayeredClassifier: Classifier {
  /// From pixels in 0…1 to logits: normalisation, then the network as its checkpoint has it, but that batch norms are
  /// part of the convolutions before them. Every nonlinear function is a layer of its own. Made when asked for.
  var layers: Network { get }
}
