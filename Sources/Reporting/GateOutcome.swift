/// What came of one gate, in words for a terminal.
public struct GateOutcome: Encodable, Sendable {
  /// One number that the gate speaks of.
  public struct Number: Encodable, Sendable {
    /// The left side of the gate that speaks of this number alone.
    public let gate: String
    public let value: Double
    public let n: Int
    /// `met`, `not met` or `undecided`.
    public let state: String
    /// The value as people read it.
    public let words: String

    private enum CodingKeys: String, CodingKey { case gate, value, n, state }
  }

  /// As it was given.
  public let gate: String
  /// `met`, `not met` or `undecided`.
  public let state: String
  public let numbers: [Number]

  public var isMet: Bool { state == GateVerdict.State.met.rawValue }
  public var isUndecided: Bool { state == GateVerdict.State.undecided.rawValue }

  /// One line: what the gate says, and the numbers that made it so.
  public var line: String {
    let deciding = isMet || isUndecided ? numbers.filter { $0.state == state } : numbers
    let told = deciding.prefix(6).map { "\($0.gate) is \($0.words) of \($0.n)" }.joined(separator: "; ")
    return "gate '\(gate)' \(state): \(told)"
      + (deciding.count > 6 ? "; and \(deciding.count - 6) more" : "")
  }

  init(_ verdict: GateVerdict, in data: ReportData) {
    gate = verdict.gate.text
    state = verdict.state.rawValue
    numbers = verdict.measurements.compactMap { measurement in
      measurement.value.map {
        Number(
          gate: data.gateName(of: measurement), value: $0, n: measurement.count,
          state: verdict.state(of: measurement).rawValue, words: measurement.words($0))
      }
    }
  }
}

/// A number that gates can speak of.
public struct GateableNumber: Encodable, Sendable {
  /// A whole gate that is not met today and would be by a greater number, or by a lesser one where greater is better.
  public let gate: String
  public let kind: String
  public let question: String
  public let name: String
  public let measure: String
  public let details: [String]
  public let n: Int
  public let value: Double?
  /// 95 %; nil where none is known.
  public let interval: [Double]?
  public let complete: Bool
  /// Value and interval as people read them.
  public let words: String
  public let intervalWords: String

  private enum CodingKeys: String, CodingKey {
    case gate, kind, question, name, measure, details, n, value, interval, complete
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gate, forKey: .gate)
    try container.encode(kind, forKey: .kind)
    try container.encode(question, forKey: .question)
    try container.encode(name, forKey: .name)
    try container.encode(measure, forKey: .measure)
    try container.encode(details, forKey: .details)
    try container.encode(n, forKey: .n)
    // Null, not absent, where there is none.
    try container.encode(value, forKey: .value)
    try container.encode(interval, forKey: .interval)
    try container.encode(complete, forKey: .complete)
  }

  init(_ measurement: Measurement, in data: ReportData) {
    let comparison = measurement.direction == .greaterIsBetter ? "<" : ">"
    gate = data.gateName(of: measurement) + (measurement.value.map { "\(comparison)\($0)" } ?? "")
    kind = measurement.kind.rawValue
    question = data.label(measurement.asked)
    name = measurement.name
    measure = measurement.measure
    details = measurement.details
    n = measurement.count
    value = measurement.value
    interval = measurement.interval.map { [$0.lowerBound, $0.upperBound] }
    complete = measurement.isFinished
    words = measurement.words(measurement.value)
    intervalWords = measurement.intervalWords
  }
}

extension Report {
  /// What came of each gate, in the order they were given.
  public var gates: [GateOutcome] { data.verdicts.map { GateOutcome($0, in: data) } }

  /// Every number that gates can speak of, in the order of the page.
  public var gateableNumbers: [GateableNumber] {
    data.measurements.map { GateableNumber($0, in: data) }
  }
}
