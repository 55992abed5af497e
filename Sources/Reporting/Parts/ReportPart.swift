import Probes
import Studies

/// One kind of question in a report: what is read of it, how it is shown, where it stands in the JSON, and what can be
/// measured of it. A new kind is one line in the catalogue.
struct ReportPart: Sendable {
  let kind: QuestionKind
  /// The anchors of the sections that show it.
  let sections: [String]
  /// Where its answers stand in report.json: a key, or several with points between.
  let jsonKey: String
  /// Reads the answers of all studies.
  let load: @Sendable (ReportSource, inout ReportData) throws -> Void
  /// Its sections, each only where there is something to show.
  let drawn: @Sendable (ReportData) -> [PageSection?]
  /// What stands at `jsonKey`; nil where `ReportDocument` has a place for it.
  let json: (@Sendable (ReportData) -> any Encodable & Sendable)?
  let measurements: @Sendable (ReportData) -> [Measurement]

  init(
    kind: QuestionKind, sections: [String], jsonKey: String,
    load: @escaping @Sendable (ReportSource, inout ReportData) throws -> Void,
    drawn: @escaping @Sendable (ReportData) -> [PageSection?],
    json: (@Sendable (ReportData) -> any Encodable & Sendable)? = nil,
    measurements: @escaping @Sendable (ReportData) -> [Measurement]
  ) {
    self.kind = kind
    self.sections = sections
    self.jsonKey = jsonKey
    self.load = load
    self.drawn = drawn
    self.json = json
    self.measurements = measurements
  }

  /// A part that reads its answers as they were recorded.
  init<Result: RecordedResult>(
    kind: QuestionKind, sections: [String], jsonKey: String, reading type: Result.Type,
    drawn: @escaping @Sendable (ReportData) -> [PageSection?],
    json: (@Sendable (ReportData) -> any Encodable & Sendable)? = nil,
    measurements: @escaping @Sendable (ReportData) -> [Measurement]
  ) {
    self.init(
      kind: kind, sections: sections, jsonKey: jsonKey,
      load: { source, data in data[AnswerSlot(kind.rawValue)] = try source.recorded(type, kind) },
      drawn: drawn, json: json, measurements: measurements)
  }

  /// Every kind of question there is, in the order of the page.
  static let catalogue: [ReportPart] = [
    ReportPart(
      kind: .accuracy, sections: ["accuracy"], jsonKey: "accuracy", reading: AccuracyResult.self,
      drawn: { [$0.accuracySection()] }, measurements: { $0.accuracyMeasurements() }),
    ReportPart(
      kind: .sticker, sections: ["sticker", "areas", "transfer"], jsonKey: "stickers",
      load: { try $0.loadStickers(&$1) },
      drawn: { [$0.stickerSection(), $0.placeSection(), $0.areaSection(), $0.transferSection()] },
      measurements: { $0.stickerMeasurements() }),
    ReportPart(
      kind: .places, sections: ["places"], jsonKey: "sticker_places", load: { try $0.loadPlaces(&$1) },
      drawn: { _ in [] }, measurements: { $0.placeMeasurements() }),
    ReportPart(
      kind: .perturbations, sections: ["perturbations"], jsonKey: "perturbations",
      reading: PerturbationResult.self,
      drawn: { [$0.perturbationSection(), $0.comparisonSection()] },
      measurements: { $0.perturbationMeasurements() }),
    ReportPart(
      kind: .evidence, sections: ["evidence"], jsonKey: "evidence", load: { try $0.loadEvidence(&$1) },
      drawn: { [$0.evidenceSection()] }, measurements: { $0.evidenceMeasurements() }),
    ReportPart(
      kind: .evidencePatches, sections: ["telling-patches"], jsonKey: "evidence_patches",
      reading: EvidencePatchResult.self,
      drawn: { [$0.evidencePatchSection()] }, measurements: { $0.evidencePatchMeasurements() }),
    ReportPart(
      kind: .attribution, sections: ["attribution"], jsonKey: "attribution",
      reading: AttributionScoreResult.self,
      drawn: { [$0.attributionSection()] }, measurements: { $0.attributionMeasurements() }),
    ReportPart(
      kind: .textureBias, sections: ["shape-bias"], jsonKey: "texture_bias",
      load: { try $0.loadTextureBias(&$1) },
      drawn: { [$0.textureBiasSection()] }, measurements: { $0.textureBiasMeasurements() }),
    ReportPart(
      kind: .singleCue, sections: ["single-cues"], jsonKey: "single_cues", reading: SingleCueResult.self,
      drawn: { [$0.singleCueSection()] }, measurements: { $0.singleCueMeasurements() }),
    ReportPart(
      kind: .localConflict, sections: ["local-conflict"], jsonKey: "local_conflict",
      reading: LocalConflictResult.self,
      drawn: { [$0.localConflictSection(), $0.errorConsistencySection()] },
      measurements: { $0.localConflictMeasurements() }),
    ReportPart(
      kind: .shuffling, sections: ["signatures"], jsonKey: "signatures.shuffling",
      reading: ShufflingResult.self,
      drawn: { [$0.signatureSection()] }, measurements: { $0.shufflingMeasurements() }),
    ReportPart(
      kind: .interactions, sections: ["signatures"], jsonKey: "signatures.interactions",
      reading: InteractionResult.self,
      drawn: { _ in [] }, measurements: { $0.interactionMeasurements() }),
    ReportPart(
      kind: .sensitivity, sections: ["signatures"], jsonKey: "signatures.sensitivity",
      reading: SensitivityResult.self,
      drawn: { _ in [] }, measurements: { $0.sensitivityMeasurements() }),
    ReportPart(
      kind: .distortions, sections: ["distortions"], jsonKey: "distortions", reading: DistortionResult.self,
      drawn: { [$0.distortionSection()] }, measurements: { $0.distortionMeasurements() }),
    ReportPart(
      kind: .corruptions, sections: ["corruptions"], jsonKey: "corruptions", reading: DistortionResult.self,
      drawn: { [$0.corruptionSection()] }, measurements: { $0.corruptionMeasurements() }),
  ]
}
