import Datasets
import Probes
import Studies

extension ReportData {
  /// The curves of every network, and for each kind the best network beside the next.
  func distortionJSON() -> JSONValue {
    .object([
      "networks": .list(distortions.map(json(distortion:))),
      "comparisons": .list(distortionLeaders.compactMap(json(leader:))),
    ])
  }

  private func json(distortion entry: Entry<Recorded<DistortionResult>>) -> JSONValue {
    let result = entry.value.result
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    let classes = entry.value.run.description.model?.card.classes.count ?? 0
    fields["n"] = .whole(result.count)
    fields["chance"] = .optional(classes > 0 ? 1 / Double(classes) : nil)
    fields["kinds"] = .list(
      curves(of: entry).map { curve in
        .object([
          "name": .text(curve.kind), "mean_distorted": .optional(curve.meanDistorted),
          "levels": .list(
            curve.points.map { point in
              var level: [String: JSONValue] = ["level": .number(point.level)]
              proportion("top1", point.correct, of: curve.count, into: &level)
              return .object(level)
            }),
        ])
      })
    return .object(fields)
  }

  private func json(leader: DistortionLeader) -> JSONValue? {
    guard let next = leader.next, let comparison = leader.comparison else { return nil }
    return .object([
      "kind": .text(leader.kind), "n": .whole(comparison.count),
      "best": .text(leader.best.name), "best_mean": .number(comparison.first),
      "next": .text(next.name), "next_mean": .number(comparison.second),
      "difference": .number(comparison.difference),
      "difference_interval": .list([.number(comparison.lower), .number(comparison.upper)]),
      "beyond_chance": .flag(comparison.isBeyondChance),
    ])
  }
}
