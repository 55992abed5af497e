/// A sticker's success at every place, beside its two controls.
public struct PlaceResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  /// The index of the target class among the network's classes; nil when untargeted.
  public var target: Int?
  /// Pixels between neighbouring places.
  public var stride: Int
  public var rows: Int
  public var columns: Int
  /// Pictures asked about: those whose true class is not the target.
  public var images: Int
  /// How many of them are named rightly without a sticker.
  public var cleanCorrect: Int
  /// The pictures named rightly, summed over places.
  public var stickerCorrect: Int
  /// For each place, row by row, the pictures on which the sticker succeeds there; so for the controls.
  public var successes: [Int]
  public var noiseSuccesses: [Int]
  public var photoSuccesses: [Int]
  public var skipped: [SkippedImage]

  public init(
    model: String, target: Int?, stride: Int, rows: Int = 0, columns: Int = 0, skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.target = target
    self.stride = stride
    self.rows = rows
    self.columns = columns
    self.skipped = skipped
    images = 0
    cleanCorrect = 0
    stickerCorrect = 0
    successes = Array(repeating: 0, count: rows * columns)
    noiseSuccesses = successes
    photoSuccesses = successes
  }

  /// Places times pictures.
  public var trials: Int { images * rows * columns }
}
