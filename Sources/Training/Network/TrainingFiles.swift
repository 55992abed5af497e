import Files
import Foundation
import Models

/// The files beside the network that a training writes, and which training they belong to.
public struct TrainingFiles: Sendable {
  /// What decides a training's bytes; a checkpoint of another is not gone on with.
  public struct Identity: Codable, Hashable, Sendable {
    /// The digest of the recipe's file in hexadecimal digits.
    public var recipe: String
    public var seed: UInt64
    /// The names of the corpora as they were given.
    public var corpus: String
    public var validation: String?
    /// Training pictures that can be read, and their classes.
    public var pictures: Int
    public var classes: [String]

    public init(
      recipe: String, seed: UInt64, corpus: String, validation: String?, pictures: Int, classes: [String]
    ) {
      self.recipe = recipe
      self.seed = seed
      self.corpus = corpus
      self.validation = validation
      self.pictures = pictures
      self.classes = classes
    }
  }

  /// How far a training is.
  struct Place: Codable, Sendable {
    /// Whole epochs done.
    var epoch = 0
    /// Steps done in the epoch under way.
    var step = 0
    /// Over those steps: losses, pictures named rightly, seconds.
    var loss = 0.0
    var correct = 0
    var seconds = 0.0
    /// Updates of the averages since the start.
    var averaged = 0
    var log: [TrainingLogEntry] = []
  }

  /// What a checkpoint's notes say.
  struct Notes: Codable {
    let identity: Identity
    let place: Place
  }

  /// Where the state after the last whole epoch is kept until the network is written.
  public let checkpoint: String
  /// One JSON object a line, one line an epoch.
  public let log: String

  /// - Parameter network: the `.safetensors` to be written.
  public init(beside network: String) {
    let stem = (network as NSString).deletingPathExtension
    checkpoint = stem + ".training.safetensors"
    log = stem + ".training.jsonl"
  }

  /// The checkpoint of an interrupted run; nil when there is none.
  ///
  /// - Throws: `TrainingError.otherTraining` when it is another training's, and what reading throws.
  func interrupted(_ identity: Identity) throws -> (state: TrainingCheckpoint, place: Place)? {
    guard FileManager.default.fileExists(atPath: checkpoint) else { return nil }
    let state = try TrainingCheckpoint(contentsOf: checkpoint)
    guard let notes = try? JSONDecoder().decode(Notes.self, from: Data(state.notes.utf8)) else {
      throw TrainingError.badTrainingCheckpoint(path: checkpoint, reason: "notes that cannot be read")
    }
    if let difference = identity.difference(from: notes.identity) {
      throw TrainingError.otherTraining(
        checkpoint: checkpoint, what: difference.what, expected: difference.own, found: difference.other)
    }
    return (state, notes.place)
  }

  /// Keeps a state, whole or not at all.
  func keep(_ state: TrainingCheckpoint, _ identity: Identity, _ place: Place) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var state = state
    state.notes = String(decoding: try encoder.encode(Notes(identity: identity, place: place)), as: UTF8.self)
    try state.write(to: checkpoint)
  }

  /// Takes away what runs that were killed while writing have left.
  func removeLeftovers() {
    for path in [checkpoint, log] { AtomicFile.removeLeftovers(of: path) }
  }

  /// Takes the checkpoint away once the network is written.
  public func removeCheckpoint() { try? FileManager.default.removeItem(atPath: checkpoint) }
}

extension TrainingFiles.Identity {
  /// The first thing that differs, in words.
  fileprivate func difference(from other: Self) -> (what: String, own: String, other: String)? {
    let texts = [
      ("recipe", short(recipe), short(other.recipe)), ("seed", "\(seed)", "\(other.seed)"),
      ("corpus", corpus, other.corpus),
      ("validation corpus", validation ?? "none", other.validation ?? "none"),
      ("number of pictures", "\(pictures)", "\(other.pictures)"),
      ("classes", classes.joined(separator: ", "), other.classes.joined(separator: ", ")),
    ]
    return self == other
      ? nil : texts.first { $0.1 != $0.2 }.map { ($0.0, $0.1, $0.2) } ?? ("recipe", recipe, other.recipe)
  }

  private func short(_ digest: String) -> String { "SHA-256 \(digest.prefix(12))…" }
}
