import Probes
import Studies

// What each part of the page reads, under the name by which the page's code calls it.

extension ReportData {
  var accuracy: [Entry<Recorded<AccuracyResult>>] {
    get { self[AnswerSlot("accuracy")] }
    set { self[AnswerSlot("accuracy")] = newValue }
  }
  /// Stickers by themselves, those of sweeps left out.
  var stickers: [Entry<Recorded<StickerResult>>] {
    get { self[AnswerSlot("sticker")] }
    set { self[AnswerSlot("sticker")] = newValue }
  }
  /// The stickers of sweeps, each on one network.
  var sweeps: [Entry<SweptSticker>] {
    get { self[AnswerSlot("sweeps")] }
    set { self[AnswerSlot("sweeps")] = newValue }
  }
  var places: [Entry<PicturedPlaces>] {
    get { self[AnswerSlot("places")] }
    set { self[AnswerSlot("places")] = newValue }
  }
  var textureBias: [Entry<Recorded<TextureBiasResult>>] {
    get { self[AnswerSlot("texture-bias")] }
    set { self[AnswerSlot("texture-bias")] = newValue }
  }
  var distortions: [Entry<Recorded<DistortionResult>>] {
    get { self[AnswerSlot("distortions")] }
    set { self[AnswerSlot("distortions")] = newValue }
  }
  var corruptions: [Entry<Recorded<DistortionResult>>] {
    get { self[AnswerSlot("corruptions")] }
    set { self[AnswerSlot("corruptions")] = newValue }
  }
  var perturbations: [Entry<Recorded<PerturbationResult>>] {
    get { self[AnswerSlot("perturbations")] }
    set { self[AnswerSlot("perturbations")] = newValue }
  }
  var attributions: [Entry<Recorded<AttributionScoreResult>>] {
    get { self[AnswerSlot("attribution")] }
    set { self[AnswerSlot("attribution")] = newValue }
  }
  var shuffling: [Entry<Recorded<ShufflingResult>>] {
    get { self[AnswerSlot("shuffling")] }
    set { self[AnswerSlot("shuffling")] = newValue }
  }
  var interactions: [Entry<Recorded<InteractionResult>>] {
    get { self[AnswerSlot("interactions")] }
    set { self[AnswerSlot("interactions")] = newValue }
  }
  var sensitivity: [Entry<Recorded<SensitivityResult>>] {
    get { self[AnswerSlot("sensitivity")] }
    set { self[AnswerSlot("sensitivity")] = newValue }
  }
  var singleCues: [Entry<Recorded<SingleCueResult>>] {
    get { self[AnswerSlot("single-cue")] }
    set { self[AnswerSlot("single-cue")] = newValue }
  }
  var localConflicts: [Entry<Recorded<LocalConflictResult>>] {
    get { self[AnswerSlot("local-conflict")] }
    set { self[AnswerSlot("local-conflict")] = newValue }
  }
  var evidence: [Entry<PicturedEvidence>] {
    get { self[AnswerSlot("evidence")] }
    set { self[AnswerSlot("evidence")] = newValue }
  }
  var evidencePatches: [Entry<Recorded<EvidencePatchResult>>] {
    get { self[AnswerSlot("evidence-patches")] }
    set { self[AnswerSlot("evidence-patches")] = newValue }
  }
}

extension ReportSource {
  /// Stickers and, apart from them, sweeps; with the pictures of stickers by themselves.
  func loadStickers(_ data: inout ReportData) throws {
    let tests = try recorded(StickerResult.self)
    data.stickers = tests.filter { $0.value.run.description.sweep == nil }
    data.sweeps = try tests.compactMap { entry in
      guard let study = study(named: entry.study), let swept = try SweptSticker(entry.value, in: study)
      else { return nil }
      return ReportData.Entry(name: entry.name, study: entry.study, value: swept, asked: entry.asked)
    }
    for entry in data.stickers {
      guard let study = study(named: entry.study) else { continue }
      data.keep(try study.artifacts(of: entry.value.run), of: entry)
    }
  }

  func loadPlaces(_ data: inout ReportData) throws {
    data.places = try recorded(PlaceResult.self).map { entry in
      let artifacts = try study(named: entry.study)?.artifacts(of: entry.value.run) ?? []
      return ReportData.Entry(
        name: entry.name, study: entry.study,
        value: PicturedPlaces(recorded: entry.value, scene: artifacts.first { $0.role == .scene }),
        asked: entry.asked)
    }
  }

  func loadEvidence(_ data: inout ReportData) throws {
    data.evidence = try recorded(EvidenceResult.self).flatMap { entry in
      entry.value.result.maps.map {
        ReportData.Entry(name: entry.name, study: entry.study, value: $0, asked: entry.asked)
      }
    }
  }

  /// Two studies often hold the same people's published answers: they count once.
  func loadTextureBias(_ data: inout ReportData) throws {
    var seen: Set<TextureBiasResult> = []
    data.textureBias = try recorded(TextureBiasResult.self).filter {
      $0.value.result.kind == .network || seen.insert($0.value.result).inserted
    }
  }
}
