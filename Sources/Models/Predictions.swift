import Tensors

/// From logits to the classes they name.
public enum Predictions {
  /// For each row of `[batch, classes]` the index of its greatest logit, the lowest among equals.
  public static func top1(of logits: Tensor) -> [Int] {
    top(1, of: logits).map { $0.first ?? 0 }
  }

  /// For each row of `[batch, classes]` the indices of its `count` greatest logits (all, when fewer),
  /// greatest first, lower indices first among equals.
  public static func top(_ count: Int, of logits: Tensor) -> [[Int]] {
    let classes = logits.shape[1]
    return logits.withUnsafeBuffer { logits in
      (0..<logits.count / max(classes, 1)).map { row in
        var best: [Int] = []
        for index in 0..<classes {
          let value = logits[row * classes + index]
          let place = best.firstIndex { value > logits[row * classes + $0] } ?? best.count
          guard place < count else { continue }
          best.insert(index, at: place)
          if best.count > count { best.removeLast() }
        }
        return best
      }
    }
  }
}
