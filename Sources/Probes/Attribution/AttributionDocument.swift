import Models

/// One network's attributions, scored.
package struct AttributionDocument: AnswerDocument {
  package struct Method: AnswerDocument {
    let name: String
    let deletionArea, insertionArea: Nullable<EstimateDocument>
    let deletion, insertion: [Share]
    let sensitivity: [Nullable<Double>]
    let meanSensitivity, pearson, spearman, relativeError: Nullable<EstimateDocument>
    let reason: Nullable<String>

    package static var fields: [String: String] {
      [
        "deletion":
          "The mean probability of the class with more and more patches masked, at each of 'patch_shares'.",
        "insertion": "The same with more and more patches shown, all others masked.",
        "sensitivity": "Sensitivity-n at each of 'subset_shares'.",
        "pearson": "With the true contributions of a BagNet's cells.",
        "reason": "Why there are no numbers, or not all; null where there are.",
      ]
    }

    init(_ summary: RankingSummary) {
      name = summary.ranking
      deletionArea = Nullable(EstimateDocument(summary.deletionArea))
      insertionArea = Nullable(EstimateDocument(summary.insertionArea))
      deletion = summary.deletion.map { Share($0?.value) }
      insertion = summary.insertion.map { Share($0?.value) }
      sensitivity = summary.sensitivity.map { Nullable($0?.value) }
      meanSensitivity = Nullable(EstimateDocument(summary.meanSensitivity))
      pearson = Nullable(EstimateDocument(summary.pearson))
      spearman = Nullable(EstimateDocument(summary.spearman))
      relativeError = Nullable(EstimateDocument(summary.relativeError))
      reason = Nullable(
        summary.deletionArea == nil
          ? "no picture was answered"
          : summary.pearson == nil
            ? "a truth is known of BagNets alone"
            : summary.relativeError == nil ? "the map is not in units of the logit" : nil)
    }
  }

  let name: String
  let n: Int
  let patchShares: [Share]
  let subsetShares: [Share]
  let methods: [Method]
  let skipped: Int
  let skippedImages: [SkippedImage]

  /// - Parameter summaries: the result's.
  package init(_ result: AttributionScoreResult, _ summaries: [RankingSummary]) {
    name = result.model
    n = result.count
    patchShares = AttributionScoreProbe.shares.map { Share($0) }
    subsetShares = AttributionScoreProbe.subsetShares.map { Share($0) }
    methods = summaries.map(Method.init)
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
