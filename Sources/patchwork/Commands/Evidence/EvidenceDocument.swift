import Datasets
import Models
import Probes

/// What `evidence` says of one network: its patches, and the files that show them.
struct EvidenceDocument: Encodable {
  /// The patches of one class with the sheet that shows them.
  struct ShownClass: Encodable {
    let patches: EvidencePatchesDocument.ClassPatches
    let sheet: String

    private enum CodingKeys: String, CodingKey { case sheet }

    func encode(to encoder: any Encoder) throws {
      try patches.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(sheet, forKey: .sheet)
    }

    func sentence(in folder: String) -> String {
      func words(
        _ name: String, _ side: EvidencePatchesDocument.Side,
        _ class: (EvidencePatchesDocument.Patch) -> String
      ) -> String {
        guard let first = side.patches.first else { return "no \(name)" }
        let fewer = side.whole ? "" : ", more look alike than could be held"
        let logit = first.logit.value.map { format("%.2f", $0) } ?? "–"
        return "\(side.patches.count) \(name), the first \(logit)\(`class`(first))\(fewer)"
      }
      let parts = [
        words("telling patches", patches.telling) { _ in "" },
        words("distractors", patches.distractors) { " (\($0.className))" },
      ]
      return "\(patches.className): \(parts.joined(separator: "; "))\n  \(folder)/\(sheet)"
    }
  }

  /// All classes on one sheet.
  let sheet = "classes.png"
  let classes: [ShownClass]
  private let patches: EvidencePatchesDocument

  private enum CodingKeys: String, CodingKey { case sheet, classes }

  init(_ result: EvidencePatchResult, card: ModelCard, stride: Int) {
    patches = EvidencePatchesDocument(result, card: card, stride: stride)
    classes = zip(patches.classes, result.classes).map { shown, found in
      ShownClass(
        patches: shown, sheet: ClassFile.name(of: card.classes[found.classIndex], at: found.classIndex))
    }
  }

  /// The classes stand in place of those without sheets.
  func encode(to encoder: any Encoder) throws {
    try patches.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sheet, forKey: .sheet)
    try container.encode(classes, forKey: .classes)
  }

  /// A row for each patch.
  var table: String {
    CSVText.document(
      header: [
        "class", "side", "rank", "image", "image_class", "x", "y", "logit", "predicted",
      ],
      rows: patches.classes.flatMap { entry in
        [("telling", entry.telling), ("distractor", entry.distractors)].flatMap { name, side in
          side.patches.map { patch in
            [
              entry.class, name, "\(patch.rank)", patch.image, patch.class, "\(patch.x)", "\(patch.y)",
              patch.logit.value.map { "\($0)" } ?? "", patch.predicted,
            ]
          }
        }
      })
  }
}
