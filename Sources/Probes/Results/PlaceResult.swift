import Models

/// What a map of places asks.
public struct PlaceQuestion: Codable, Hashable, Sendable {
  /// Pixels between neighbouring places, to the right and down; the first lies in the upper left corner.
  public var stride: Int
  /// The size of the sticker's visible part, in pixels.
  public var width: Double
  public var height: Double

  public init(stride: Int, width: Double, height: Double) {
    self.stride = stride
    self.width = width
    self.height = height
  }
}

/// What a network said of one picture with a sticker, and with each control, at every place of a grid.
public struct PlaceAnswer: Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The predicted class of the clean picture.
  public var clean: Int
  /// Places beside each other.
  public var columns: Int
  /// The predicted class at each place, row by row: with the sticker, with the noise sticker and with the photograph of
  /// the target; as many of each.
  public var sticker: [Int]
  public var noise: [Int]
  public var photo: [Int]

  public init(
    image: String, label: Int, clean: Int, columns: Int, sticker: [Int], noise: [Int], photo: [Int]
  ) {
    self.image = image
    self.label = label
    self.clean = clean
    self.columns = columns
    self.sticker = sticker
    self.noise = noise
    self.photo = photo
  }
}

/// A sticker's success at every place, beside its two controls.
public struct PlaceResult: Hashable, Sendable {
  /// The network's name.
  public let model: String
  /// The index of the target class among the network's classes; nil when untargeted.
  public let target: Int?
  public let question: PlaceQuestion
  /// Of the pictures whose true class is not the target; on one grid.
  public let answers: [PlaceAnswer]
  public let skipped: [SkippedImage]
  /// For each place, row by row, the pictures on which the sticker succeeds there; so for the controls.
  public let successes: [Int]
  public let noiseSuccesses: [Int]
  public let photoSuccesses: [Int]

  public init(
    model: String, target: Int?, question: PlaceQuestion, answers: [PlaceAnswer], skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.target = target
    self.question = question
    self.answers = answers
    self.skipped = skipped
    func counts(_ predictions: (PlaceAnswer) -> [Int]) -> [Int] {
      var counts = Array(repeating: 0, count: answers.first?.sticker.count ?? 0)
      for answer in answers {
        for (place, prediction) in predictions(answer).prefix(counts.count).enumerated()
        where PlaceResult.succeeded(prediction, answer, target) {
          counts[place] += 1
        }
      }
      return counts
    }
    successes = counts(\.sticker)
    noiseSuccesses = counts(\.noise)
    photoSuccesses = counts(\.photo)
  }

  /// Whether what a network named counts as a success.
  public func succeeded(_ prediction: Int, _ answer: PlaceAnswer) -> Bool {
    PlaceResult.succeeded(prediction, answer, target)
  }

  private static func succeeded(_ prediction: Int, _ answer: PlaceAnswer, _ target: Int?) -> Bool {
    target.map { prediction == $0 } ?? (prediction != answer.label)
  }

  public var columns: Int { answers.first?.columns ?? 0 }
  public var rows: Int { columns == 0 ? 0 : successes.count / columns }
  /// Pictures asked about.
  public var images: Int { answers.count }
  /// Places times pictures.
  public var trials: Int { images * successes.count }
  /// How many of the pictures are named rightly without a sticker.
  public var cleanCorrect: Int { answers.count { $0.clean == $0.label } }
  /// The pictures named rightly, summed over places.
  public var stickerCorrect: Int {
    answers.reduce(0) { sum, answer in sum + answer.sticker.count { $0 == answer.label } }
  }
}
