import Foundation
import GRDB
import Probes

/// A patch in its row, without its pixels and what the row says of its picture.
private struct StoredPatch: Codable {
  let `class`: Int
  let top, left: Int
  let logit: Float
}

extension EvidencePatchAnswer: StudyAnswer {
  public static var kind: QuestionKind { .evidencePatches }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "evidence_patches",
      columns: [
        .text("image"), .integer("label"), .integer("predicted"), .integer("side"),
        .text("patches"), .blob("pixels"),
      ])
  }
  public var values: StudyValues {
    let stored = patches.map {
      StoredPatch(class: $0.classIndex, top: $0.top, left: $0.left, logit: $0.logit)
    }
    // Logits are finite, so that nothing in them cannot be encoded.
    return StudyValues([
      image, label, predicted, patches.first?.side ?? 0, (try? canonicalJSON(stored)) ?? "[]",
      Data(patches.flatMap(\.pixels)),
    ])
  }
  public init(values: StudyValues) throws {
    let (image, label, predicted): (String, Int, Int) = (
      try values.value(0), try values.value(1), try values.value(2)
    )
    let (side, text, pixels): (Int, String, Data) = (
      try values.value(3), try values.value(4), try values.value(5)
    )
    guard let stored = try? JSONDecoder().decode([StoredPatch].self, from: Data(text.utf8)),
      (0...10_000).contains(side), stored.isEmpty || side > 0, pixels.count == stored.count * 3 * side * side
    else { throw MalformedRow() }
    let bytes = [UInt8](pixels)
    let size = 3 * side * side
    self.init(
      image: image, label: label, predicted: predicted,
      patches: stored.enumerated().map { place, patch in
        EvidencePatch(
          classIndex: patch.class, image: image, label: label, predicted: predicted, top: patch.top,
          left: patch.left, logit: patch.logit, side: side,
          pixels: Array(bytes[place * size..<(place + 1) * size]))
      })
  }
}
