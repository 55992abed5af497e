import Datasets
import Models
import Probes

/// What `evidence` says of one network.
struct EvidenceDocument: Encodable {
  struct Patch: Encodable {
    let rank: Int
    let image: String
    /// The picture's true class.
    let `class`: String
    let className: String
    /// The patch's left top pixel in the prepared picture.
    let x, y: Int
    let logit: Float
    /// The network's answer to the whole picture.
    let predicted: String
    let predictedName: String

    init(_ patch: EvidencePatch, rank: Int, _ card: ModelCard) {
      self.rank = rank
      image = patch.image
      self.class = card.classes[patch.label]
      className = card.displayName(ofClass: patch.label)
      (x, y) = (patch.left, patch.top)
      logit = patch.logit
      predicted = card.classes[patch.predicted]
      predictedName = card.displayName(ofClass: patch.predicted)
    }
  }

  struct Side: Encodable {
    let patches: [Patch]
    /// Whether there is no other patch to show.
    let whole: Bool

    init(_ strongest: EvidencePatchResult.Strongest, _ card: ModelCard) {
      patches = strongest.patches.enumerated().map { Patch($1, rank: $0 + 1, card) }
      whole = strongest.isWhole
    }
  }

  struct ClassPatches: Encodable {
    let `class`: String
    let className: String
    let images: Int
    let sheet: String
    let telling: Side
    let distractors: Side

    init(_ entry: EvidencePatchResult.ClassPatches, _ card: ModelCard) {
      self.class = card.classes[entry.classIndex]
      className = card.displayName(ofClass: entry.classIndex)
      images = entry.images
      sheet = ClassFile.name(of: card.classes[entry.classIndex], at: entry.classIndex)
      telling = Side(entry.telling, card)
      distractors = Side(entry.distractors, card)
    }

    func sentence(in folder: String) -> String {
      func words(_ name: String, _ side: Side, _ class: (Patch) -> String) -> String {
        guard let first = side.patches.first else { return "no \(name)" }
        let fewer = side.whole ? "" : ", more look alike than could be held"
        return
          "\(side.patches.count) \(name), the first \(format("%.2f", first.logit))\(`class`(first))\(fewer)"
      }
      let parts = [
        words("telling patches", telling) { _ in "" },
        words("distractors", distractors) { " (\($0.className))" },
      ]
      return "\(className): \(parts.joined(separator: "; "))\n  \(folder)/\(sheet)"
    }
  }

  let model: String
  let n: Int
  /// A patch's side, and how far apart a picture's patches begin, in pixels.
  let patch: Int
  let stride: Int
  let lookAlikeDistance: Int
  /// All classes.
  let sheet: String
  let classes: [ClassPatches]
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(_ result: EvidencePatchResult, card: ModelCard, stride: Int) {
    model = result.model
    n = result.count
    patch = result.patchSide
    self.stride = stride
    lookAlikeDistance = EvidencePatch.lookAlikeDistance
    sheet = "classes.png"
    classes = result.classes.map { ClassPatches($0, card) }
    skipped = result.skipped.count
    skippedImages = result.skipped
  }

  /// A row for each patch.
  var table: String {
    CSVText.document(
      header: [
        "class", "side", "rank", "image", "image_class", "x", "y", "logit", "predicted",
      ],
      rows: classes.flatMap { entry in
        [("telling", entry.telling), ("distractor", entry.distractors)].flatMap { name, side in
          side.patches.map { patch in
            [
              entry.class, name, "\(patch.rank)", patch.image, patch.class, "\(patch.x)", "\(patch.y)",
              "\(patch.logit)", patch.predicted,
            ]
          }
        }
      })
  }
}
