import Probes
import Studies

extension ReportData {
  /// Every network's attributions, scored.
  func attributionJSON() -> JSONValue {
    .object([
      "patch_shares": .list(AttributionScoreProbe.shares.map(JSONValue.number)),
      "subset_shares": .list(AttributionScoreProbe.subsetShares.map(JSONValue.number)),
      "networks": .list(
        attributions.map { entry in
          let result = entry.value.result
          var fields = common(entry.name, entry.value.run, skipped: result.skipped)
          fields["n"] = .whole(result.count)
          fields["methods"] = .list(summaries(of: entry).map(json(summary:)))
          return .object(fields)
        }),
    ])
  }

  private func json(summary: RankingSummary) -> JSONValue {
    .object([
      "name": .text(summary.ranking), "deletion": json(means: summary.deletion),
      "insertion": json(means: summary.insertion), "deletion_area": json(mean: summary.deletionArea),
      "insertion_area": json(mean: summary.insertionArea), "sensitivity": json(means: summary.sensitivity),
      "mean_sensitivity": json(mean: summary.meanSensitivity), "pearson": json(mean: summary.pearson),
      "spearman": json(mean: summary.spearman), "relative_error": json(mean: summary.relativeError),
    ])
  }

  private func json(means: [SampleMean?]) -> JSONValue { .list(means.map { .optional($0?.value) }) }

  func json(mean: SampleMean?) -> JSONValue {
    guard let mean else { return .null }
    return .object([
      "mean": .number(mean.value), "n": .whole(mean.count),
      "interval": mean.interval.map { .list([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null,
    ])
  }
}
