import Foundation
import Probes
import Studies

/// What changed from one study to another: every number that both hold of the same question and observer, on the
/// pictures that both answered.
public struct ReportDifference: Sendable {
  /// One number in both studies.
  public struct Row: Sendable {
    /// What a number may have done.
    public enum Change: String, Sendable {
      /// Every picture got the same answer.
      case none = "same answers"
      /// No more than chance in the choice of pictures would give.
      case withinNoise = "within noise"
      case beyondNoise = "beyond noise"
      /// A number without an interval of its change: it is not what it was.
      case other = "other number"
    }

    /// Kind and question, such as `sticker[tench]`.
    public let question: String
    public let observer: String
    /// Such as `robust_accuracy[pgd,linf,4/255]`.
    public let key: String
    /// The values on all their own pictures, before and after.
    public let before, after: Double
    /// Second less first, with its interval, over the pictures that both answered; nil for numbers that are no mean.
    public let paired: PairedDifference?
    /// Whether pictures were known by their names alone: then they may not have been the same.
    public let isByName: Bool
    /// Whether either study's run has not finished.
    public let isUnfinished: Bool
    /// Whether the values are shares.
    public let isShare: Bool
    let measurement: Measurement
    /// The short label of its question, and the left side of the gate that speaks of it.
    let label, gateName: String

    public var difference: Double { paired?.difference ?? after - before }

    public var change: Change {
      guard let paired else { return before == after ? .none : .other }
      return paired.changed == 0 ? .none : paired.isBeyondChance ? .beyondNoise : .withinNoise
    }

    /// Whether the number got worse, as far as noise does not explain it.
    public var isWorse: Bool {
      guard change == .beyondNoise || change == .other else { return false }
      switch measurement.direction {
      case .greaterIsBetter: return difference < 0
      case .greaterIsWorse: return difference > 0
      case .neither: return false
      }
    }
  }

  /// The studies' file names.
  public let first, second: String
  public let rows: [Row]
  /// Questions that only one of the studies holds, with who was asked there; and questions of both, observers and
  /// numbers of which only one holds.
  public let onlyInFirst, onlyInSecond: [String]
  /// Numbers that both hold but of no picture in common.
  public let incomparable: [String]
  /// Networks whose weights are not the same in both.
  public let otherWeights: [String]

  private struct Named {
    /// Kind and label: `sticker[tench]`.
    let question: String
    let measurement: Measurement
    var name: String { "\(question).\(measurement.observer).\(measurement.key)" }
  }

  /// - Throws: `StudyError` for a damaged study; `ReportingError.nothingToReport` when neither holds a number,
  ///   `.nothingToCompare` when they have none in common.
  public init(_ first: Study, _ second: Study) throws {
    let data = try (ReportData([first]), ReportData([second]))
    self.first = data.0.studies.first ?? first.path
    self.second = data.1.studies.first ?? second.path
    func named(_ data: ReportData) -> [Named] {
      data.measurements.filter { $0.value != nil }.map {
        Named(question: "\($0.kind.rawValue)[\(data.label($0.asked))]", measurement: $0)
      }
    }
    let (earlier, later) = (named(data.0), named(data.1))
    guard !earlier.isEmpty || !later.isEmpty else {
      throw ReportingError.nothingToReport(studies: [first.path, second.path])
    }
    let laterByKey = Dictionary(
      later.enumerated().map { (ReportDifference.key($0.element.measurement), $0.offset) }
    ) { first, _ in first }
    let laterByName = Dictionary(
      later.enumerated().map { (ReportDifference.namedKey($0.element.measurement), $0.offset) }
    ) { first, _ in first }
    var (rows, incomparable): ([Row], [String]) = ([], [])
    var matched: Set<Int> = []
    var left: [Named] = []
    for own in earlier {
      let measurement = own.measurement
      // Studies of earlier releases did not read their pictures: then the corpus' name must do.
      let place =
        laterByKey[ReportDifference.key(measurement)]
        ?? laterByName[ReportDifference.namedKey(measurement)].flatMap { place in
          let other = later[place].measurement.asked.question
          return measurement.asked.question.picturesSHA256 == nil || other.picturesSHA256 == nil
            ? place : nil
        }
      guard let place else {
        left.append(own)
        continue
      }
      matched.insert(place)
      let other = later[place].measurement
      let paired = other.difference(from: measurement)
      guard measurement.sharesItems(with: other) else {
        incomparable.append(own.name)
        continue
      }
      rows.append(
        Row(
          question: own.question, observer: measurement.observer, key: measurement.key,
          before: measurement.value ?? 0, after: other.value ?? 0, paired: paired,
          isByName: !measurement.items.isEmpty && !(measurement.isIdentified && other.isIdentified),
          isUnfinished: !measurement.isFinished || !other.isFinished, isShare: measurement.unit == .share,
          measurement: other, label: data.1.label(other.asked), gateName: data.1.gateName(of: other)))
    }
    guard !rows.isEmpty || !incomparable.isEmpty else {
      throw ReportingError.nothingToCompare(
        first: first.path, second: second.path,
        onlyInFirst: ReportDifference.short(earlier, besides: []),
        onlyInSecond: ReportDifference.short(later, besides: []))
    }
    self.rows = rows
    self.incomparable = incomparable
    onlyInFirst = ReportDifference.short(left, besides: earlier)
    let rest = later.enumerated().filter { !matched.contains($0.offset) }.map(\.element)
    onlyInSecond = ReportDifference.short(rest, besides: later)
    let hashes = Dictionary(data.1.models.map { ($0.value.card.name, $0.value.digest) }) { _, later in later }
    otherWeights = data.0.models.filter { entry in
      hashes[entry.value.card.name].map { $0 != entry.value.digest } ?? false
    }.map(\.name)
  }

  /// What must be equal for two numbers to be compared.
  private struct Key: Hashable {
    let question: Question
    let observer: String
    let measure: String
  }

  private static func key(_ measurement: Measurement) -> Key {
    Key(question: measurement.asked.question, observer: measurement.observer, measure: measurement.key)
  }

  private static func namedKey(_ measurement: Measurement) -> Key {
    Key(question: measurement.asked.named, observer: measurement.observer, measure: measurement.key)
  }

  /// Numbers by name; where all of a question are among them, the question and its observers alone.
  private static func short(_ some: [Named], besides all: [Named]) -> [String] {
    let whole = distinct(some.map(\.question)).filter { question in
      all.count { $0.question == question } == some.count { $0.question == question } || all.isEmpty
    }
    return whole.map { question in
      let observers = distinct(some.filter { $0.question == question }.map(\.measurement.observer))
      return "\(question) of \(observers.joined(separator: ", "))"
    } + some.filter { !whole.contains($0.question) }.map(\.name)
  }

  /// The rows that chance in the choice of pictures alone would seldom give.
  public var changed: [Row] { rows.filter { $0.change == .beyondNoise || $0.change == .other } }

  /// The rows that a gate on differences speaks of, second less first, and of which it is true.
  ///
  /// - Throws: `ReportingError.gateWithoutNumber` where it speaks of nothing that both studies hold.
  public func meeting(_ gate: Gate) throws -> (met: [Row], spokenOf: [Row]) {
    let own = try rows.filter { row in
      guard gate.covers(row.measurement), gate.asks(row.measurement.asked, row.label)
      else { return false }
      try gate.requireLimit(for: [row.measurement], isDifference: true)
      return true
    }
    guard !own.isEmpty else {
      throw ReportingError.gateWithoutNumber(
        gate: gate.text, known: rows.map(\.gateName))
    }
    return (own.filter { gate.comparison.holds($0.difference, gate.limit) }, own)
  }

  /// The document for programs: sorted keys, numbers finite or null.
  public func json() throws -> Data {
    try JSONValue.object([
      "schema_version": .whole(2), "first": .text(first), "second": .text(second),
      "differences": .list(
        rows.map { row in
          .object([
            "question": .text(row.question), "name": .text(row.observer), "key": .text(row.key),
            "n": .optional(row.paired?.count), "first": .number(row.paired?.second ?? row.before),
            "second": .number(row.paired?.first ?? row.after), "difference": .number(row.difference),
            "difference_interval": row.paired.map { .list([.number($0.lower), .number($0.upper)]) } ?? .null,
            "answers_changed": .optional(row.paired?.changed), "change": .text(row.change.rawValue),
            "worse": .flag(row.isWorse), "paired_by_name": .flag(row.isByName),
            "complete": .flag(!row.isUnfinished),
          ])
        }),
      "only_in_first": .list(onlyInFirst.map(JSONValue.text)),
      "only_in_second": .list(onlyInSecond.map(JSONValue.text)),
      "incomparable": .list(incomparable.map(JSONValue.text)),
      "other_weights": .list(otherWeights.map(JSONValue.text)),
    ]).document()
  }
}
