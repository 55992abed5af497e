import Models

/// How fast one network loses the true class when patches are masked in the order of several rankings.
package struct SensitivityDocument: AnswerDocument {
  package struct Ranking: AnswerDocument {
    let ranking: String
    let probabilities: [Share]
    let meanFall: Nullable<Double>
    let meanFallInterval: Interval

    package static var fields: [String: String] {
      ["probabilities": "The mean probability of the true class for each of 'patches'."]
    }
  }

  let name: String
  let n: Int
  let patchSide: Int
  let patches: [Int]
  let whole: Share
  let rankings: [Ranking]
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var fields: [String: String] {
    [
      "patches": "How many are masked.",
      "whole": "The mean probability of the true class for whole pictures.",
    ]
  }

  /// - Parameter curves: the result's.
  package init(_ result: SensitivityResult, _ curves: [SensitivityResult.Curve]) {
    name = result.model
    n = result.count
    patchSide = result.question.side
    patches = result.question.counts
    whole = Share(result.clean)
    rankings = curves.map { curve in
      Ranking(
        ranking: curve.ranking, probabilities: curve.probabilities.map { Share($0) },
        meanFall: Nullable(curve.meanFall), meanFallInterval: Interval(curve.interval))
    }
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
