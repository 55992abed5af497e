/// A sticker's success by place on one network.
package struct PlaceDocument: AnswerDocument {
  /// The share of pictures by place, a list a row.
  package struct Positions: AnswerDocument {
    let stride, rows, columns: Int
    let success, controlNoise, controlPhoto: [[Share]]

    package static var about: String? { "The share of pictures at each place, a list a row." }
    package static var fields: [String: String] {
      [
        "stride": "Pixels between neighbouring places, from the upper left corner.",
        "controlNoise": "The same with random noise.", "controlPhoto": "The same with a photograph.",
      ]
    }
  }

  let name: String
  let n: Int
  let target: Nullable<Int>
  let targetName: Nullable<String>
  let success, controlNoise, controlPhoto: Share
  let cleanTop1, stickerTop1: Share
  let stickerWidth, stickerHeight: Nullable<Double>
  let skipped: Int
  let positions: Positions

  package static var about: String? { "A sticker's success by place on one network." }
  package static var fields: [String: String] {
    [
      "n": "Pictures whose true class is not the target.",
      "target": "The target's place among the network's classes; null when untargeted.",
      "success": "Over pictures and places.", "controlNoise": "That of noise in its place.",
      "controlPhoto": "That of a photograph in its place.",
      "cleanTop1": "Pictures of the target's class are not asked about here.",
      "stickerWidth": "Of what is seen of the sticker, in pixels.",
    ]
  }

  /// - Parameter className: of a class by its place.
  package init(_ result: PlaceResult, className: (Int) -> String) {
    func byPlace(_ counts: [Int]) -> [[Share]] {
      (0..<result.rows).map { row in
        counts[row * result.columns..<(row + 1) * result.columns].map {
          Share(Double($0) / Double(max(result.images, 1)))
        }
      }
    }
    name = result.model
    n = result.images
    target = Nullable(result.target)
    targetName = Nullable(result.target.map(className))
    success = Share(result.successes.reduce(0, +), of: result.trials)
    controlNoise = Share(result.noiseSuccesses.reduce(0, +), of: result.trials)
    controlPhoto = Share(result.photoSuccesses.reduce(0, +), of: result.trials)
    cleanTop1 = Share(result.cleanCorrect, of: result.images)
    stickerTop1 = Share(result.stickerCorrect, of: result.trials)
    stickerWidth = Nullable(result.question.width)
    stickerHeight = Nullable(result.question.height)
    skipped = result.skipped.count
    positions = Positions(
      stride: result.question.stride, rows: result.rows, columns: result.columns,
      success: byPlace(result.successes), controlNoise: byPlace(result.noiseSuccesses),
      controlPhoto: byPlace(result.photoSuccesses))
  }
}
