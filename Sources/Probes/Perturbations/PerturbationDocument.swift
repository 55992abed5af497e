import Adversary
import Models

/// What an attack made of one network's answers.
package struct PerturbationDocument: AnswerDocument {
  /// At one budget.
  package struct Point: AnswerDocument {
    let epsilon: Nullable<Double>
    let side: Nullable<Int>
    let area: Share
    let robustAccuracy: Share
    let robustInterval: Interval
    let robustCorrect: Int
    let success: Share
    let maxNorm: Nullable<Double>
    let meanQueries: Nullable<Double>
    let fooling: Share

    package static var about: String? { "What the attack came to at one budget." }
    package static var fields: [String: String] {
      [
        "epsilon": "The greatest length where pixels are 0…1; null for stickers.",
        "side": "A sticker's edge in pixels; null for other changes.",
        "area":
          "The share of the picture that a sticker covers; null for other changes, and where pictures have no size of "
          + "their own.",
        "success": "Of attacked pictures, those for which a change within the budget does what was wanted.",
        "fooling": "Pictures named otherwise than when clean.",
      ]
    }

    init(_ point: PerturbationPoint) {
      let result = point.result
      let robust = Proportion(point.correct, of: result.count)
      let successes = point.successes
      epsilon = Nullable(point.epsilon)
      side = Nullable(point.side)
      area = Share(point.area)
      (robustAccuracy, robustInterval) = (robust.share, robust.interval)
      robustCorrect = point.correct
      success = Share(successes.count, of: result.attacked.count)
      maxNorm = Nullable(result.question.norm == nil ? nil : successes.map(\.length).max())
      meanQueries = Nullable(result.meanQueries)
      fooling = Share(result.fooled, of: result.count)
    }
  }

  let name: String
  let attack: String
  let norm: Nullable<PerturbationNorm>
  let epsilon: Nullable<Double>
  let side: Nullable<Int>
  let target: Nullable<Int>
  let n: Int
  let cleanAccuracy: Share
  let cleanAccuracyInterval: Interval
  let cleanAccuracyReason: ShareReason?
  let robustAccuracy: Share
  let robustAccuracyInterval: Interval
  let robustAccuracyReason: ShareReason?
  let success: Share
  let successInterval: Interval
  let successReason: ShareReason?
  let maxNorm: Nullable<Double>
  let medianNorm: Nullable<Double>
  let meanQueries: Nullable<Double>
  let curve: [Point]
  let warnings: [String]
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var fields: [String: String] {
    [
      "norm": "What changes are measured in; null for stickers.",
      "epsilon": "The greatest budget where pixels are 0…1; null for a smallest change and for stickers.",
      "side": "The largest square in pixels; null for other changes.",
      "target": "The place of the class to reach among the network's; null when untargeted.",
      "cleanAccuracy": "Before the attack.",
      "robustAccuracy":
        "At the greatest budget or the largest square; without any, where no change was found.",
      "success": "Of the attacked pictures, at the same budget.",
      "maxNorm": "Of the changes that succeeded; null for stickers, as the median is.",
      "medianNorm":
        "Over attacked pictures, those that withstood counting as infinite; null when it is.",
      "curve": "One for each budget asked about; none for a smallest change without any.",
      "warnings": "What speaks against trusting the numbers.",
    ]
  }

  /// - Parameters:
  ///   - last: at the greatest budget.
  ///   - points: one for each budget asked about, the greatest last.
  ///   - warnings: of all.
  package init(_ last: PerturbationResult, _ points: [PerturbationPoint], warnings: [String]) {
    let count = last.count
    let greatest = points.last ?? PerturbationPoint(last, epsilon: last.question.epsilon, edge: nil)
    let isMeasured = last.question.norm != nil
    let clean = Proportion(last.cleanCorrect, of: count)
    let robust = Proportion(greatest.correct, of: count)
    let success = Proportion(greatest.successes.count, of: last.attacked.count)
    name = last.model
    attack = last.question.attack
    norm = Nullable(last.question.norm)
    epsilon = Nullable(last.question.epsilon)
    side = Nullable(last.question.side)
    target = Nullable(last.question.target)
    n = count
    (cleanAccuracy, cleanAccuracyInterval, cleanAccuracyReason) = (clean.share, clean.interval, clean.reason)
    (robustAccuracy, robustAccuracyInterval, robustAccuracyReason) = (
      robust.share, robust.interval, robust.reason
    )
    (self.success, successInterval, successReason) = (success.share, success.interval, success.reason)
    maxNorm = Nullable(isMeasured ? last.greatestLength : nil)
    medianNorm = Nullable(isMeasured ? last.medianLength : nil)
    meanQueries = Nullable(last.meanQueries)
    curve = points.map(Point.init)
    self.warnings = warnings
    skipped = last.skipped.count
    skippedImages = last.skipped
  }
}
