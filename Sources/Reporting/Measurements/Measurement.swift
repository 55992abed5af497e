import Foundation
import Probes
import Silhouettes
import Studies

/// One named number of one observer's answer to one question, with what lies behind it. Gates, differences between
/// studies and comparisons on the page read nothing else.
struct Measurement: Sendable {
  /// What a greater number means for the one who asks.
  enum Direction: String, Sendable {
    case greaterIsBetter = "greater is better"
    case greaterIsWorse = "greater is worse"
    case neither
  }

  /// What a number counts.
  enum Unit: Sendable {
    /// 0…1, shown in per cent.
    case share
    /// A number without a unit, or one that the title tells.
    case number
  }

  /// The observer's name on the page.
  let name: String
  /// The observer's name in its study.
  let observer: String
  /// The study's name on the page.
  let study: String
  let asked: AskedQuestion
  let isFinished: Bool
  /// As gates call it: `robust_accuracy`.
  let measure: String
  /// As a heading or the start of a sentence: `Accuracy under attack`.
  let title: String
  /// Which of several numbers of the measure: a target, an attack with its norm and budget, a corruption and a severity.
  let details: [String]
  let unit: Unit
  let direction: Direction
  /// How many pictures, stimuli or other items it rests on.
  let count: Int
  /// Nil where nothing was counted.
  let value: Double?
  let interval: ClosedRange<Double>?
  /// For a mean over items what each contributes, by the picture's name; nothing for numbers that are no mean.
  let items: [String: Double]
  /// What the pictures are made from, by name; a picture that is not here is known by its name alone.
  let digests: [String: Data]

  var kind: QuestionKind { asked.question.kind }

  /// What is measured, with what was asked: `robust_accuracy[pgd,linf,4/255]`.
  var key: String {
    measure + (details.isEmpty ? "" : "[\(details.map(GateText.quoted).joined(separator: ","))]")
  }

  /// The same in words: `Accuracy under attack (pgd, linf, 4/255)`.
  var heading: String { title + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))") }

  /// The value in words: per cent for shares.
  func words(_ value: Double?) -> String {
    switch unit {
    case .share: Format.percent(value)
    case .number: value.map { Format.precise($0) } ?? Format.none
    }
  }

  /// The interval in words.
  var intervalWords: String {
    switch unit {
    case .share: Format.interval(percent: interval)
    case .number: Format.interval(interval)
    }
  }

  /// The items by what they are made from, where that is known of all, and else by name.
  func items(byDigest: Bool) -> [String: Double] {
    guard byDigest else { return items }
    return Dictionary(
      items.compactMap { name, value in digests[name].map { ($0.base64EncodedString(), value) } }
    ) { first, _ in first }
  }

  /// Whether the pictures of all items are known by their bytes.
  var isIdentified: Bool { !items.isEmpty && items.keys.allSatisfy { digests[$0] != nil } }

  /// This less another over the items of both: the same pictures by their bytes where both know those, and otherwise by
  /// their names. Nil where there is no item in common, or nothing is a mean.
  func difference(from other: Measurement) -> PairedDifference? {
    let (own, others) = comparable(with: other)
    return unit == .share ? PairedDifference(own, others) : PairedDifference(numbers: own, others)
  }

  /// Whether both are means over some of the same items, or neither is a mean.
  func sharesItems(with other: Measurement) -> Bool {
    let (own, others) = comparable(with: other)
    return own.isEmpty && others.isEmpty || own.keys.contains { others[$0] != nil }
  }

  /// The items of both under names that are equal where the pictures are the same.
  private func comparable(with other: Measurement) -> ([String: Double], [String: Double]) {
    let byDigest = isIdentified && other.isIdentified
    return (items(byDigest: byDigest), other.items(byDigest: byDigest))
  }
}

/// One answer, to be measured: fills in what all its measurements share.
struct Measured<Result> {
  let data: ReportData
  let entry: ReportData.Entry<Result>
  let run: Run

  private func make(
    _ measure: String, _ title: String, _ details: [String], _ unit: Measurement.Unit,
    _ direction: Measurement.Direction, count: Int, value: Double?, interval: ClosedRange<Double>?,
    items: [String: Double] = [:]
  ) -> Measurement {
    Measurement(
      name: entry.name, observer: run.description.observer, study: entry.study, asked: AskedQuestion(run),
      isFinished: run.finished != nil, measure: measure, title: title, details: details, unit: unit,
      direction: direction, count: count, value: value, interval: interval, items: items,
      digests: items.isEmpty ? [:] : data.pictureDigests(of: run, in: entry.study))
  }

  /// The share of answers that are one of a sort.
  ///
  /// - Parameter interval: Wilson's where none is given.
  func share<Answer>(
    _ measure: String, _ title: String, _ details: [String] = [], _ direction: Measurement.Direction,
    of answers: [Answer], by name: KeyPath<Answer, String>, interval: ClosedRange<Double>? = nil,
    _ isOne: (Answer) -> Bool
  ) -> Measurement {
    let items = Dictionary(answers.map { ($0[keyPath: name], isOne($0) ? 1.0 : 0) }) { first, _ in first }
    let successes = answers.count(where: isOne)
    return make(
      measure, title, details, .share, direction, count: answers.count,
      value: answers.isEmpty ? nil : Double(successes) / Double(answers.count),
      interval: interval
        ?? WilsonInterval(successes: successes, of: answers.count).map { $0.lower...$0.upper },
      items: items)
  }

  /// The mean of what each item contributes, with the interval of the mean.
  func mean(
    _ measure: String, _ title: String, _ details: [String] = [], _ direction: Measurement.Direction,
    unit: Measurement.Unit = .number, _ items: [String: Double]
  ) -> Measurement {
    let mean = SampleMean(items.sorted { $0.key < $1.key }.map(\.value))
    return make(
      measure, title, details, unit, direction, count: items.count, value: mean?.value,
      interval: mean?.interval, items: items)
  }

  /// A number that is no mean over items.
  func number(
    _ measure: String, _ title: String, _ details: [String] = [], _ direction: Measurement.Direction,
    unit: Measurement.Unit = .number, count: Int, _ value: Double?, interval: ClosedRange<Double>? = nil
  ) -> Measurement {
    make(
      measure, title, details, unit, direction, count: count,
      value: value.flatMap { $0.isFinite ? $0 : nil }, interval: interval)
  }
}

/// Which number of which question, whoever answered.
struct MeasurementKey: Hashable {
  let question: Question
  let key: String

  init(_ measurement: Measurement) {
    question = measurement.asked.question
    key = measurement.key
  }
}
