import Probes
import Studies

/// What was computed from an entry once, for the next place that shows it.
final class KeptResults<Value> {
  private struct Key: Hashable {
    let study: String
    let run: Int64
  }

  private var values: [Key: Value] = [:]

  /// The value kept for the entry, or else what `make` gives.
  func value<Result>(of entry: ReportData.Entry<Recorded<Result>>, _ make: (Result) -> Value) -> Value {
    let key = Key(study: entry.study, run: entry.value.run.id)
    if let known = values[key] { return known }
    let made = make(entry.value.result)
    values[key] = made
    return made
  }
}

extension ReportData {
  /// Results that take long and are shown in several places: on the page, in its tables and in the JSON.
  struct Kept {
    fileprivate let curves = KeptResults<[DistortionCurve]>()
    fileprivate let corruptionErrors = KeptResults<CorruptionErrors?>()
    fileprivate let corruptionComparisons = KeptResults<CorruptionComparison?>()
    fileprivate let summaries = KeptResults<[RankingSummary]>()
    fileprivate let interactionPoints = KeptResults<[InteractionResult.Point]>()
    fileprivate let sensitivityCurves = KeptResults<[SensitivityResult.Curve]>()
    fileprivate let errorAgreements = KeptResults<[ErrorAgreement]>()
  }

  func curves(of entry: Entry<Recorded<DistortionResult>>) -> [DistortionCurve] {
    kept.curves.value(of: entry, \.curves)
  }

  func corruptionErrors(of entry: Entry<Recorded<DistortionResult>>) -> CorruptionErrors? {
    kept.corruptionErrors.value(of: entry) { CorruptionErrors($0) }
  }

  /// Beside the baseline; nil where there is none.
  func corruptionComparison(of entry: Entry<Recorded<DistortionResult>>) -> CorruptionComparison? {
    kept.corruptionComparisons.value(of: entry) { result in
      corruptionBaseline(of: entry).flatMap { CorruptionComparison(result, against: $0.value.result) }
    }
  }

  func summaries(of entry: Entry<Recorded<AttributionScoreResult>>) -> [RankingSummary] {
    kept.summaries.value(of: entry, \.summaries)
  }

  func points(of entry: Entry<Recorded<InteractionResult>>) -> [InteractionResult.Point] {
    kept.interactionPoints.value(of: entry) { $0.points(bootstrap(entry.value.run)) }
  }

  func curves(of entry: Entry<Recorded<SensitivityResult>>) -> [SensitivityResult.Curve] {
    kept.sensitivityCurves.value(of: entry) { $0.curves(bootstrap(entry.value.run)) }
  }

  /// Every two networks with pictures in common, under their names on the page.
  var errorAgreements: [ErrorAgreement] {
    guard let first = shuffling.first else { return [] }
    return kept.errorAgreements.value(of: first) { _ in
      ErrorAgreement.all(
        shuffling.map { entry in
          var result = entry.value.result
          result.model = entry.name
          return result
        }, bootstrap: bootstrap(first.value.run))
    }
  }
}
