/// Whether two observers err on the same pictures, beyond what their accuracies alone make them (Geirhos, Meding &
/// Wichmann 2020, 2006.16736): Cohen's kappa of right and wrong.
public struct ErrorConsistency: Hashable, Sendable {
  /// The pictures that both answered.
  public let count: Int
  /// The share of pictures on which both are right or both are wrong, 0…1.
  public let observed: Double
  /// Each observer's share of right answers on these pictures, 0…1.
  public let firstAccuracy, secondAccuracy: Double

  /// The share of agreement that independent observers of these accuracies have: p₁p₂ + (1 − p₁)(1 − p₂).
  public var expected: Double {
    firstAccuracy * secondAccuracy + (1 - firstAccuracy) * (1 - secondAccuracy)
  }

  /// κ = (o − e) / (1 − e), at most 1; nil where both are always right or both always wrong, which tells nothing.
  public var kappa: Double? {
    expected < 1 ? (observed - expected) / (1 - expected) : nil
  }

  /// - Parameters:
  ///   - first: for each picture whether the first observer is right.
  ///   - second: the same of the second, in the same order.
  /// - Returns: nil without pictures.
  public init?(_ first: [Bool], _ second: [Bool]) {
    precondition(first.count == second.count, "both observers answer the same pictures")
    var counts = Counts()
    for (one, other) in zip(first, second) { counts.add(one, other) }
    self.init(counts)
  }

  /// How often each of the four outcomes came.
  struct Counts: Hashable {
    var bothRight = 0
    var onlyFirst = 0
    var onlySecond = 0
    var bothWrong = 0

    mutating func add(_ first: Bool, _ second: Bool) {
      switch (first, second) {
      case (true, true): bothRight += 1
      case (true, false): onlyFirst += 1
      case (false, true): onlySecond += 1
      case (false, false): bothWrong += 1
      }
    }
  }

  init?(_ counts: Counts) {
    count = counts.bothRight + counts.onlyFirst + counts.onlySecond + counts.bothWrong
    guard count > 0 else { return nil }
    observed = Double(counts.bothRight + counts.bothWrong) / Double(count)
    firstAccuracy = Double(counts.bothRight + counts.onlyFirst) / Double(count)
    secondAccuracy = Double(counts.bothRight + counts.onlySecond) / Double(count)
  }
}

/// For each picture what two observers made of it, kept so that many draws of the pictures are counted fast.
struct PairOutcomes: Sendable {
  /// One in the sixteen bits of the picture's outcome; 0 where one of the two did not answer.
  private let marks: [UInt64]

  /// - Parameters:
  ///   - first: for each picture whether the first observer is right; nil where it did not answer.
  ///   - second: the same of the second, in the same order.
  init(_ first: [Bool?], _ second: [Bool?]) {
    marks = zip(first, second).map { first, second in
      guard let first, let second else { return 0 }
      return 1 << (first ? second ? 0 : 16 : second ? 32 : 48)
    }
  }

  /// How often each outcome came among the pictures drawn.
  func counts(of drawn: [Int]) -> ErrorConsistency.Counts {
    var counts = ErrorConsistency.Counts()
    marks.withUnsafeBufferPointer { marks in
      // As many as sixteen bits can count.
      for start in stride(from: 0, to: drawn.count, by: 0xFFFF) {
        var sum: UInt64 = 0
        for place in drawn[start..<min(start + 0xFFFF, drawn.count)] { sum &+= marks[place] }
        counts.bothRight += Int(sum & 0xFFFF)
        counts.onlyFirst += Int(sum >> 16 & 0xFFFF)
        counts.onlySecond += Int(sum >> 32 & 0xFFFF)
        counts.bothWrong += Int(sum >> 48)
      }
    }
    return counts
  }
}
