import Probes

/// What came of one gate.
struct GateDocument: AnswerDocument {
  /// One number that the gate speaks of.
  struct Number: AnswerDocument {
    private let measurement: MeasurementDocument
    private let state: GateVerdict.State
    private let limitWithinInterval: Bool

    private enum CodingKeys: String, CodingKey { case state, limitWithinInterval }

    static var definition: String { "gate_number" }
    static var fields: [String: String] {
      MeasurementDocument.fields.merging([
        "limitWithinInterval": "Whether other pictures might have decided otherwise."
      ]) { own, _ in own }
    }

    init(_ measurement: Measurement, of verdict: GateVerdict, in data: ReportData) {
      self.measurement = MeasurementDocument(measurement, in: data)
      state = verdict.state(of: measurement)
      limitWithinInterval = verdict.isClose(measurement)
    }

    init(from decoder: any Decoder) throws {
      measurement = try MeasurementDocument(from: decoder)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      state = try container.decode(GateVerdict.State.self, forKey: .state)
      limitWithinInterval = try container.decode(Bool.self, forKey: .limitWithinInterval)
    }

    func encode(to encoder: any Encoder) throws {
      try measurement.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(state, forKey: .state)
      try container.encode(limitWithinInterval, forKey: .limitWithinInterval)
    }
  }

  let gate: String
  let state: GateVerdict.State
  let numbers: [Number]

  static var fields: [String: String] {
    [
      "gate": "As it was given.",
      "state": "Met where the condition is true of any number; undecided where a run is not finished.",
    ]
  }

  init(_ verdict: GateVerdict, in data: ReportData) {
    gate = verdict.gate.text
    state = verdict.state
    numbers = verdict.measurements.map { Number($0, of: verdict, in: data) }
  }
}

extension GateVerdict.State: Codable, CaseIterable {
  static var allCases: [GateVerdict.State] { [.met, .notMet, .undecided] }
}
