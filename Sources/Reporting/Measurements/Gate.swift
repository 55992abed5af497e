import Foundation
import Probes

/// A condition that must not be true: `sticker[tench].bagnet17.sticker_success>50%`.
///
/// It names a kind of question and, in brackets, which one; an observer by its name as it is in the study, or the part of
/// it before a slash, or `*` for every observer; and a measure, in brackets what the number must be of,
/// `robust_accuracy[pgd,4/255]`. Without a kind it speaks of every kind with that measure. See `GateText`.
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
  /// Nil for every kind.
  let kind: QuestionKind?
  let question: [String]
  let name: String
  let measure: String
  let details: [String]
  let comparison: Comparison
  let limit: Double
  /// Whether the limit was given in per cent.
  let isPercent: Bool

  /// - Throws: `ReportingError.unreadableGate`.
  public init(_ text: String) throws {
    let form = /(.+?)\s*(>=|<=|>|<)\s*([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*(%?)\s*/
    guard let match = text.wholeMatch(of: form), let number = Double(match.output.3), number.isFinite,
      let comparison = Comparison(rawValue: String(match.output.2)),
      let parts = GateText(match.output.1)?.parts, parts.count > 1, let last = parts.last
    else { throw ReportingError.unreadableGate(text: text, found: "something else") }
    let kinds = ReportPart.catalogue.map(\.kind)
    let own = kinds.first { $0.rawValue == parts[0].word }
    if parts.count > 2, parts[0].terms != nil, own == nil {
      throw ReportingError.unreadableGate(
        text: text,
        found: "the kind '\(parts[0].word)'; the kinds are \(kinds.map(\.rawValue).joined(separator: ", "))")
    }
    let hasKind = parts.count > 2 && own != nil
    self.text = text
    kind = hasKind ? own : nil
    question = hasKind ? parts[0].terms ?? [] : []
    let middle = parts.dropFirst(hasKind ? 1 : 0).dropLast()
    guard middle.allSatisfy({ $0.terms == nil }) else {
      throw ReportingError.unreadableGate(text: text, found: "brackets behind an observer's name")
    }
    name = middle.map(\.word).joined(separator: ".")
    guard !name.isEmpty, last.word.wholeMatch(of: /[a-z0-9_]+/) != nil else {
      throw ReportingError.unreadableGate(text: text, found: "the measure '\(last.word)'")
    }
    measure = last.word
    details = last.terms ?? []
    self.comparison = comparison
    isPercent = !match.output.4.isEmpty
    limit = isPercent ? number / 100 : number
  }

  /// Whether the gate speaks of this number.
  func covers(_ measurement: Measurement) -> Bool {
    let short = String(measurement.observer.prefix { $0 != "/" })
    return measure == measurement.measure && (kind == nil || kind == measurement.kind)
      && ["*", measurement.observer, short, measurement.name].contains(name)
      && details.allSatisfy(measurement.details.contains)
  }

  /// What the gate says of everything it speaks of.
  ///
  /// - Throws: `ReportingError.gateWithoutNumber` where it speaks of nothing that was measured, `.unreadableGate` for a
  ///   share above 1.
  func verdict(_ measurements: [Measurement], of data: ReportData) throws -> GateVerdict {
    let own = measurements.filter { measurement in
      measurement.value != nil && covers(measurement)
        && asks(measurement.asked, data.label(measurement.asked))
    }
    guard !own.isEmpty else {
      throw ReportingError.gateWithoutNumber(
        gate: text, known: measurements.filter { $0.value != nil }.map { data.gateName(of: $0) })
    }
    try requireLimit(for: own)
    return GateVerdict(gate: self, measurements: own)
  }

  /// - Throws: `ReportingError.unreadableGate` where a share is compared with what none can be, or a number with a per
  ///   cent.
  func requireLimit(for measurements: [Measurement], isDifference: Bool = false) throws {
    let isShare = measurements.contains { $0.unit == .share }
    let isNumber = measurements.contains { $0.unit == .number }
    if isNumber, isPercent {
      throw ReportingError.unreadableGate(
        text: text, found: "a limit in per cent of a number that is no share")
    }
    let isRatio = ["mce", "relative_mce"].contains(measure)
    if isShare, !isNumber, !isRatio, limit > 1 {
      throw ReportingError.unreadableGate(text: text, found: "a share above 1")
    }
    if isShare, !isNumber, !isDifference, limit < 0 {
      throw ReportingError.unreadableGate(text: text, found: "a share below 0")
    }
  }

  /// Whether the bracket behind the kind is true of a question.
  func asks(_ asked: AskedQuestion, _ label: String) -> Bool {
    question.isEmpty || question.joined(separator: ", ") == label || question.allSatisfy(asked.facts.matches)
  }
}

/// What came of one gate.
struct GateVerdict: Sendable {
  /// What may be said of a gate or of one number.
  enum State: String, Sendable {
    /// The condition is true: what must not be, is.
    case met
    case notMet = "not met"
    /// It rests on a run that has not finished.
    case undecided
  }

  let gate: Gate
  /// What the gate speaks of; at least one.
  let measurements: [Measurement]

  /// Met where the condition is true of any number; undecided where it is of none, and a run is not finished.
  var state: State {
    let states = measurements.map(state)
    return states.contains(.met) ? .met : states.contains(.undecided) ? .undecided : .notMet
  }

  func state(of measurement: Measurement) -> State {
    guard measurement.isFinished else { return .undecided }
    return (measurement.value.map { gate.comparison.holds($0, gate.limit) } ?? false) ? .met : .notMet
  }

  /// Whether the limit lies within the interval: other pictures might have decided otherwise.
  func isClose(_ measurement: Measurement) -> Bool {
    measurement.interval?.contains(gate.limit) ?? false
  }
}

extension ReportData {
  /// The left side of the gate that speaks of this number and, as far as can be told, of no other.
  func gateName(of measurement: Measurement) -> String {
    let label = label(measurement.asked)
    // A label is made of facts with commas between; each is quoted by itself.
    let facts = measurement.asked.facts
    let terms = facts.facts.map(\.text) + [facts.tag]
    let named = GateText.terms(of: label, among: terms).map(GateText.quoted).joined(separator: ",")
    return "\(measurement.kind.rawValue)[\(named)].\(GateText.quoted(measurement.name)).\(measurement.key)"
  }
}

extension GateText {
  /// The facts that a label is made of, in its order.
  static func terms(of label: String, among facts: [String]) -> [String] {
    var rest = Substring(label)
    var terms: [String] = []
    while !rest.isEmpty {
      guard
        let next = facts.filter({ rest == $0 || rest.hasPrefix("\($0), ") }).max(by: { $0.count < $1.count })
      else { return [label] }
      terms.append(next)
      rest = rest.dropFirst(next.count)
      if rest.hasPrefix(", ") { rest = rest.dropFirst(2) }
    }
    return terms
  }
}
