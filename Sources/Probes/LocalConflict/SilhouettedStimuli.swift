import Datasets
import Files
import Imaging
import Models
import Tensors

/// Cue-conflict stimuli as one network sees them, each with the pixels that are its shape's.
public struct SilhouettedStimuli: StimulusSource, IdentifiedPictures {
  private let images: StimulusImages
  private let items: [CueConflictStimuli.Item]
  private let places: [Int]
  private let silhouettes: ShapeSilhouettes
  private let preparation: PicturePreparation
  /// Stimuli that cannot be asked about: without a silhouette, or with a cue that no class of the network maps to.
  public let leftOut: [SkippedImage]

  /// Stimuli whose cues agree are passed over.
  ///
  /// - Parameter categories: the cues that the network knows.
  public init(
    _ stimuli: CueConflictStimuli, _ silhouettes: ShapeSilhouettes, categories: [String], for card: ModelCard,
    workers: Workers
  ) {
    images = StimulusImages(stimuli, for: card, workers: workers)
    self.silhouettes = silhouettes
    preparation = PicturePreparation(card.preprocessing)
    var places: [Int] = []
    var leftOut: [SkippedImage] = []
    for (place, item) in stimuli.items.enumerated() where item.cues.isConflict {
      let unknown = [item.cues.shape, item.cues.texture].filter { !categories.contains($0) }
      if !silhouettes.contains(item) {
        leftOut.append(SkippedImage(image: item.name, reason: "no silhouette is named after it or its shape"))
      } else if let cue = unknown.first {
        leftOut.append(SkippedImage(image: item.name, reason: "no class of the network maps to \(cue)"))
      } else {
        places.append(place)
      }
    }
    self.places = places
    items = places.map { stimuli.items[$0] }
    self.leftOut = leftOut
  }

  public var count: Int { items.count }
  public func name(at index: Int) -> String { items[index].name }
  public var source: String { "\(images.source) \(silhouettes.folder ?? "")" }
  /// Of the stimulus and its silhouette together.
  public func digest(at index: Int) throws -> [UInt8] {
    let parts = try images.digest(at: places[index]) + silhouettes.digest(of: items[index])
    return SHA256.digest(of: parts)
  }
  public func cues(at index: Int) -> (shape: String, texture: String) {
    (items[index].cues.shape, items[index].cues.texture)
  }

  /// A stimulus whose silhouette cannot be read is refused as one that cannot be read itself.
  public func images(at indices: [Int]) throws -> Tensor {
    let pictures = try images.images(at: indices.map { places[$0] })
    for index in indices { _ = try silhouette(at: index, like: pictures.shape) }
    return pictures
  }

  /// Whether each pixel is the shape's, row by row: where the silhouette, prepared as the stimulus is, is darker than
  /// mid-grey.
  ///
  /// - Parameter shape: the stimulus', its last two sides height and width.
  /// - Throws: what reading the silhouette throws; `ProbeError.silhouetteSize` when it is of another size.
  func silhouette(at index: Int, like shape: Shape) throws -> [Bool] {
    let picture = try preparation.prepareStimulus(try silhouettes.picture(of: items[index])).withoutAlpha
    let (height, width) = (shape[shape.rank - 2], shape[shape.rank - 1])
    guard picture.height == height, picture.width == width else {
      throw ProbeError.silhouetteSize(
        stimulus: items[index].name, expected: "\(width) × \(height)",
        found: "\(picture.width) × \(picture.height)")
    }
    return (0..<height * width).map { pixel in
      (0..<3).reduce(0) { $0 + Int(picture.bytes[3 * pixel + $1]) } < 3 * 128
    }
  }
}
