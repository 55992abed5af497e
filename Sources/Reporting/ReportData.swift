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
  }

  /// What a run left out, and how many items it answered.
  struct RunEntry {
    let run: Run
    let answered: Int
    let skipped: [SkippedImage]
  }

  let studies: [String]
  let models: [Entry<ModelRecord>]
  let accuracy: [Entry<Recorded<AccuracyResult>>]
  let stickers: [Entry<Recorded<StickerResult>>]
  let places: [Entry<PicturedPlaces>]
  let textureBias: [Entry<Recorded<TextureBiasResult>>]
  let distortions: [Entry<Recorded<DistortionResult>>]
  let corruptions: [Entry<Recorded<DistortionResult>>]
  let perturbations: [Entry<Recorded<PerturbationResult>>]
  let attributions: [Entry<Recorded<AttributionScoreResult>>]
  let shuffling: [Entry<Recorded<ShufflingResult>>]
  let interactions: [Entry<Recorded<InteractionResult>>]
  let sensitivity: [Entry<Recorded<SensitivityResult>>]
  let singleCues: [Entry<Recorded<SingleCueResult>>]
  let localConflicts: [Entry<Recorded<LocalConflictResult>>]
  /// The stickers of sweeps, each on one network.
  let sweeps: [Entry<SweptSticker>]
  let evidence: [Entry<PicturedEvidence>]
  let evidencePatches: [Entry<Recorded<EvidencePatchResult>>]
  /// The pictures of each sticker run, in the order of `stickers`.
  let artifacts: [[Artifact]]
  let runs: [Entry<RunEntry>]
  let trainings: [ReportedTraining]
  let kept = Kept()
  /// What came of each gate.
  private(set) var verdicts: [GateVerdict] = []

  init(_ studies: [Study], training: [TrainingLog] = [], gates: [Gate] = []) throws {
    let labels = ReportData.distinct(
      studies.map { URL(fileURLWithPath: $0.path).deletingPathExtension().lastPathComponent })
    self.studies = labels
    let shared = try ReportData.sharedNames(studies)
    func entries<Value>(
      _ read: (Study) throws -> [Value], name: (Value) -> String
    ) rethrows -> [Entry<Value>] {
      try zip(studies, labels).flatMap { study, label in
        try read(study).map { value in
          let own = name(value)
          return Entry(name: shared.contains(own) ? "\(own) · \(label)" : own, study: label, value: value)
        }
      }
    }
    models = try entries({ try $0.models() }, name: \.card.name)
    accuracy = try entries({ try $0.recordedAccuracy() }, name: \.result.model)
    stickers = try entries({ try $0.recordedStickers() }, name: \.result.model)
    places = try entries({ try $0.picturedPlaces() }, name: \.recorded.result.model)
    textureBias = ReportData.withoutRepeatedPeople(
      try entries({ try $0.recordedTextureBias() }, name: \.result.observer))
    distortions = try entries({ try $0.recordedDistortions() }, name: \.result.model)
    corruptions = try entries({ try $0.recordedCorruptions() }, name: \.result.model)
    perturbations = try entries({ try $0.recordedPerturbations() }, name: \.result.model)
    attributions = try entries({ try $0.recordedAttributions() }, name: \.result.model)
    shuffling = try entries({ try $0.recordedShuffling() }, name: \.result.model)
    interactions = try entries({ try $0.recordedInteractions() }, name: \.result.model)
    sensitivity = try entries({ try $0.recordedSensitivity() }, name: \.result.model)
    singleCues = try entries({ try $0.recordedSingleCues() }, name: \.result.model)
    localConflicts = try entries({ try $0.recordedLocalConflicts() }, name: \.result.model)
    sweeps = try entries({ try $0.sweptStickers() }, name: \.recorded.result.model)
    evidence = try entries({ try $0.evidenceMaps() }, name: \.map.model)
    evidencePatches = try entries({ try $0.recordedEvidencePatches() }, name: \.result.model)
    artifacts = try zip(studies, labels).flatMap { study, _ in
      try study.latestStickerRuns().map { try study.artifacts(of: $0) }
    }
    runs = try entries(
      { study in
        let counts = try study.answerCounts()
        return try study.runs().map { run in
          RunEntry(run: run, answered: counts[run.id] ?? 0, skipped: try study.skipped(of: run))
        }
      }, name: \.run.description.observer)
    trainings = zip(ReportData.distinct(training.map(\.name)), training).map {
      ReportedTraining(name: $0, entries: $1.entries)
    }
    guard !gates.isEmpty else { return }
    let measurements = self.measurements
    verdicts = try gates.map { try $0.verdict(measurements) }
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

  /// Two studies often hold the same people's published answers: they count once.
  private static func withoutRepeatedPeople(
    _ entries: [Entry<Recorded<TextureBiasResult>>]
  ) -> [Entry<Recorded<TextureBiasResult>>] {
    var seen: Set<TextureBiasResult> = []
    return entries.filter { $0.value.result.kind == .network || seen.insert($0.value.result).inserted }
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
