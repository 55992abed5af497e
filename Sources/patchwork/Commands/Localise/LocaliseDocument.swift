import Probes

/// What `localise` says of one network.
struct LocaliseDocument: Encodable {
  struct Estimate: Encodable {
    let mean: Double
    let interval: Nullable<[Double]>
    let n: Int

    init?(_ mean: LocalConflictSummary.Mean?) {
      guard let mean else { return nil }
      self.mean = mean.value
      interval = Nullable(mean.interval.map { [$0.lowerBound, $0.upperBound] })
      n = mean.count
    }
  }

  struct Region: Encodable {
    let region: ConflictRegion
    let cellShare: Nullable<Double>
    let evidence: Nullable<Estimate>
    let shapeShare: Nullable<Double>
    let reason: Nullable<String>

    init(_ summary: LocalConflictSummary.Region) {
      region = summary.region
      cellShare = Nullable(summary.cellShare)
      evidence = Nullable(Estimate(summary.evidence))
      shapeShare = Nullable(summary.shapeShare)
      reason = Nullable(
        summary.cellShare == nil
          ? "no stimulus was answered" : summary.evidence == nil ? "no cell lies there" : nil)
    }
  }

  let name: String
  let n: Int
  let difference: Nullable<Estimate>
  let regions: [Region]
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(_ result: LocalConflictResult, _ summary: LocalConflictSummary) {
    name = result.model
    n = result.count
    difference = Nullable(Estimate(summary.difference))
    regions = summary.regions.map(Region.init)
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
