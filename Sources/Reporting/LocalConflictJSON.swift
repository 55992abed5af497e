import Probes
import Studies

extension ReportData {
  /// Where one network's evidence on cue-conflict stimuli lies.
  func json(localConflict entry: Entry<Recorded<LocalConflictResult>>) -> JSONValue {
    let result = entry.value.result
    let summary = LocalConflictSummary(result)
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    fields["n"] = .whole(result.count)
    fields["difference"] = json(mean: summary.difference)
    fields["regions"] = .list(
      summary.regions.map { region in
        .object([
          "region": .text(region.region.rawValue), "cell_share": .optional(region.cellShare),
          "evidence": json(mean: region.evidence), "shape_share": .optional(region.shapeShare),
        ])
      })
    return .object(fields)
  }
}
