import Probes

/// A number that gates can speak of.
struct MeasurementDocument: AnswerDocument {
  let gate: String
  let kind: QuestionKind
  let label: String
  let name: String
  let measure: String
  let details: [String]
  let n: Int
  let complete: Bool
  let value: Nullable<Double>
  let interval: Interval
  let direction: Measurement.Direction

  static var fields: [String: String] {
    [
      "gate": "The left side of the gate that speaks of this number.", "label": "The question's.",
      "name": "The observer's.",
      "details": "Which of several numbers of the measure.",
      "n": "The pictures, stimuli or other items that it rests on.",
      "complete": "Whether the run was finished.", "value": "Null where nothing was counted.",
      "direction": "What a greater number means for the one who asks.",
    ]
  }

  init(_ measurement: Measurement, in data: ReportData) {
    gate = data.gateName(of: measurement)
    kind = measurement.kind
    label = data.label(measurement.asked)
    name = measurement.name
    measure = measurement.measure
    details = measurement.details
    n = measurement.count
    complete = measurement.isFinished
    value = Nullable(measurement.value)
    interval = Interval(measurement.interval)
    direction = measurement.direction
  }
}

extension Measurement.Direction: Codable, CaseIterable {
  static var allCases: [Measurement.Direction] { [.greaterIsBetter, .greaterIsWorse, .neither] }
}
