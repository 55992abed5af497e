import Probes

/// How often pictures of each class were answered with each class.
struct ConfusionCounts: Sendable, Equatable {
  /// One class taken for another.
  struct Confusion: Sendable, Equatable {
    let label: Int
    let answer: Int
    let count: Int
  }

  /// The classes that pictures are of, in order of their indices.
  let labels: [Int]
  /// The classes that pictures are of or were taken for, in order of their indices.
  let answers: [Int]
  private let counts: [Int: [Int: Int]]

  /// Counts first answers; pictures without any are left out.
  init(_ given: [ImageAnswer]) {
    var counts: [Int: [Int: Int]] = [:]
    for answer in given {
      guard let first = answer.top.first else { continue }
      counts[answer.label, default: [:]][first, default: 0] += 1
    }
    self.counts = counts
    labels = counts.keys.sorted()
    answers = Set(counts.keys).union(counts.values.flatMap(\.keys)).sorted()
  }

  /// How many pictures of `label` were answered with `answer`.
  func count(_ label: Int, as answer: Int) -> Int { counts[label]?[answer] ?? 0 }

  /// How many pictures are of `label`.
  func total(_ label: Int) -> Int { counts[label]?.values.reduce(0, +) ?? 0 }

  /// The share of the pictures of `label` that were answered with `answer`, 0…1; nil where there are none.
  func share(_ label: Int, as answer: Int) -> Double? {
    let total = total(label)
    return total == 0 ? nil : Double(count(label, as: answer)) / Double(total)
  }

  /// Every class taken for another, the most frequent first.
  var confusions: [Confusion] {
    labels.flatMap { label in
      answers.compactMap { answer in
        let count = count(label, as: answer)
        return answer == label || count == 0 ? nil : Confusion(label: label, answer: answer, count: count)
      }
    }.sorted { ($1.count, $0.label, $0.answer) < ($0.count, $1.label, $1.answer) }
  }
}
