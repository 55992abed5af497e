import Distortions
import Models

/// One network's errors under corruptions, and beside a baseline's.
package struct CorruptionsDocument: AnswerDocument {
  package struct Severity: AnswerDocument {
    let severity: Int
    let top1: Share
    let top1Interval: Interval
    let top1Reason: ShareReason?
    let top1Correct: Int

    package static var fields: [String: String] { ["top1": "At that severity."] }

    init(_ point: DistortionCurve.Point, of count: Int) {
      let own = Proportion(point.correct, of: count)
      severity = Int(point.level)
      (top1, top1Interval, top1Reason) = (own.share, own.interval, own.reason)
      top1Correct = point.correct
    }
  }

  package struct Corrupted: AnswerDocument {
    let name: String
    let family: String
    let severities: [Severity]
    let meanError: Share
    let corruptionError: Nullable<Double>
    let relativeCorruptionError: Nullable<Double>

    package static var fields: [String: String] {
      [
        "family": "Empty for a type that the catalogue does not know.", "meanError": "Over the severities.",
        "corruptionError": "In per cent of the baseline's.",
        "relativeCorruptionError": "The same after each network's clean error is taken off.",
      ]
    }

    init(_ curve: DistortionCurve, _ errors: CorruptionErrors?, _ comparison: CorruptionComparison?) {
      let ratio = comparison?.ratios.first { $0.type == curve.kind }
      name = curve.kind
      family = Corruption.named(curve.kind)?.family.rawValue ?? ""
      severities = curve.points.map { Severity($0, of: curve.count) }
      meanError = Share(errors?.series.first { $0.type == curve.kind }?.mean)
      corruptionError = Nullable(ratio?.error.map { 100 * $0 })
      relativeCorruptionError = Nullable(ratio?.relative.map { 100 * $0 })
    }
  }

  let name: String
  let n: Int
  let chance: Share
  let cleanTop1: Share
  let cleanError: Share
  let types: [Corrupted]
  let meanError: Share
  let baseline: Nullable<String>
  let nCompared: Nullable<Int>
  let mce: Nullable<Double>
  let relativeMce: Nullable<Double>
  let mceTypes: Nullable<Int>
  let mceWhole: Nullable<Bool>
  let mceReason: Nullable<String>
  let relativeMceReason: Nullable<String>
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var fields: [String: String] {
    [
      "chance": "Of naming a class rightly by guessing; null where the classes are not known.",
      "meanError": "Over the types asked about that belong to the fifteen.",
      "baseline": "The network whose errors are 100 %; null where none was chosen.",
      "nCompared": "The pictures that the baseline answered too.",
      "mce": "Mean corruption error in per cent of the baseline's (Hendrycks and Dietterich 2019).",
      "relativeMce": "The same after each network's clean error is taken off its errors.",
      "mceTypes": "How many of the fifteen types it is the mean of.",
      "mceWhole": "Whether all fifteen were asked, at all severities.",
      "mceReason": "Why there is no mean corruption error; null where there is one.",
      "relativeMceReason": "Why there is no relative one; null where there is.",
    ]
  }

  /// - Parameters:
  ///   - curves: the result's.
  ///   - errors: the result's.
  ///   - baseline: the name of the network compared with; nil where none was chosen.
  ///   - comparison: with that network.
  ///   - classes: how many the network has; 0 where that is not known.
  package init(
    _ result: DistortionResult, curves: [DistortionCurve], errors: CorruptionErrors?, baseline: String?,
    comparison: CorruptionComparison?, classes: Int
  ) {
    name = result.model
    n = result.count
    chance = Share(1, of: classes)
    cleanTop1 = Share(errors?.clean.map { 1 - $0 })
    cleanError = Share(errors?.clean)
    types = curves.filter { $0.kind != Corruption.clean.name }.map { Corrupted($0, errors, comparison) }
    meanError = Share(errors?.mean)
    self.baseline = Nullable(baseline)
    nCompared = Nullable(comparison?.count)
    mce = Nullable(comparison?.mean.map { 100 * $0 })
    relativeMce = Nullable(comparison?.relativeMean.map { 100 * $0 })
    mceTypes = Nullable(comparison?.benchmarkTypes)
    mceWhole = Nullable(comparison?.isWhole)
    let reason = comparison?.mean == nil ? Self.reason(comparison, hasBaseline: baseline != nil) : nil
    mceReason = Nullable(reason)
    relativeMceReason = Nullable(
      comparison?.relativeMean == nil
        ? reason ?? "the baseline makes no more errors under one of the types than on clean pictures" : nil)
    skipped = result.skipped.count
    skippedImages = result.skipped
  }

  private static func reason(_ comparison: CorruptionComparison?, hasBaseline: Bool) -> String {
    if !hasBaseline { return "no baseline was chosen" }
    guard let comparison else { return "no picture was answered by both networks" }
    return comparison.benchmarkTypes == 0
      ? "none of the fifteen types was asked about" : "the baseline makes no error under one of the types"
  }
}
