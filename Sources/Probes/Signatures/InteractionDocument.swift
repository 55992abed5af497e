import Models

/// How far the effects of masks add up in one network.
package struct InteractionDocument: AnswerDocument {
  package struct Layout: AnswerDocument {
    let side: Int
    let gap: Int
    let additive: Nullable<Bool>
    let correlation: Nullable<Double>
    let correlationInterval: Interval
    let greatestDifference: Nullable<Double>

    package static var fields: [String: String] {
      [
        "side": "A mask's, in pixels.", "gap": "Pixels between neighbouring masks.",
        "additive": "Whether no cell sees two masks; null for networks that see the whole picture.",
        "correlation": "Of what the masks do together and the sum of what each does alone.",
        "greatestDifference": "Relative to the greatest joint fall.",
      ]
    }
  }

  let name: String
  let n: Int
  let layouts: [Layout]
  let skipped: Int
  let skippedImages: [SkippedImage]

  /// - Parameters:
  ///   - points: the result's.
  ///   - isAdditive: whether no cell of the network sees two masks; nil where it sees the whole picture.
  package init(
    _ result: InteractionResult, _ points: [InteractionResult.Point], isAdditive: (MaskLayout) -> Bool?
  ) {
    name = result.model
    n = result.count
    layouts = points.map { point in
      Layout(
        side: point.layout.side, gap: point.layout.gap, additive: Nullable(isAdditive(point.layout)),
        correlation: Nullable(point.correlation), correlationInterval: Interval(point.interval),
        greatestDifference: Nullable(point.greatestDifference))
    }
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
