import Foundation
import Probes
import Studies

/// What changed from one study to another, share by share, on the pictures that both answered.
public struct ReportDifference: Sendable {
  /// One share in both studies.
  public struct Row: Sendable {
    /// What a share may have done.
    public enum Change: String, Sendable {
      /// Every picture got the same answer.
      case none = "same answers"
      /// No more than chance in the choice of pictures would give.
      case withinNoise = "within noise"
      case beyondNoise = "beyond noise"
    }

    public let observer: String
    /// Such as `robust_accuracy[pgd,linf,4/255]`.
    public let key: String
    /// Second less first, with its interval, over the pictures that both answered.
    public let paired: PairedDifference

    public var change: Change {
      paired.changed == 0 ? .none : paired.isBeyondChance ? .beyondNoise : .withinNoise
    }
  }

  /// The studies' file names.
  public let first, second: String
  public let rows: [Row]
  /// What only one of the studies holds, and what both hold but of no picture in common: observer and key.
  public let onlyInFirst, onlyInSecond, incomparable: [String]
  /// Networks whose weights are not the same in both.
  public let otherWeights: [String]

  /// - Throws: `StudyError` for a damaged study; `ReportingError.nothingToReport` when neither holds a share.
  public init(_ first: Study, _ second: Study) throws {
    let data = try (ReportData([first]), ReportData([second]))
    self.first = data.0.studies.first ?? first.path
    self.second = data.1.studies.first ?? second.path
    func keyed(_ data: ReportData) -> [(name: String, measurement: Measurement)] {
      data.measurements.filter { $0.count > 0 }.map { ("\($0.observer).\($0.key)", $0) }
    }
    let (earlier, later) = (keyed(data.0), keyed(data.1))
    guard !earlier.isEmpty || !later.isEmpty else {
      throw ReportingError.nothingToReport(studies: [first.path, second.path])
    }
    let laterByName = Dictionary(later.map { ($0.name, $0.measurement) }) { first, _ in first }
    let earlierNames = Set(earlier.map(\.name))
    var (rows, incomparable): ([Row], [String]) = ([], [])
    for (name, measurement) in earlier {
      guard let other = laterByName[name] else { continue }
      if let paired = PairedDifference(other.shares, measurement.shares) {
        rows.append(Row(observer: measurement.observer, key: measurement.key, paired: paired))
      } else {
        incomparable.append(name)
      }
    }
    self.rows = rows
    self.incomparable = incomparable
    onlyInFirst = earlier.map(\.name).filter { laterByName[$0] == nil }
    onlyInSecond = later.map(\.name).filter { !earlierNames.contains($0) }
    let hashes = Dictionary(data.1.models.map { ($0.name, $0.value.weightsSHA256) }) { first, _ in first }
    otherWeights = data.0.models.filter { entry in
      hashes[entry.name].map { $0 != entry.value.weightsSHA256 } ?? false
    }.map(\.name)
  }

  /// The rows that chance in the choice of pictures alone would seldom give.
  public var changed: [Row] { rows.filter { $0.change == .beyondNoise } }

  /// The document for programs: sorted keys, numbers finite or null.
  public func json() throws -> Data {
    try JSONValue.object([
      "schema_version": .whole(1), "first": .text(first), "second": .text(second),
      "differences": .list(
        rows.map { row in
          .object([
            "name": .text(row.observer), "key": .text(row.key), "n": .whole(row.paired.count),
            "first": .number(row.paired.second), "second": .number(row.paired.first),
            "difference": .number(row.paired.difference),
            "difference_interval": .list([.number(row.paired.lower), .number(row.paired.upper)]),
            "answers_changed": .whole(row.paired.changed), "change": .text(row.change.rawValue),
          ])
        }),
      "only_in_first": .list(onlyInFirst.map(JSONValue.text)),
      "only_in_second": .list(onlyInSecond.map(JSONValue.text)),
      "incomparable": .list(incomparable.map(JSONValue.text)),
      "other_weights": .list(otherWeights.map(JSONValue.text)),
    ]).document()
  }
}
