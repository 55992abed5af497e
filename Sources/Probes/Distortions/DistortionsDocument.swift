import Models

/// One network's accuracy against the strength of each distortion.
package struct DistortionsDocument: AnswerDocument {
  package struct Kind: AnswerDocument {
    let name: String
    let meanDistorted: Share
    let levels: [Level]

    package static var fields: [String: String] {
      ["meanDistorted": "Right answers over all levels beyond the weakest."]
    }
  }

  package struct Level: AnswerDocument {
    let level: Nullable<Double>
    let top1: Share
    let top1Interval: Interval
    let top1Reason: ShareReason?
    let top1Correct: Int

    package static var fields: [String: String] { ["top1": "At that level."] }

    init(_ point: DistortionCurve.Point, of count: Int) {
      let own = Proportion(point.correct, of: count)
      level = Nullable(point.level)
      (top1, top1Interval, top1Reason) = (own.share, own.interval, own.reason)
      top1Correct = point.correct
    }
  }

  let name: String
  let n: Int
  let chance: Share
  let kinds: [Kind]
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var fields: [String: String] {
    ["chance": "Of naming a class rightly by guessing; null where the classes are not known."]
  }

  /// - Parameters:
  ///   - curves: the result's.
  ///   - classes: how many the network has; 0 where that is not known.
  package init(_ result: DistortionResult, curves: [DistortionCurve], classes: Int) {
    name = result.model
    n = result.count
    chance = Share(1, of: classes)
    kinds = curves.map { curve in
      Kind(
        name: curve.kind, meanDistorted: Share(curve.meanDistorted),
        levels: curve.points.map { Level($0, of: curve.count) })
    }
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
