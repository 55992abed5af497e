import Checkpoints
import Foundation
import Imaging
import Models
import Probes
import Tensors

/// Networks a sixteenth of the published width that tell red, green and blue pictures apart: small enough to
/// be run a hundred times, and real in every layer.
enum TinyNetwork {
  static let classes = ["c_red", "c_green", "c_blue"]
  static let classNames = ["red", "green", "blue"]

  /// A BagNet-9 whose map of a 41 px picture has 5 × 5 cells.
  static let bagnet = Result { try make("bagnet9") }
  static let resnet = Result { try make("resnet18") }

  static func card(_ architecture: String, name: String? = nil, weights: String?) -> ModelCard {
    ModelCard(
      name: name ?? "tiny-\(architecture)", architecture: architecture, weights: weights, classes: classes,
      classNames: classNames,
      preprocessing: Preprocessing(
        resizeShorterSide: 44, centerCrop: 41, mean: [0.4, 0.4, 0.4], std: [0.25, 0.25, 0.25]),
      source: "made by a test", licence: "CC0")
  }

  /// Random parameters at width 4; the last layer is the nearest mean of the classes' features, so that the
  /// network knows what it sees.
  private static func make(_ architecture: String) throws -> [String: Tensor] {
    let full = try Architecture.named(architecture).randomNetwork(seed: 1).parameters
    var generator = SeededGenerator(seed: 7)
    var parameters: [String: Tensor] = [:]
    for (key, tensor) in full.sorted(by: { $0.key < $1.key }) where !key.hasPrefix("fc.") {
      parameters[key] = narrowed(key, tensor.shape, &generator)
    }
    let features = (full["fc.weight"]?.shape[1] ?? 0) / 16
    let means = try classNames.map { name in
      try meanFeatures(of: name, architecture, parameters, count: features)
    }
    let middle = (0..<features).map { place in means.reduce(0) { $0 + $1[place] } / Float(means.count) }
    let directions = means.map { mean in zip(mean, middle).map { $0 - $1 } }
    let norm = directions.flatMap { $0 }.reduce(0) { $0 + $1 * $1 } / Float(means.count)
    let weights = directions.map { $0.map { 6 * $0 / norm } }
    let biases = weights.indices.map { place in
      -zip(weights[place], zip(means[place], middle)).reduce(0) { $0 + $1.0 * ($1.1.0 + $1.1.1) / 2 }
    }
    parameters["fc.weight"] = Tensor(weights.flatMap { $0 }, shape: [classes.count, features])
    parameters["fc.bias"] = Tensor(biases, shape: [classes.count])
    return parameters
  }

  private static func narrowed(_ key: String, _ shape: Shape, _ generator: inout SeededGenerator) -> Tensor {
    var sizes = shape.dimensions
    for place in sizes.indices.prefix(2) where sizes[place] > 3 { sizes[place] /= 16 }
    let narrow = Shape(sizes)
    guard sizes.count == 1 else {
      let fan = sizes[0] * sizes.dropFirst(2).reduce(1, *)
      return Tensor(normal: (2 / Float(fan)).squareRoot(), shape: narrow, using: &generator)
    }
    if key.hasSuffix("running_var") || key.hasSuffix("weight") {
      // A small last step in each block keeps sixteen of them from adding up.
      let isLast = key.hasSuffix("bn3.weight") || (key.hasSuffix("bn2.weight") && key.contains("layer"))
      return Tensor(repeating: isLast ? 0.5 : 1, shape: narrow)
    }
    return Tensor(zeros: narrow)
  }

  /// What the last layer sees, on the mean over eight pictures of one class.
  private static func meanFeatures(
    of name: String, _ architecture: String, _ parameters: [String: Tensor], count: Int
  ) throws -> [Float] {
    var parameters = parameters
    var identity = [Float](repeating: 0, count: count * count)
    for place in 0..<count { identity[place * count + place] = 1 }
    parameters["fc.weight"] = Tensor(identity, shape: [count, count])
    parameters["fc.bias"] = Tensor(zeros: [count])
    var card = card(architecture, weights: nil)
    card.classes = (0..<count).map { "feature\($0)" }
    card.classNames = []
    let model = try LoadedModel(card: card, parameters: parameters, weightsPath: "")
    let preparation = PicturePreparation(card.preprocessing)
    let pictures = try (0..<8).map {
      try preparation.prepare(TinyPictures.picture(of: name, number: 1000 + $0)).tensor
    }
    let features = try model.classifier.logits(of: Tensor(stacking: pictures), on: Workers(count: 1)).elements
    return (0..<count).map { place in
      (0..<pictures.count).reduce(0) { $0 + features[$1 * count + place] } / Float(pictures.count)
    }
  }
}

/// Noisy pictures of one colour each.
enum TinyPictures {
  /// Picture `number` of a class; the same number gives the same pixels.
  static func picture(of name: String, number: Int, side: Int = 48) -> Picture {
    var generator = SeededGenerator(seed: UInt64(number), stream: UInt64(name.utf8.count))
    let strong = ["red", "green", "blue"].firstIndex(of: name) ?? 0
    let bytes = (0..<side * side * 3).map { place -> UInt8 in
      let base: Float = place % 3 == strong ? 150 : 70
      return UInt8(base + generator.uniform(in: 0...70))
    }
    return Picture(width: side, height: side, bytes: bytes)
  }

  /// A picture of two colours: one where the other's rim is.
  static func stimulus(shape: String, texture: String, number: Int) -> Picture {
    var result = picture(of: texture, number: number, side: 41)
    let middle = picture(of: shape, number: number + 50, side: 41)
    for y in 0..<41 {
      for x in 0..<41 where (x - 20) * (x - 20) + (y - 20) * (y - 20) < 14 * 14 {
        for channel in 0..<3 { result[x: x, y: y, channel: channel] = middle[x: x, y: y, channel: channel] }
      }
    }
    return result
  }
}

extension Workspace {
  /// Writes a card and its weights: `bag.json` or `res.json` by default.
  func addModel(_ architecture: String = "bagnet9", card: String = "bag.json", name: String? = nil) throws {
    let parameters = try (architecture == "bagnet9" ? TinyNetwork.bagnet : TinyNetwork.resnet).get()
    let weights = (card as NSString).deletingPathExtension + ".weights"
    try SafeTensors.write(parameters, to: path(weights))
    try addCard(
      card, TinyNetwork.card(architecture, name: name, weights: (weights as NSString).lastPathComponent))
  }

  func addCard(_ relative: String, _ card: ModelCard) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try add(relative, try encoder.encode(card))
  }

  /// Writes a corpus of three class folders of `count` pictures each.
  func addCorpus(_ relative: String = "corpus", count: Int = 4, first: Int = 0) throws {
    for name in TinyNetwork.classNames {
      for number in first..<first + count {
        try add(
          "\(relative)/\(name)/\(number).png", try TinyPictures.picture(of: name, number: number).pngData())
      }
    }
  }

  func addPicture(_ relative: String = "photo.png", of name: String = "green", number: Int = 90) throws {
    try add(relative, try TinyPictures.picture(of: name, number: number).pngData())
  }

  /// Writes a square sticker without a card.
  func addSticker(_ relative: String = "sticker.png", side: Int = 8) throws {
    let bytes = (0..<side * side).flatMap { place -> [UInt8] in [UInt8(place % 256), 250, 5, 255] }
    try add(relative, try Picture(width: side, height: side, channels: .rgba, bytes: bytes).pngData())
  }
}
