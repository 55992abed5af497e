import Models
import Probes

extension HeatmapDocument {
  /// For people.
  var sentence: String {
    let start = "\(className) (\(`class`)): logit \(logit.value.map { format("%.5f", $0) } ?? "–")"
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
