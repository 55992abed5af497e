import Models

/// Which pixels of one picture argued for a class.
package struct HeatmapDocument: AnswerDocument {
  package let `class`: String
  package let className: String
  package let logit: Nullable<Float>
  package let mapSumLogit: Nullable<Double>
  package let mapSum: Nullable<Double>
  package let referenceLogit: Nullable<Float>
  package let stride: Int
  package let height: Int
  package let width: Int
  package let method: String

  package static var fields: [String: String] {
    [
      "mapSumLogit": "The mean of an evidence map's cells; null for an attribution.",
      "mapSum": "The sum of an attribution's values; null for an evidence map.",
      "referenceLogit":
        "The logit of the picture that an attribution compares with; null where it does not.",
      "stride": "Pixels between neighbouring cells.", "height": "Cells along the map's left edge.",
      "width": "Cells along its top edge.",
    ]
  }

  package init(_ map: EvidenceMap, _ card: ModelCard?) {
    self.class = card.identifier(map.classIndex)
    className = card.className(map.classIndex)
    logit = Nullable(map.logit)
    mapSumLogit = Nullable(map.meanOfCells)
    mapSum = Nullable(nil)
    referenceLogit = Nullable(nil)
    stride = map.receptiveField.stride
    height = map.rows
    width = map.columns
    method = "evidence"
  }

  package init(_ found: Attribution, _ card: ModelCard?) {
    let map = found.map
    self.class = card.identifier(map.classIndex)
    className = card.className(map.classIndex)
    logit = Nullable(map.logit)
    mapSumLogit = Nullable(nil)
    mapSum = Nullable(found.sum)
    referenceLogit = Nullable(found.referenceLogit)
    stride = 1
    height = map.rows
    width = map.columns
    method = map.method.rawValue
  }
}
