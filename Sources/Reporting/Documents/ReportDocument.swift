import Probes

/// A report's numbers for programs: report.json.
struct ReportDocument: AnswerDocument {
  /// Rises when a field changes its meaning or goes.
  enum Version: Int, Codable, CaseIterable, Sendable {
    case current = 2
  }

  /// The answers to one set of stimuli.
  struct TextureBias: AnswerDocument {
    let observers: [Answered<ObserverDocument>]
    let humansPooled: Nullable<ObserverDocument>
    let errorConsistency: Nullable<ErrorConsistencyDocument>

    static var about: String? { "The answers to one set of stimuli." }
    static var fields: [String: String] {
      [
        "humansPooled": "Everyone's answers counted together; null without people.",
        "errorConsistency": "Null for fewer than two observers.",
      ]
    }
  }

  /// The answers to one set of distortions.
  struct Distortions: AnswerDocument {
    let networks: [Answered<DistortionsDocument>]
    let comparisons: [DistortionComparisonDocument]

    static var about: String? { "The answers to one set of distortions." }
  }

  /// The answers to one set of corruptions.
  struct Corruptions: AnswerDocument {
    let networks: [Answered<CorruptionsDocument>]

    static var about: String? { "The answers to one set of corruptions." }
  }

  struct Attribution: AnswerDocument {
    let networks: [Answered<AttributionDocument>]
  }

  struct Signatures: AnswerDocument {
    let shuffling: [Answered<ShufflingDocument>]
    let interactions: [Answered<InteractionDocument>]
    let errors: [ErrorAgreementDocument]
    let sensitivity: [Answered<SensitivityDocument>]

    static var about: String? { "Brendel and Bethge 2019." }
  }

  let schemaVersion: Version
  let studies: [String]
  let models: [ModelRecordDocument]
  let accuracy: [Answered<AccuracyDocument>]
  let stickers: [Answered<StickerDocument>]
  let textureBias: [TextureBias]
  let stickerSweeps: [Answered<SweptStickerDocument>]
  let stickerPlaces: [Answered<PlaceDocument>]
  let perturbations: [Answered<PerturbationDocument>]
  let distortions: [Distortions]
  let gates: [GateDocument]
  let measurements: [MeasurementDocument]
  let corruptions: [Corruptions]
  let attribution: Attribution
  let singleCues: [Answered<SingleCueDocument>]
  let localConflict: [Answered<LocalConflictDocument>]
  let signatures: Signatures
  let evidence: [Answered<PicturedEvidenceDocument>]
  let evidencePatches: [Answered<EvidencePatchesDocument>]
  let runs: [RunDocument]
  let training: [TrainingDocument]

  static var about: String? {
    """
    What 'patchwork report' writes beside its page. Shares are in 0…1; keys are snake_case and sorted; no number is \
    infinite or NaN.
    """
  }
  static var fields: [String: String] {
    [
      "schemaVersion": "Rises when a field changes its meaning or goes.",
      "measurements": "Every number that gates can speak of.",
    ]
  }

}
