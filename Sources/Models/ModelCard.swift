import Foundation

/// What a person must know to use a network rightly; travels beside foreign weights as JSON and inside
/// safetensors metadata.
public struct ModelCard: Codable, Hashable, Sendable {
  /// The name shown in results.
  public var name: String
  /// The architecture's catalogue name, as torchvision spells it where it has it: `bagnet17`, `resnet50`.
  public var architecture: String
  /// The weights' file, beside the card; nil inside a self-describing file.
  public var weights: String?
  /// Class identifiers in the order of the logits, often WordNet ids.
  public var classes: [String]
  /// Readable class names in the same order; empty when there are none.
  public var classNames: [String]
  /// What is done to a picture before the network sees it.
  public var preprocessing: Preprocessing
  /// Where the weights come from.
  public var source: String?
  /// Under which licence the weights are.
  public var licence: String?
  /// The corpus the network was trained on, where known.
  public var corpus: String?
  /// Measured top-1 accuracy on the corpus' held-back images in 0…1, where known.
  public var top1: Double?
  /// The SHA-256 digest of the recipe that Patchwork trained the network by, in hexadecimal digits; nil for others.
  public var recipeSHA256: String?
  /// The seed of that training.
  public var seed: UInt64?

  public init(
    name: String, architecture: String, weights: String? = nil, classes: [String],
    classNames: [String] = [], preprocessing: Preprocessing = Preprocessing(), source: String? = nil,
    licence: String? = nil, corpus: String? = nil, top1: Double? = nil, recipeSHA256: String? = nil,
    seed: UInt64? = nil
  ) {
    self.name = name
    self.architecture = architecture
    self.weights = weights
    self.classes = classes
    self.classNames = classNames
    self.preprocessing = preprocessing
    self.source = source
    self.licence = licence
    self.corpus = corpus
    self.top1 = top1
    self.recipeSHA256 = recipeSHA256
    self.seed = seed
  }

  private enum CodingKeys: String, CodingKey {
    case name, architecture, weights, classes, preprocessing, source, licence, corpus, top1, seed
    case classNames = "class_names"
    case recipeSHA256 = "recipe_sha256"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    if name.isEmpty {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: values, debugDescription: "empty text where a name was expected")
    }
    architecture = try values.decode(String.self, forKey: .architecture)
    weights = try values.decodeIfPresent(String.self, forKey: .weights)
    classes = try values.decode([String].self, forKey: .classes)
    if classes.isEmpty || Set(classes).count != classes.count {
      throw DecodingError.dataCorruptedError(
        forKey: .classes, in: values,
        debugDescription:
          "\(classes.isEmpty ? "none" : "an entry twice") where different classes were expected")
    }
    classNames = try values.decodeIfPresent([String].self, forKey: .classNames) ?? []
    preprocessing = try values.decodeIfPresent(Preprocessing.self, forKey: .preprocessing) ?? Preprocessing()
    source = try values.decodeIfPresent(String.self, forKey: .source)
    licence = try values.decodeIfPresent(String.self, forKey: .licence)
    corpus = try values.decodeIfPresent(String.self, forKey: .corpus)
    top1 = try values.decodeIfPresent(Double.self, forKey: .top1)
    recipeSHA256 = try values.decodeIfPresent(String.self, forKey: .recipeSHA256)
    seed = try values.decodeIfPresent(UInt64.self, forKey: .seed)
    let digits = Set("0123456789abcdef")
    if let digest = recipeSHA256, digest.count != 64 || !digest.allSatisfy(digits.contains) {
      throw DecodingError.dataCorruptedError(
        forKey: .recipeSHA256, in: values,
        debugDescription: "text where 64 lower-case hexadecimal digits were expected")
    }
  }

  /// The card in a JSON document.
  ///
  /// - Parameter path: where the document came from, for the message.
  /// - Throws: `ModelError.badCard` that names the field at fault.
  public init(json: Data, path: String) throws(ModelError) {
    do {
      self = try JSONDecoder().decode(ModelCard.self, from: json)
    } catch {
      throw .badCard(path: path, reason: ModelCard.reason(for: error))
    }
  }

  /// What stands in the document, after "expected a model card, found ".
  private static func reason(for error: any Error) -> String {
    func field(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
      let keys = (path + [last].compactMap { $0 }).map { key in
        key.intValue.map { "[\($0)]" } ?? key.stringValue
      }
      return keys.isEmpty ? "the document" : "\"\(keys.joined(separator: ".").replacing(".[", with: "["))\""
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      return "no \(field(context.codingPath, key))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "the wrong type for \(field(context.codingPath))"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "in \(field(context.codingPath)): \(context.debugDescription)"
    default:
      return "text that is not valid JSON"
    }
  }

  /// The card of the same network asked about class `index` alone.
  func keepingClass(_ index: Int) -> ModelCard {
    var card = self
    card.classes = [classes[index]]
    card.classNames = classNames.isEmpty ? [] : [classNames[index]]
    return card
  }

  /// The readable name of class `index`: its class name where there is one, else its identifier.
  public func displayName(ofClass index: Int) -> String {
    classNames.indices.contains(index) ? classNames[index] : classes[index]
  }

  /// The index of a class given by identifier or by name (case does not matter); nil when there is none.
  public func index(ofClass nameOrIdentifier: String) -> Int? {
    if let exact = classes.firstIndex(of: nameOrIdentifier) { return exact }
    if let exact = classNames.firstIndex(of: nameOrIdentifier) { return exact }
    let wanted = nameOrIdentifier.lowercased()
    return classes.firstIndex { $0.lowercased() == wanted }
      ?? classNames.firstIndex { $0.lowercased() == wanted }
  }
}

/// What is done to a picture before a network sees it; a step that is nil is not done.
public struct Preprocessing: Codable, Hashable, Sendable {
  /// How resizing interpolates; both as Pillow does it.
  public enum Interpolation: String, Codable, Sendable, CaseIterable {
    case bilinear
    case bicubic
    case nearest
  }

  /// The picture's shorter side after resizing, in pixels.
  public var resizeShorterSide: Int?
  /// The side of the centred square cut out after resizing, in pixels.
  public var centerCrop: Int?
  public var interpolation: Interpolation
  /// Subtracted from each channel of a picture in 0…1.
  public var mean: [Float]?
  /// Divides each channel after the mean is subtracted.
  public var std: [Float]?

  public init(
    resizeShorterSide: Int? = nil, centerCrop: Int? = nil, interpolation: Interpolation = .bilinear,
    mean: [Float]? = nil, std: [Float]? = nil
  ) {
    self.resizeShorterSide = resizeShorterSide
    self.centerCrop = centerCrop
    self.interpolation = interpolation
    self.mean = mean
    self.std = std
  }

  private enum CodingKeys: String, CodingKey {
    case resizeShorterSide = "resize_shorter_side"
    case centerCrop = "center_crop"
    case interpolation, mean, std
  }

  /// The greatest side in pixels that a card may ask for.
  private static let greatestSide = 1 << 14

  /// - Throws: `DecodingError` when a step is not one that can be done: a side outside 1…16,384, a mean that
  ///   is not three finite numbers, a deviation that is not three finite numbers above 0.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)

    func side(_ key: CodingKeys) throws -> Int? {
      guard let side = try values.decodeIfPresent(Int.self, forKey: key) else { return nil }
      guard (1...Preprocessing.greatestSide).contains(side) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values,
          debugDescription: "\(side) where 1 to \(Preprocessing.greatestSide) pixels were expected")
      }
      return side
    }
    func channels(
      _ key: CodingKeys, _ expected: String, where isSuitable: (Float) -> Bool
    ) throws -> [Float]? {
      guard let numbers = try values.decodeIfPresent([Float].self, forKey: key) else { return nil }
      guard numbers.count == 3, numbers.allSatisfy(isSuitable) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values,
          debugDescription: "\(numbers) where \(expected) were expected")
      }
      return numbers
    }

    resizeShorterSide = try side(.resizeShorterSide)
    centerCrop = try side(.centerCrop)
    interpolation = try values.decodeIfPresent(Interpolation.self, forKey: .interpolation) ?? .bilinear
    mean = try channels(.mean, "three numbers") { $0.isFinite }
    std = try channels(.std, "three numbers above 0") { $0.isNormal && $0 > 0 }
  }
}

extension ModelCard {
  /// For each of this card's classes, the index of the same class (by identifier, else by name) among
  /// another's; nil where it has none.
  public func classIndices(in other: ModelCard) -> [Int?] {
    classes.indices.map { index in
      other.classes.firstIndex(of: classes[index]) ?? other.index(ofClass: displayName(ofClass: index))
    }
  }
}

extension Preprocessing {
  /// The colour that is 0 once normalised: what “nothing there” means to the network. One entry a channel.
  public var meanColour: [Float] { mean ?? [0, 0, 0] }

  /// Whether pictures have the same pixels after both; mean and deviation may differ, which are the network's.
  public func preparesAlike(_ other: Preprocessing) -> Bool {
    resizeShorterSide == other.resizeShorterSide && centerCrop == other.centerCrop
      && interpolation == other.interpolation
  }
}
