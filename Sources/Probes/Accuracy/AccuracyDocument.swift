import Models

/// One network's clean accuracy.
package struct AccuracyDocument: AnswerDocument {
  let name: String
  let n: Int
  let top1: Share
  let top1Interval: Interval
  let top1Reason: ShareReason?
  let top1Correct: Int
  let top5: Share
  let top5Interval: Interval
  let top5Reason: ShareReason?
  let top5Correct: Int
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var fields: [String: String] {
    [
      "top1": "Pictures whose first answer is right.",
      "top5": "Pictures for which one of the first five answers is right.",
    ]
  }

  package init(_ result: AccuracyResult) {
    let first = Proportion(result.top1Correct, of: result.count)
    let five = Proportion(result.top5Correct, of: result.count)
    name = result.model
    n = result.count
    (top1, top1Interval, top1Reason) = (first.share, first.interval, first.reason)
    top1Correct = result.top1Correct
    (top5, top5Interval, top5Reason) = (five.share, five.interval, five.reason)
    top5Correct = result.top5Correct
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
