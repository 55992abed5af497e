import Models

/// Where one BagNet's evidence on cue-conflict stimuli lies.
package struct LocalConflictDocument: AnswerDocument {
  package struct Region: AnswerDocument {
    let region: ConflictRegion
    let cellShare: Share
    let evidence: Nullable<EstimateDocument>
    let shapeShare: Share
    let reason: Nullable<String>

    package static var fields: [String: String] {
      [
        "cellShare": "Of all cells.",
        "evidence": "The mean logit difference of a stimulus' cells, over the stimuli that have cells here.",
        "shapeShare": "Cells in which the shape's logit is the greater.",
        "reason": "Why there are no numbers; null where there are.",
      ]
    }

    init(_ summary: LocalConflictSummary.Region) {
      region = summary.region
      cellShare = Share(summary.cellShare)
      evidence = Nullable(EstimateDocument(summary.evidence))
      shapeShare = Share(summary.shapeShare)
      reason = Nullable(
        summary.cellShare == nil
          ? "no stimulus was answered" : summary.evidence == nil ? "no cell lies there" : nil)
    }
  }

  let name: String
  let n: Int
  let difference: Nullable<EstimateDocument>
  let regions: [Region]
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var about: String? { "Where one BagNet's evidence on cue-conflict stimuli lies." }
  package static var fields: [String: String] {
    ["difference": "The logit for the shape less that for the texture, over stimuli."]
  }

  package init(_ result: LocalConflictResult, _ summary: LocalConflictSummary) {
    name = result.model
    n = result.count
    difference = Nullable(EstimateDocument(summary.difference))
    regions = summary.regions.map(Region.init)
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
