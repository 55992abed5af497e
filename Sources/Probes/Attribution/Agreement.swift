/// How far two lists of numbers agree.
enum Agreement {
  /// Pearson's correlation; nil for fewer than two pairs or where one side does not vary.
  static func pearson(_ first: [Double], _ second: [Double]) -> Double? {
    guard first.count == second.count, first.count > 1 else { return nil }
    let count = Double(first.count)
    let (a, b) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (product, square, otherSquare) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      product += (x - a) * (y - b)
      square += (x - a) * (x - a)
      otherSquare += (y - b) * (y - b)
    }
    guard square > 0, otherSquare > 0 else { return nil }
    return min(max(product / (square * otherSquare).squareRoot(), -1), 1)
  }

  /// Spearman's rank correlation, equal values sharing their mean rank.
  static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
    pearson(ranks(of: first), ranks(of: second))
  }

  /// The length of the difference over the length of `truth`; nil where that is zero.
  static func relativeError(of found: [Double], to truth: [Double]) -> Double? {
    let size = truth.reduce(0) { $0 + $1 * $1 }
    guard size > 0, found.count == truth.count else { return nil }
    return (zip(found, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / size).squareRoot()
  }

  private static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }
}
