import Models
import Probes

/// An evidence map with the values of its cells.
struct PicturedEvidenceDocument: AnswerDocument {
  private let map: HeatmapDocument
  private let image: String
  private let receptiveField: ReceptiveFieldDocument
  private let cells: [Nullable<Float>]

  private enum CodingKeys: String, CodingKey { case image, receptiveField, cells }

  static var definition: String { "evidence" }
  static var fields: [String: String] {
    HeatmapDocument.fields.merging(["cells": "The logits of the map's cells, row by row."]) { own, _ in own }
  }

  init(_ map: EvidenceMap, _ card: ModelCard?) {
    self.map = HeatmapDocument(map, card)
    image = map.image
    receptiveField = ReceptiveFieldDocument(map.receptiveField)
    cells = map.cells.map { Nullable($0) }
  }

  init(from decoder: any Decoder) throws {
    map = try HeatmapDocument(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    image = try container.decode(String.self, forKey: .image)
    receptiveField = try container.decode(ReceptiveFieldDocument.self, forKey: .receptiveField)
    cells = try container.decode([Nullable<Float>].self, forKey: .cells)
  }

  func encode(to encoder: any Encoder) throws {
    try map.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(image, forKey: .image)
    try container.encode(receptiveField, forKey: .receptiveField)
    try container.encode(cells, forKey: .cells)
  }
}
