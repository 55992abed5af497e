import Probes

/// A condition under which a report fails: `bagnet17.sticker_success>0.5`.
///
/// Before the last point stands an observer's name as it is in the study, or its part before a slash, or `*` for every
/// observer; behind it a metric, and in brackets what the question must have had, `robust_accuracy[pgd,4/255]`; then
/// `>`, `>=`, `<` or `<=` and a share, as a number from 0 to 1 or with a percent sign.
public struct Gate: Sendable, Hashable {
  enum Comparison: String, CaseIterable, Sendable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"

    func holds(_ value: Double, _ limit: Double) -> Bool {
      switch self {
      case .atLeast: value >= limit
      case .atMost: value <= limit
      case .above: value > limit
      case .below: value < limit
      }
    }
  }

  /// As it was given.
  public let text: String
  let name: String
  let metric: Metric
  let details: [String]
  let comparison: Comparison
  /// 0…1.
  let limit: Double

  /// - Throws: `ReportingError.unreadableGate`.
  public init(_ text: String) throws {
    let form = /\s*(.+)\.([a-z0-9_]+)(?:\[([^\]]*)\])?\s*(>=|<=|>|<)\s*([0-9]*\.?[0-9]+)\s*(%?)\s*/
    guard let match = text.wholeMatch(of: form), let number = Double(match.output.5),
      let comparison = Comparison(rawValue: String(match.output.4))
    else { throw ReportingError.unreadableGate(text: text, found: "something else") }
    guard let metric = Metric(rawValue: String(match.output.2)) else {
      throw ReportingError.unreadableGate(text: text, found: "the metric '\(match.output.2)'")
    }
    let limit = match.output.6.isEmpty ? number : number / 100
    guard limit <= 1 else {
      throw ReportingError.unreadableGate(text: text, found: "a share above 1")
    }
    self.text = text
    name = String(match.output.1)
    self.metric = metric
    details = (match.output.3 ?? "").split(separator: ",").map { $0.trimmed }
    self.comparison = comparison
    self.limit = limit
  }

  /// Whether the gate speaks of this share.
  func covers(_ measurement: Measurement) -> Bool {
    let short = measurement.observer.prefix { $0 != "/" }
    return metric == measurement.metric && ["*", measurement.observer, String(short)].contains(name)
      || metric == measurement.metric && name == measurement.name
  }

  /// What the gate says of everything it speaks of.
  ///
  /// - Throws: `ReportingError.gateWithoutNumber` where it speaks of nothing that was measured.
  func verdict(_ measurements: [Measurement]) throws -> GateVerdict {
    let own = measurements.filter { measurement in
      covers(measurement) && details.allSatisfy { measurement.details.contains($0) } && measurement.count > 0
    }
    guard !own.isEmpty else {
      throw ReportingError.gateWithoutNumber(
        gate: text,
        known: measurements.filter { $0.count > 0 }.map { "\($0.name).\($0.key)" })
    }
    return GateVerdict(gate: self, measurements: own)
  }
}

extension Substring {
  /// Without spaces at either end.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// What came of one gate.
struct GateVerdict: Sendable {
  let gate: Gate
  /// What the gate speaks of; at least one.
  let measurements: [Measurement]

  /// Whether the condition is true of any of them.
  var isFailed: Bool { measurements.contains(where: isFailed) }

  func isFailed(_ measurement: Measurement) -> Bool {
    measurement.value.map { gate.comparison.holds($0, gate.limit) } ?? false
  }

  /// Whether the limit lies within the interval: other pictures might have decided otherwise.
  func isClose(_ measurement: Measurement) -> Bool {
    measurement.interval.map { $0.lower <= gate.limit && gate.limit <= $0.upper } ?? false
  }
}
