import Adversary
import Imaging
import Models
import Tensors

/// Pictures before and after a sticker, as the network saw them.
public struct StickerGallery: Sendable {
  /// One picture of the gallery.
  public struct Entry: Sendable {
    public let answer: StickerAnswer
    /// `[3, height, width]` in 0…1.
    public let before: Tensor
    public let after: Tensor
  }

  /// Examples at even distances among the pictures that count for success: they are not chosen by how well
  /// the sticker did.
  ///
  /// - Throws: what reading and placing throw.
  public static func entries(
    of result: StickerResult, sticker: Sticker, images: CorpusImages, count: Int, workers: Workers
  ) throws -> [Entry] {
    let counted = result.counted
    guard !counted.isEmpty, count > 0 else { return [] }
    let wanted = min(count, counted.count)
    let chosen = (0..<wanted).map { counted[(2 * $0 + 1) * counted.count / (2 * wanted)] }
    let places = Dictionary(
      uniqueKeysWithValues: (0..<images.count).map { (images.name(at: $0), $0) })
    return try chosen.compactMap { answer in
      guard let index = places[answer.image] else { return nil }
      let picture = try images.images(at: [index])
      let placement = StickerPlacement(x: answer.x, y: answer.y, scale: answer.scale)
      let stuck = try StickerTransformation(placements: [placement]).place(
        [sticker], on: picture, workers: workers)
      let shape = Shape(Array(picture.shape.dimensions.dropFirst()))
      return Entry(answer: answer, before: picture.reshaped(to: shape), after: stuck.reshaped(to: shape))
    }
  }
}
