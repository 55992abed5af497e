import Foundation
import Models
import Probes
import Studies
import Training

/// Everything a report shows, read from its studies and logs once.
struct ReportData {
  /// Something from a study, under the name it has on the page.
  struct Entry<Value> {
    /// The observer's name; with the study's name behind it where several studies have that observer.
    let name: String
    /// The study's file name, without its folder.
    let study: String
    let value: Value
    /// What was asked; nil for what is no answer.
    var asked: AskedQuestion?
  }

  /// What a run left out, and how many items it answered.
  struct RunEntry {
    let run: Run
    let answered: Int
    let skipped: [SkippedImage]
  }

  let studies: [String]
  /// Of several views of the data, each of one question, the place of this one; it tells their figures apart.
  var viewPlace = 0
  let models: [Entry<ModelRecord>]
  /// What was answered, by kind of question and what a part of the page makes of it.
  private var answers: [AnswerSlot: Any] = [:]
  /// The kinds of question that this report knows.
  let parts: [ReportPart]
  /// The pictures that runs made, by study and run.
  private var pictures: [RunKey: [Artifact]] = [:]
  /// What each picture asked about is made from, by study and run.
  private let digests: [RunKey: [String: Data]]
  let runs: [Entry<RunEntry>]
  let trainings: [ReportedTraining]
  let kept = Kept()
  /// The short label of each question, which tells it from all others of its kind.
  let labels: [Question: String]
  /// The runs whose answers count: of the same question to the same observer the newest that is finished.
  private let standing: Set<RunKey>
  /// What came of each gate.
  private(set) var verdicts: [GateVerdict] = []

  /// - Parameter parts: the kinds of question to read; a study with runs of another is refused.
  init(
    _ studies: [Study], training: [TrainingLog] = [], gates: [Gate] = [],
    parts: [ReportPart] = ReportPart.catalogue
  ) throws {
    self.parts = parts
    let studyNames = ReportData.distinct(
      studies.map { URL(fileURLWithPath: $0.path).deletingPathExtension().lastPathComponent })
    self.studies = studyNames
    let shared = try ReportData.sharedNames(studies)
    let shown = Dictionary(
      uniqueKeysWithValues: try zip(studies, studyNames).map { study, label in
        (label, try ObserverNames(of: study, isShared: shared.contains, label: label))
      })
    models = try zip(studies, studyNames).flatMap { study, label in
      try study.models().map {
        Entry(name: shown[label]?.name(of: $0) ?? $0.card.name, study: label, value: $0)
      }
    }
    digests = try ReportData.digests(studies, studyNames)
    standing = Set(
      try zip(studies, studyNames).flatMap { study, label in
        try Set(study.runs().map(\.description.kind)).flatMap { kind in
          try study.standingRuns(kind).map { RunKey(study: label, run: $0.id) }
        }
      })
    runs = try zip(studies, studyNames).flatMap { study, label in
      let counts = try study.answerCounts()
      return try study.runs().map { run in
        Entry(
          name: shown[label]?.name(of: run) ?? run.description.observer, study: label,
          value: RunEntry(
            run: run, answered: counts[run.id] ?? 0, skipped: try study.skipped(of: run)),
          asked: AskedQuestion(run))
      }
    }
    labels = ReportData.labels(runs.compactMap(\.asked))
    trainings = zip(ReportData.distinct(training.map(\.name)), training).map {
      ReportedTraining(name: $0, entries: $1.entries)
    }
    let source = ReportSource(studies: Array(zip(studyNames, studies)), names: shown)
    try source.requireKinds(parts.map(\.kind))
    for part in parts { try part.load(source, &self) }
    guard !gates.isEmpty else { return }
    let measurements = self.measurements
    verdicts = try gates.map { try $0.verdict(measurements, of: self) }
  }

  /// What stands in a slot; nothing where no part put something there.
  subscript<Value>(slot: AnswerSlot) -> [Entry<Value>] {
    get { answers[slot] as? [Entry<Value>] ?? [] }
    set { answers[slot] = newValue }
  }

  /// The answers of a kind as they were recorded, for parts that keep them so.
  func recorded<Result: RecordedResult>(
    _ type: Result.Type = Result.self, _ kind: QuestionKind = Result.Answer.kind
  ) -> [Entry<Recorded<Result>>] {
    self[AnswerSlot(kind.rawValue)]
  }

  /// Keeps the pictures that an entry's run made or shows.
  mutating func keep<Result>(_ artifacts: [Artifact], of entry: Entry<Recorded<Result>>) {
    pictures[RunKey(entry)] = artifacts
  }

  /// The pictures that an entry's run made or shows.
  func artifacts<Result>(of entry: Entry<Recorded<Result>>) -> [Artifact] { pictures[RunKey(entry)] ?? [] }

  /// Whether a run's answers count; those of a run whose question was asked again do not.
  func stands(_ entry: Entry<RunEntry>) -> Bool {
    standing.contains(RunKey(study: entry.study, run: entry.value.run.id))
  }

  /// What the pictures that a run asked about are made from, by name; nothing where they were not read.
  func pictureDigests(of run: Run, in study: String) -> [String: Data] {
    digests[RunKey(study: study, run: run.id)] ?? [:]
  }

  private static func labels(_ asked: [AskedQuestion]) -> [Question: String] {
    var labels: [Question: String] = [:]
    for all in Dictionary(grouping: asked, by: \.question.kind).values {
      var seen: Set<Question> = []
      let own = all.filter { seen.insert($0.question).inserted }
      for (asked, label) in zip(own, QuestionFacts.labels(own.map(\.facts))) {
        labels[asked.question] = label
      }
    }
    return labels
  }

  /// Which run of which study.
  private struct RunKey: Hashable {
    let study: String
    let run: Int64

    init(study: String, run: Int64) {
      self.study = study
      self.run = run
    }

    init<Result>(_ entry: Entry<Recorded<Result>>) { self.init(study: entry.study, run: entry.value.run.id) }
  }

  private static func digests(_ studies: [Study], _ labels: [String]) throws -> [RunKey: [String: Data]] {
    var digests: [RunKey: [String: Data]] = [:]
    for (study, label) in zip(studies, labels) {
      var read: [String: [String: Data]] = [:]
      for run in try study.runs() {
        guard let set = run.description.picturesSHA256 else { continue }
        let own = try read[set] ?? study.pictureDigests(of: run)
        read[set] = own
        digests[RunKey(study: label, run: run.id)] = own
      }
    }
    return digests
  }

  /// The network an entry belongs to; nil for people and recorded networks.
  func model(named name: String) -> ModelRecord? { models.first { $0.name == name }?.value }

  /// Everyone's conflict answers counted together, as the published value for people is.
  var people: TextureBiasResult? {
    let persons = textureBias.map(\.value.result).filter { $0.kind == .person }
    guard !persons.isEmpty else { return nil }
    return TextureBiasResult(observer: "humans", kind: .person, answers: persons.flatMap(\.answers))
  }

  /// Names of files, with a number behind those that came up before.
  private static func distinct(_ names: [String]) -> [String] {
    var used: [String: Int] = [:]
    return names.map { name in
      used[name, default: 0] += 1
      let count = used[name, default: 1]
      return count == 1 ? name : "\(name) (\(count))"
    }
  }

  /// The observers that more than one study knows.
  private static func sharedNames(_ studies: [Study]) throws -> Set<String> {
    guard studies.count > 1 else { return [] }
    var owners: [String: Int] = [:]
    for study in studies {
      for name in Set(try study.runs().map(\.description.observer)) { owners[name, default: 0] += 1 }
    }
    return Set(owners.filter { $0.value > 1 }.keys)
  }
}

extension ModelRecord? {
  /// The readable name of a class; its number where the card has no such class.
  func className(_ index: Int) -> String {
    guard let card = self?.card, card.classes.indices.contains(index) else { return "class \(index)" }
    return card.displayName(ofClass: index)
  }
}

extension TextureBiasResult {
  /// How often each cue was answered for the stimuli of one shape category.
  struct Split: Hashable {
    var shape = 0
    var texture = 0

    /// t / (s + t); nil where neither cue was answered.
    var textureFraction: Double? {
      shape + texture == 0 ? nil : Double(texture) / Double(shape + texture)
    }
  }

  /// Counts for each shape category among the conflict stimuli.
  var splits: [String: Split] {
    var splits: [String: Split] = [:]
    for answer in conflicts {
      var split = splits[answer.shape, default: Split()]
      if answer.response == answer.shape { split.shape += 1 }
      if answer.response == answer.texture { split.texture += 1 }
      splits[answer.shape] = split
    }
    return splits
  }
}
