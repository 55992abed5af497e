import Models

/// What a network said of one picture without a sticker, with it, and with each control in the same place.
public struct StickerAnswer: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The predicted class of the clean picture.
  public var clean: Int
  /// The sticker's left edge and top edge in the network's input, in pixels.
  public var x: Double
  public var y: Double
  /// The sticker's size relative to its own pixels.
  public var scale: Double
  /// The predicted class with the sticker, with the noise sticker and with the photograph of the target.
  public var sticker: Int
  public var noise: Int
  public var photo: Int

  public init(
    image: String, label: Int, clean: Int, x: Double, y: Double, scale: Double, sticker: Int, noise: Int,
    photo: Int
  ) {
    self.image = image
    self.label = label
    self.clean = clean
    self.x = x
    self.y = y
    self.scale = scale
    self.sticker = sticker
    self.noise = noise
    self.photo = photo
  }
}

/// A sticker's effect on one network, beside its two controls.
///
/// Success is measured on images whose true class is not the target; `target` nil means untargeted, where
/// success is any prediction other than the true class.
public struct StickerResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  /// The index of the target class among the network's classes.
  public var target: Int?
  /// Every tested picture, those of the target class included.
  public var answers: [StickerAnswer]
  public var skipped: [SkippedImage]

  public init(model: String, target: Int?, answers: [StickerAnswer], skipped: [SkippedImage]) {
    self.model = model
    self.target = target
    self.answers = answers
    self.skipped = skipped
  }

  /// The pictures that count for success: those whose true class is not the target.
  public var counted: [StickerAnswer] { answers.filter { $0.label != target } }
  public var successes: Int { counted.count { succeeded($0.sticker, $0) } }
  public var noiseSuccesses: Int { counted.count { succeeded($0.noise, $0) } }
  public var photoSuccesses: Int { counted.count { succeeded($0.photo, $0) } }
  /// Correct predictions on all pictures, clean and with the sticker.
  public var cleanCorrect: Int { answers.count { $0.clean == $0.label } }
  public var stickerCorrect: Int { answers.count { $0.sticker == $0.label } }

  /// Whether a prediction for a picture is what the sticker was made for.
  public func succeeded(_ prediction: Int, _ answer: StickerAnswer) -> Bool {
    target.map { prediction == $0 } ?? (prediction != answer.label)
  }
}
