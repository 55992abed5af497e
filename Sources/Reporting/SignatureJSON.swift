import Probes
import Studies

extension ReportData {
  /// How far observers err on the same stimuli; null for fewer than two.
  func errorConsistencyJSON() -> JSONValue {
    guard let consistency = errorConsistency else { return .null }
    func fields(of mean: ObserverConsistency.Mean) -> JSONValue {
      .object([
        "name": .text(mean.network ?? "people"), "pairs": .whole(mean.pairs), "kappa": .number(mean.kappa),
        "kappa_interval": json(interval: mean.interval),
      ])
    }
    return .object([
      "between_people": consistency.people.map(fields(of:)) ?? .null,
      "networks_with_people": .list(consistency.networks.map(fields(of:))),
      "pairs": .list(
        consistency.pairs.map { pair in
          .object([
            "first": .text(pair.first), "second": .text(pair.second), "n": .whole(pair.consistency.count),
            "observed": .number(pair.consistency.observed), "expected": .number(pair.consistency.expected),
            "kappa": .optional(pair.consistency.kappa), "kappa_interval": json(interval: pair.interval),
          ])
        }),
    ])
  }

  /// The four signatures of every network.
  func signatureJSON() -> JSONValue {
    .object([
      "shuffling": .list(shuffling.map(json(shuffling:))),
      "interactions": .list(interactions.map(json(interactions:))),
      "errors": .list(views(\.shuffling).flatMap { view in view.errorAgreements.map(json(errors:)) }),
      "sensitivity": .list(sensitivity.map(json(sensitivity:))),
    ])
  }

  func json(interval: ClosedRange<Double>?) -> JSONValue {
    interval.map { .list([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
  }

  private func json(shuffling entry: Entry<Recorded<ShufflingResult>>) -> JSONValue {
    let result = entry.value.result
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    fields["n"] = .whole(result.count)
    fields["mean_over_grids"] = .optional(result.meanOverGrids)
    fields["inner_difference"] = .optional(result.innerDifference)
    proportion("whole_top1", result.cleanCorrect, of: result.count, into: &fields)
    fields["conditions"] = .list(
      result.points.map { point in
        var own: [String: JSONValue] = [
          "unit": .text(point.condition.unit.rawValue), "value": .whole(point.condition.value),
        ]
        proportion("top1", point.correct, of: result.count, into: &own)
        func share(_ correct: Int?) -> JSONValue {
          .optional(result.count == 0 ? nil : correct.map { Double($0) / Double(result.count) })
        }
        own["inner_top1"] = share(point.innerCorrect)
        own["inner_whole_top1"] = share(point.innerCleanCorrect)
        return .object(own)
      })
    return .object(fields)
  }

  private func json(interactions entry: Entry<Recorded<InteractionResult>>) -> JSONValue {
    let result = entry.value.result
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    fields["n"] = .whole(result.count)
    fields["layouts"] = .list(
      points(of: entry).map { point in
        .object([
          "side": .whole(point.layout.side), "gap": .whole(point.layout.gap),
          "additive": isAdditive(point.layout, for: entry).map(JSONValue.flag) ?? .null,
          "correlation": .optional(point.correlation),
          "correlation_interval": json(interval: point.interval),
          "greatest_difference": .optional(point.greatestDifference),
        ])
      })
    return .object(fields)
  }

  private func json(errors pair: ErrorAgreement) -> JSONValue {
    .object([
      "first": .text(pair.first), "second": .text(pair.second), "n": .whole(pair.consistency.count),
      "first_top1": .number(pair.consistency.firstAccuracy),
      "second_top1": .number(pair.consistency.secondAccuracy),
      "observed": .number(pair.consistency.observed), "expected": .number(pair.consistency.expected),
      "kappa": .optional(pair.consistency.kappa), "kappa_interval": json(interval: pair.interval),
      "class_correlation": .optional(pair.correlation),
      "classes": .list(
        pair.classes.map { own in
          .object([
            "class": .whole(own.label), "n": .whole(own.count), "first_correct": .whole(own.firstCorrect),
            "second_correct": .whole(own.secondCorrect),
          ])
        }),
    ])
  }

  private func json(sensitivity entry: Entry<Recorded<SensitivityResult>>) -> JSONValue {
    let result = entry.value.result
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    fields["n"] = .whole(result.count)
    fields["patch_side"] = .whole(result.question.side)
    fields["patches"] = .list(result.question.counts.map(JSONValue.whole))
    fields["whole"] = .optional(result.clean)
    fields["rankings"] = .list(
      curves(of: entry).map { curve in
        .object([
          "ranking": .text(curve.ranking), "probabilities": .list(curve.probabilities.map(JSONValue.number)),
          "mean_fall": .number(curve.meanFall), "mean_fall_interval": json(interval: curve.interval),
        ])
      })
    return .object(fields)
  }
}
