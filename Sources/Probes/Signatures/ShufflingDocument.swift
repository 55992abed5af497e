import Models

/// One network's accuracy on shuffled pictures.
package struct ShufflingDocument: AnswerDocument {
  package struct Condition: AnswerDocument {
    let unit: ShufflingCondition.Unit
    let value: Int
    let top1: Share
    let top1Interval: Interval
    let top1Reason: ShareReason?
    let top1Correct: Int
    let innerTop1: Share
    let innerWholeTop1: Share

    package static var fields: [String: String] {
      [
        "value": "Tiles along each side, or pixels along a tile.", "top1": "Shuffled.",
        "innerTop1": "By the cells that see no seam; null where there are none.",
        "innerWholeTop1": "By the same cells in the whole picture.",
      ]
    }

    init(_ point: ShufflingResult.Point, of count: Int) {
      let own = Proportion(point.correct, of: count)
      unit = point.condition.unit
      value = point.condition.value
      (top1, top1Interval, top1Reason) = (own.share, own.interval, own.reason)
      top1Correct = point.correct
      innerTop1 = Share(point.innerCorrect.flatMap { Share($0, of: count).value })
      innerWholeTop1 = Share(point.innerCleanCorrect.flatMap { Share($0, of: count).value })
    }
  }

  let name: String
  let n: Int
  let wholeTop1: Share
  let wholeTop1Interval: Interval
  let wholeTop1Reason: ShareReason?
  let meanOverGrids: Share
  let innerDifference: Nullable<Double>
  let conditions: [Condition]
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var fields: [String: String] {
    [
      "wholeTop1": "On whole pictures.", "meanOverGrids": "Right answers over the grids.",
      "innerDifference":
        "How far the logits of the cells that see no seam are apart between the shuffled and the whole picture.",
    ]
  }

  package init(_ result: ShufflingResult) {
    let whole = Proportion(result.cleanCorrect, of: result.count)
    name = result.model
    n = result.count
    (wholeTop1, wholeTop1Interval, wholeTop1Reason) = (whole.share, whole.interval, whole.reason)
    meanOverGrids = Share(result.meanOverGrids)
    innerDifference = Nullable(result.innerDifference)
    conditions = result.points.map { Condition($0, of: result.count) }
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
