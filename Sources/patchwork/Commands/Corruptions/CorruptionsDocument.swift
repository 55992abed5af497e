import Datasets
import Distortions
import Models
import Probes

/// What `corruptions` says.
struct CorruptionsDocument: Encodable {
  struct Severity: Encodable {
    let severity: Int
    let top1: Nullable<Double>
    let top1Interval: Nullable<[Double]>
    let top1Correct: Int
  }

  struct Corrupted: Encodable {
    let name: String
    let family: String
    let severities: [Severity]
    /// Over the severities, 0…1.
    let meanError: Nullable<Double>
    /// In per cent of the baseline's.
    let corruptionError: Nullable<Double>
    let relativeCorruptionError: Nullable<Double>
  }

  struct Network: Encodable {
    let name: String
    let n: Int
    let cleanTop1: Nullable<Double>
    let types: [Corrupted]
    let meanError: Nullable<Double>
    /// The pictures that the baseline answered too.
    let nCompared: Nullable<Int>
    /// In per cent.
    let mce: Nullable<Double>
    let relativeMce: Nullable<Double>
    /// How many of the fifteen types it is over, and whether these are all, at all severities.
    let mceTypes: Nullable<Int>
    let mceWhole: Nullable<Bool>
    /// Why there is no mean corruption error; null where there is one.
    let mceReason: Nullable<String>
    /// Why there is no relative one.
    let relativeMceReason: Nullable<String>
    let skipped: Int
    let skippedImages: [SkippedImage]
  }

  let baseline: Nullable<String>
  let models: [Network]

  init(_ results: [DistortionResult], baseline: DistortionResult?) {
    self.baseline = Nullable(baseline?.model)
    models = results.map { result in
      let errors = CorruptionErrors(result)
      let comparison = baseline.flatMap { CorruptionComparison(result, against: $0) }
      let types = result.curves.filter { $0.kind != Corruption.clean.name }
      return Network(
        name: result.model, n: result.count, cleanTop1: Nullable(errors?.clean.map { 1 - $0 }),
        types: types.map { CorruptionsDocument.corrupted($0, errors, comparison) },
        meanError: Nullable(errors?.mean), nCompared: Nullable(comparison?.count),
        mce: Nullable(comparison?.mean.map { 100 * $0 }),
        relativeMce: Nullable(comparison?.relativeMean.map { 100 * $0 }),
        mceTypes: Nullable(comparison?.benchmarkTypes), mceWhole: Nullable(comparison?.isWhole),
        mceReason: Nullable(comparison?.mean == nil ? reason(comparison, hasBaseline: baseline != nil) : nil),
        relativeMceReason: Nullable(
          comparison?.relativeMean == nil ? relativeReason(comparison, hasBaseline: baseline != nil) : nil),
        skipped: result.skipped.count, skippedImages: result.skipped)
    }
    func relativeReason(_ comparison: CorruptionComparison?, hasBaseline: Bool) -> String {
      if comparison?.mean == nil { return reason(comparison, hasBaseline: hasBaseline) }
      return "the baseline makes no more errors under one of the types than on clean pictures"
    }
    func reason(_ comparison: CorruptionComparison?, hasBaseline: Bool) -> String {
      if !hasBaseline { return "no baseline was chosen" }
      guard let comparison else { return "no picture was answered by both networks" }
      return comparison.benchmarkTypes == 0
        ? "none of the fifteen types was asked about" : "the baseline makes no error under one of the types"
    }
  }

  private static func corrupted(
    _ curve: DistortionCurve, _ errors: CorruptionErrors?, _ comparison: CorruptionComparison?
  ) -> Corrupted {
    let ratio = comparison?.ratios.first { $0.type == curve.kind }
    return Corrupted(
      name: curve.kind, family: Corruption.named(curve.kind)?.family.rawValue ?? "",
      severities: curve.points.map { point in
        let interval = WilsonInterval(successes: point.correct, of: curve.count)
        return Severity(
          severity: Int(point.level),
          top1: Nullable(curve.count == 0 ? nil : Double(point.correct) / Double(curve.count)),
          top1Interval: Nullable(interval.map { [$0.lower, $0.upper] }), top1Correct: point.correct)
      },
      meanError: Nullable(errors?.series.first { $0.type == curve.kind }?.mean),
      corruptionError: Nullable(ratio?.error.map { 100 * $0 }),
      relativeCorruptionError: Nullable(ratio?.relative.map { 100 * $0 }))
  }
}
