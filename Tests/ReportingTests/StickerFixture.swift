import Foundation
import Probes
import Studies

/// What a study holds of stickers beside their plain test.
extension StudyFixture {
  /// A network on four pictures at three places beside each other and two below: the more to the right, the more are
  /// fooled.
  static func addPlaces(to study: Study, _ model: ModelRecord, hasScene: Bool = true) throws {
    var description = run(.places, model, target: 8, command: "patchwork sticker test --positions all")
    description.options[RunDescription.questionOption] = try RunDescription.option(
      for: PlaceQuestion(stride: 8, width: 20, height: 18))
    let run = try study.begin(description, at: start)
    try study.append(
      (0..<4).map { picture in
        PlaceAnswer(
          image: "\(picture).jpg", label: 1, clean: 1, columns: 3,
          sticker: (0..<6).map { $0 % 3 > picture ? 8 : 1 }, noise: Array(repeating: 1, count: 6),
          photo: (0..<6).map { $0 == 4 && picture == 0 ? 8 : 1 })
      }, to: run)
    if hasScene {
      try study.append(
        [Artifact(role: .scene, name: "0.jpg", caption: "spaniel", picture: try picture(blue: 0.5))], to: run)
    }
    try study.finish(run, at: start)
  }

  /// Stickers of two areas, each with a picture before and after.
  static func addSizes(to study: Study, _ model: ModelRecord) throws {
    for area in [0.1, 0.05] {
      var description = run(.sticker, model, target: 8, command: "patchwork sticker areas")
      description.options[RunDescription.sweepOption] = StickerSweep.areas.rawValue
      description.options[RunDescription.madeOnOption] = model.card.name
      description.options[RunDescription.areaOption] = "\(area)"
      let run = try study.begin(description, at: start)
      try study.append(
        (0..<40).map { image in
          StickerAnswer(
            image: "\(image)", label: 1, clean: 1, x: 0, y: 0, scale: 1,
            sticker: Double(image) < 200 * area ? 8 : 1, noise: 1, photo: 1)
        }, to: run)
      try study.append(
        [
          Artifact(role: .before, name: "a<b>.jpg", caption: "church", picture: try picture(blue: 0)),
          Artifact(
            role: .after, name: "a<b>.jpg", caption: "tench at \(area)", picture: try picture(blue: area)),
        ], to: run)
      try study.finish(run, at: start)
    }
  }

  private static func picture(blue: Double) throws -> EncodedPicture {
    try EncodedPicture(
      PNGFixture.encode(width: 48, height: 36) { x, y in [Double(x) / 48, Double(y) / 36, blue] },
      name: "picture")
  }
}
