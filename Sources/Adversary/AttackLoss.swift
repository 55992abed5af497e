import Layers
import Models
import Tensors

/// What an attack minimises over the logits z of a picture.
public enum AttackLoss: Hashable, Sendable, Codable {
  /// To reach a class: −log p(target). To leave one: log p(true class).
  case crossEntropy
  /// To reach a class: max over other classes of z − z(target). To leave one: z(true) − max over others of z.
  ///
  /// Not pushed below −`confidence` (Carlini & Wagner 2017, 1608.04644); infinity never stops.
  case margin(confidence: Float)
  /// The difference of logits ratio (Croce & Hein 2020, 2003.01690), which neither adding to all logits nor
  /// scaling them changes. With the logits sorted, z₁ the greatest:
  ///
  /// - to leave a class: (z(true) − max over others of z) / (z₁ − z₃)
  /// - to reach one: (z(true) − z(target)) / (z₁ − (z₃ + z₄) / 2), with the greatest other logit in place of
  ///   z(true) where the true class is not known.
  ///
  /// A network of three classes has no z₄ and takes z₃ alone; one of two classes takes the margin as it is.
  case logitRatio

  /// The losses of some pictures.
  public struct Value: Sendable {
    /// One for each picture.
    public var values: [Double]
    /// Of each picture's own loss with respect to its logits, `[batch, classes]`.
    public var gradient: Tensor

    /// The mean over the pictures; 0 without any.
    public var mean: Double { values.reduce(0, +) / Double(max(values.count, 1)) }
  }

  /// The losses of logits `[batch, classes]` and their gradients.
  ///
  /// - Parameter goals: one for each row.
  public func evaluate(_ logits: Tensor, goals: [AttackGoal]) -> Value {
    switch self {
    case .crossEntropy: towards(.crossEntropy(), logits, goals, confidence: .infinity)
    case .margin(let confidence): towards(.margin, logits, goals, confidence: Double(confidence))
    case .logitRatio: ratios(logits, goals)
    }
  }

  /// What stands in for this loss on a network with too few classes for it; nil when it has enough.
  ///
  /// - Parameter isTargeted: whether a class is to be reached.
  public func substitute(classes: Int, isTargeted: Bool) -> String? {
    guard case .logitRatio = self else { return nil }
    if classes < 3 { return "the margin in place of the logit ratio, which needs three classes" }
    if classes < 4, isTargeted { return "the logit ratio without the fourth logit, which needs four classes" }
    return nil
  }

  /// A loss that pulls towards the goal's class, walked backwards to leave it.
  private func towards(
    _ loss: Loss, _ logits: Tensor, _ goals: [AttackGoal], confidence: Double
  ) -> Value {
    let classes = goals.map { goal in
      switch goal {
      case .leave(let label): label
      case .reach(let target, _): target
      }
    }
    var (values, gradient) = loss.evaluate(logits, classes: classes)
    let count = logits.shape[1]
    gradient.withUnsafeMutableBuffer { gradient in
      for (row, goal) in goals.enumerated() {
        let slopes = row * count..<(row + 1) * count
        if case .leave = goal {
          values[row] = -values[row]
          for index in slopes { gradient[index] = -gradient[index] }
        }
        // The comparison is false for NaN, which the caller must see.
        if values[row] <= -confidence {
          values[row] = -confidence
          for index in slopes { gradient[index] = 0 }
        }
      }
    }
    return Value(values: values, gradient: gradient)
  }

  // a = z_kept − z_wanted, b = z₁ − (mean of later logits) + 1e-12;  d(a/b) = (da − a/b · db) / b
  private func ratios(_ logits: Tensor, _ goals: [AttackGoal]) -> Value {
    let count = logits.shape[1]
    let orders = Predictions.top(min(4, count), of: logits)
    var values: [Double] = []
    var gradient = Tensor(zeros: logits.shape)
    for (row, goal) in goals.enumerated() {
      let order = orders[row]
      func logit(_ index: Int) -> Double { Double(logits[row, index]) }
      func greatest(except excluded: Int) -> Int { order.first { $0 != excluded } ?? excluded }
      let (kept, wanted): (Int, Int)
      let subtracted: ArraySlice<Int>
      switch goal {
      case .leave(let label):
        (kept, wanted) = (label, greatest(except: label))
        subtracted = order.dropFirst(2).prefix(1)
      case .reach(let target, let label):
        (kept, wanted) = (label ?? greatest(except: target), target)
        subtracted = order.dropFirst(2)
      }
      let difference = logit(kept) - logit(wanted)
      guard let first = order.first, !subtracted.isEmpty else {
        values.append(difference)
        gradient[row, kept] += 1
        gradient[row, wanted] -= 1
        continue
      }
      let share = 1 / Double(subtracted.count)
      let spread = logit(first) - share * subtracted.reduce(0) { $0 + logit($1) } + 1e-12
      let ratio = difference / spread
      values.append(ratio)
      gradient[row, kept] += Float(1 / spread)
      gradient[row, wanted] -= Float(1 / spread)
      gradient[row, first] -= Float(ratio / spread)
      for index in subtracted { gradient[row, index] += Float(share * ratio / spread) }
    }
    return Value(values: values, gradient: gradient)
  }
}
