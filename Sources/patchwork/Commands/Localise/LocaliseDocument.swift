import Models
import Probes

/// What `localise` says of one network.
struct LocaliseDocument: Encodable {
  struct Region: Encodable {
    let region: ConflictRegion
    let cellShare: Nullable<Double>
    let evidence: Nullable<EstimateDocument>
    let shapeShare: Nullable<Double>
    let reason: Nullable<String>

    init(_ summary: LocalConflictSummary.Region) {
      region = summary.region
      cellShare = Nullable(summary.cellShare)
      evidence = Nullable(EstimateDocument(summary.evidence))
      shapeShare = Nullable(summary.shapeShare)
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

  init(_ result: LocalConflictResult, _ summary: LocalConflictSummary) {
    name = result.model
    n = result.count
    difference = Nullable(EstimateDocument(summary.difference))
    regions = summary.regions.map(Region.init)
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
