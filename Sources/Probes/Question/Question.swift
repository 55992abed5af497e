import Files
import Foundation

/// What is asked of an observer: two answers are answers to the same question when these are equal.
///
/// Names of files and folders are for people and no part of it: pictures are known by their bytes, a sticker by its
/// digest. The observer, the tool's version and the machine stand beside it.
public struct Question: Codable, Hashable, Sendable {
  public let kind: QuestionKind
  /// The digest of all names and bytes of the pictures asked about, `PictureSet.sha256`; nil where they were not read:
  /// in studies of earlier releases, and for recorded answers.
  public let picturesSHA256: String?
  /// The class aimed at, by its identifier; nil where there is none.
  public let target: String?
  /// What draws items and places; nil for kinds that draw nothing.
  public let seed: String?
  /// Everything else that decides the answers.
  public let settings: [String: String]

  /// Options that only name things; what they name is known otherwise.
  private static let names: Set<String> = ["responses", "baseline"]
  /// Options that say which pictures are asked about: where those are known by their bytes they add nothing.
  private static let pictureNames: Set<String> = ["corpus", "stimuli", "image", "silhouettes", "limit"]

  /// - Parameter options: everything that was kept of the command line.
  public init(
    _ kind: QuestionKind, options: [String: String], target: String?, seed: UInt64, picturesSHA256: String?
  ) {
    self.kind = kind
    self.target = target
    self.picturesSHA256 = picturesSHA256
    self.seed = kind.drawsFromSeed ? String(seed) : nil
    settings = options.filter { name, _ in
      if Question.names.contains(name) { return false }
      if name == "sticker" { return options["sticker_sha256"] == nil }
      return picturesSHA256 == nil || !Question.pictureNames.contains(name)
    }
  }

  /// The same without some of its settings.
  public func without(_ names: Set<String>) -> Question {
    guard !names.isEmpty else { return self }
    return Question(self, settings: settings.filter { !names.contains($0.key) })
  }

  private init(_ other: Question, settings: [String: String]) {
    kind = other.kind
    target = other.target
    picturesSHA256 = other.picturesSHA256
    seed = other.seed
    self.settings = settings
  }

  /// Equal questions give equal texts.
  public var canonicalJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and optional texts: nothing in a question cannot be encoded.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The first eight hexadecimal digits of the canonical text's SHA-256, behind a number sign: `#1a2b3c4d`.
  public var tag: String { "#" + SHA256.hexadecimal(of: canonicalJSON.utf8).prefix(8) }
}
