import Datasets
import Distortions
import Probes
import Studies

extension ReportData {
  /// The errors of every network under corruptions; shares of the baseline's are in per cent, as published.
  func corruptionJSON() -> JSONValue {
    .object(["networks": .list(corruptions.map(json(corruption:)))])
  }

  private func json(corruption entry: Entry<Recorded<DistortionResult>>) -> JSONValue {
    let result = entry.value.result
    let errors = corruptionErrors(of: entry)
    let comparison = corruptionComparison(of: entry)
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    let classes = entry.value.run.description.model?.card.classes.count ?? 0
    fields["n"] = .whole(result.count)
    fields["chance"] = .optional(classes > 0 ? 1 / Double(classes) : nil)
    fields["clean_error"] = .optional(errors?.clean)
    fields["mean_error"] = .optional(errors?.mean)
    fields["baseline"] = .optional(corruptionBaseline(of: entry)?.name)
    fields["n_compared"] = .optional(comparison?.count)
    fields["mce"] = .optional(comparison?.mean.map { 100 * $0 })
    fields["relative_mce"] = .optional(comparison?.relativeMean.map { 100 * $0 })
    fields["mce_types"] = .optional(comparison?.benchmarkTypes)
    fields["mce_whole"] = comparison.map { .flag($0.isWhole) } ?? .null
    fields["types"] = .list(
      curves(of: entry).filter { $0.kind != Corruption.clean.name }.map { curve in
        let ratio = comparison?.ratios.first { $0.type == curve.kind }
        return .object([
          "name": .text(curve.kind),
          "mean_error": .optional(errors?.series.first { $0.type == curve.kind }?.mean),
          "corruption_error": .optional(ratio?.error.map { 100 * $0 }),
          "relative_corruption_error": .optional(ratio?.relative.map { 100 * $0 }),
          "severities": .list(
            curve.points.map { point in
              var severity: [String: JSONValue] = ["severity": .whole(Int(point.level))]
              proportion("top1", point.correct, of: curve.count, into: &severity)
              return .object(severity)
            }),
        ])
      })
    return .object(fields)
  }
}
