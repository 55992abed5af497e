import Tensors

/// How a pullback shares out what a network's output owes to each of its inputs, where a gradient would only say
/// how the output changes to first order.
public enum BackwardRule: Sendable {
  /// DeepLIFT's rescale rule (Shrikumar, Greenside & Kundaje 2017, 1704.02685): what is not linear passes on the
  /// change of its output over the change of its input, both against a reference. Of a maximum, what the reference's
  /// winner falls short of the input's goes to the input's winner, and the rest to the reference's; of several equal
  /// ones to that which the other ranks highest, so that against a reference of one colour the input's winner has all.
  ///
  /// `reference` has the input's shape.
  case rescale(reference: Tensor)
  /// Layer-wise relevance propagation's ε-rule (Bach et al. 2015): what a weighted sum z stands for is shared out as
  /// its terms, over z + ε · sign z; functions of one value and maxima pass it on whole. Biases keep their share.
  case epsilon(Float)

  /// As the published methods are called.
  var name: String {
    switch self {
    case .rescale: "DeepLIFT's rescale rule"
    case .epsilon: "the ε-rule"
    }
  }
}
