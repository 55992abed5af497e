/// What a sticker did to one network.
package struct StickerDocument: AnswerDocument {
  let name: String
  let n: Int
  let nAll: Int
  let target: Nullable<Int>
  let targetName: Nullable<String>
  let success: Share
  let successInterval: Interval
  let successReason: ShareReason?
  let controlNoise: Share
  let controlNoiseInterval: Interval
  let controlNoiseReason: ShareReason?
  let controlPhoto: Share
  let controlPhotoInterval: Interval
  let controlPhotoReason: ShareReason?
  let cleanTop1: Share
  let cleanTop1Interval: Interval
  let cleanTop1Reason: ShareReason?
  let stickerTop1: Share
  let stickerTop1Interval: Interval
  let stickerTop1Reason: ShareReason?
  let skipped: Int

  package static var fields: [String: String] {
    [
      "n": "Pictures that count: with a target those of another class.",
      "nAll": "Pictures of every class, the target's included unless a limit is set.",
      "target": "The target's place among the network's classes; null when untargeted.",
      "success": "The sticker's.", "controlNoise": "That of noise in its place.",
      "controlPhoto": "That of a photograph in its place.",
      "cleanTop1": "On all pictures, without a sticker.", "stickerTop1": "On all pictures, with the sticker.",
    ]
  }

  /// - Parameter className: of a class by its place.
  package init(_ result: StickerResult, className: (Int) -> String) {
    let counted = result.counted.count
    let all = result.answers.count
    let success = Proportion(result.successes, of: counted)
    let noise = Proportion(result.noiseSuccesses, of: counted)
    let photo = Proportion(result.photoSuccesses, of: counted)
    let clean = Proportion(result.cleanCorrect, of: all)
    let sticker = Proportion(result.stickerCorrect, of: all)
    name = result.model
    n = counted
    nAll = all
    target = Nullable(result.target)
    targetName = Nullable(result.target.map(className))
    (self.success, successInterval, successReason) = (success.share, success.interval, success.reason)
    (controlNoise, controlNoiseInterval, controlNoiseReason) = (noise.share, noise.interval, noise.reason)
    (controlPhoto, controlPhotoInterval, controlPhotoReason) = (photo.share, photo.interval, photo.reason)
    (cleanTop1, cleanTop1Interval, cleanTop1Reason) = (clean.share, clean.interval, clean.reason)
    (stickerTop1, stickerTop1Interval, stickerTop1Reason) = (sticker.share, sticker.interval, sticker.reason)
    skipped = result.skipped.count
  }
}
