import Models
import Probes

/// What `heatmap` says of one network.
struct HeatmapDocument: Encodable {
  let `class`: String
  let className: String
  let logit: Float
  /// The mean of an evidence map's cells; null for an attribution.
  let mapSumLogit: Nullable<Double>
  /// The sum of an attribution's values; null for an evidence map.
  let mapSum: Nullable<Double>
  /// The logit of the picture that an attribution compares with; null where it does not.
  let referenceLogit: Nullable<Float>
  let stride: Int
  let height: Int
  let width: Int
  let method: String

  init(_ map: EvidenceMap, _ card: ModelCard) {
    self.class = card.classes[map.classIndex]
    className = card.displayName(ofClass: map.classIndex)
    logit = map.logit
    mapSumLogit = Nullable(map.meanOfCells)
    mapSum = Nullable(nil)
    referenceLogit = Nullable(nil)
    stride = map.receptiveField.stride
    height = map.rows
    width = map.columns
    method = "evidence"
  }

  init(_ found: Attribution, _ card: ModelCard) {
    let map = found.map
    self.class = card.classes[map.classIndex]
    className = card.displayName(ofClass: map.classIndex)
    logit = map.logit
    mapSumLogit = Nullable(nil)
    mapSum = Nullable(found.sum)
    referenceLogit = Nullable(found.referenceLogit)
    stride = 1
    height = map.rows
    width = map.columns
    method = map.method.rawValue
  }

  var sentence: String {
    let start = "\(className) (\(`class`)): logit \(format("%.5f", logit))"
    guard let mean = mapSumLogit.value else { return "\(start), \(method), \(height) × \(width) pixels" }
    let map = "\(height) × \(width) cells at stride \(stride) with mean \(format("%.5f", mean))"
    return stride == 1 ? "\(start); \(map), which is not the logit at stride 1" : "\(start) = \(map)"
  }
}

/// What `heatmap` says of several networks.
struct HeatmapComparison: Encodable {
  /// A network's document with its name.
  struct Entry: Encodable {
    enum Key: String, CodingKey {
      case name
    }

    let name: String
    let document: HeatmapDocument

    func encode(to encoder: any Encoder) throws {
      try document.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(name, forKey: .name)
    }
  }

  let models: [Entry]
  /// The value that has full colour.
  let scaleLimit: Float

  init(_ models: [(name: String, document: HeatmapDocument)], scale: SignedColourScale) {
    self.models = models.map { Entry(name: $0.name, document: $0.document) }
    scaleLimit = scale.limit
  }
}
