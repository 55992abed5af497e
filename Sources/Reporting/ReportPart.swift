import Probes

/// One kind of question in a report: where it stands on the page and in the JSON, and what can be measured of it.
struct ReportPart: Sendable {
  let kind: QuestionKind
  /// The anchors of the sections that show it.
  let sections: [String]
  /// Where its answers stand in report.json: a key, or several with points between.
  let jsonKey: String
  let measurements: @Sendable (ReportData) -> [Measurement]

  /// Every kind of question there is, in the order of the page.
  static let catalogue: [ReportPart] = [
    ReportPart(kind: .accuracy, sections: ["accuracy"], jsonKey: "accuracy") { $0.accuracyMeasurements() },
    ReportPart(kind: .sticker, sections: ["sticker", "areas", "transfer"], jsonKey: "stickers") {
      $0.stickerMeasurements()
    },
    ReportPart(kind: .places, sections: ["places"], jsonKey: "sticker_places") { $0.placeMeasurements() },
    ReportPart(kind: .perturbations, sections: ["perturbations"], jsonKey: "perturbations") {
      $0.perturbationMeasurements()
    },
    ReportPart(kind: .evidence, sections: ["evidence"], jsonKey: "evidence") { $0.evidenceMeasurements() },
    ReportPart(kind: .evidencePatches, sections: ["telling-patches"], jsonKey: "evidence_patches") {
      $0.evidencePatchMeasurements()
    },
    ReportPart(kind: .attribution, sections: ["attribution"], jsonKey: "attribution") {
      $0.attributionMeasurements()
    },
    ReportPart(kind: .textureBias, sections: ["shape-bias"], jsonKey: "texture_bias") {
      $0.textureBiasMeasurements()
    },
    ReportPart(kind: .singleCue, sections: ["single-cues"], jsonKey: "single_cues") {
      $0.singleCueMeasurements()
    },
    ReportPart(kind: .localConflict, sections: ["local-conflict"], jsonKey: "local_conflict") {
      $0.localConflictMeasurements()
    },
    ReportPart(kind: .shuffling, sections: ["signatures"], jsonKey: "signatures.shuffling") {
      $0.shufflingMeasurements()
    },
    ReportPart(kind: .interactions, sections: ["signatures"], jsonKey: "signatures.interactions") {
      $0.interactionMeasurements()
    },
    ReportPart(kind: .sensitivity, sections: ["signatures"], jsonKey: "signatures.sensitivity") {
      $0.sensitivityMeasurements()
    },
    ReportPart(kind: .distortions, sections: ["distortions"], jsonKey: "distortions") {
      $0.distortionMeasurements()
    },
    ReportPart(kind: .corruptions, sections: ["corruptions"], jsonKey: "corruptions") {
      $0.corruptionMeasurements()
    },
  ]
}
