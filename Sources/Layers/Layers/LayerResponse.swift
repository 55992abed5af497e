/// What a layer does to a change of its input, as far as a `BackwardRule` asks.
public enum LayerResponse: Sendable {
  /// Sums with weights of its own, and perhaps a bias.
  case weighted
  /// Linear without weights: sums, means, and values moved elsewhere.
  case linear
  /// Each value by itself.
  case elementwise
  /// The greatest of several values.
  case maximum(MaxPool)
}
