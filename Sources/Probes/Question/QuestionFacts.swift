import Distortions
import Files
import Foundation

/// A question as people tell it from others: short facts, the one that names it first.
public struct QuestionFacts: Hashable, Sendable {
  /// One fact; the ones that name a question stand without a key.
  public struct Fact: Hashable, Sendable {
    public let key: String
    public let value: String
    /// Whether it is one of those that name the question.
    public let isName: Bool

    /// As it stands in labels and gates: `tench`, `corpus=imagenette/val`.
    public var text: String { isName ? value : "\(key)=\(value)" }
  }

  /// Those that name the question first, then the others by key.
  public let facts: [Fact]
  /// The question's own digits, `#1a2b3c4d`: two questions never share all facts and this.
  public let tag: String

  /// - Parameters:
  ///   - options: everything that was kept of the command line.
  ///   - target: the readable name of the class aimed at.
  public init(_ question: Question, options: [String: String], target: String?) {
    tag = question.tag
    var values = options.filter { name, _ in !QuestionFacts.untold.contains(name) }
    if let target { values["target"] = target }
    if let seed = question.seed, seed != "0" { values["seed"] = seed }
    // Recorded answers have no stimuli of their own.
    if question.kind == .textureBias, values["stimuli"] == nil { values["stimuli"] = "recorded" }
    let own = question.kind.principalFacts.filter { values[$0] != nil }
    let names = own.isEmpty ? ["corpus", "stimuli"].filter { values[$0] != nil } : own
    let others = values.keys.filter { !names.contains($0) }.sorted()
    facts = (names + others).flatMap { key in
      QuestionFacts.told(key, values[key] ?? "").map { Fact(key: $0, value: $1, isName: names.contains(key)) }
    }
  }

  /// Told otherwise, or of no use to a person.
  private static let untold: Set<String> = [
    "responses", "baseline", "sticker_sha256", "evidence_sha256", "rankings", "responses_sha256",
    "stimuli_sha256",
  ]

  /// A setting in short, as one fact or several.
  private static func told(_ key: String, _ value: String) -> [(String, String)] {
    switch key {
    case "corpus", "stimuli", "silhouettes", "image": [(key, shortPath(value))]
    case "sticker": [(key, stickerName(value))]
    case "conditions": [(key, kinds(value))]
    case "epsilon": [(key, fraction(value))]
    case "side": [(key, value + "px")]
    case "question": scalars(value)
    default: [(key, value.count > 48 ? "#" + SHA256.hexadecimal(of: value.utf8).prefix(8) : value)]
    }
  }

  /// The kinds of distortion or corruption asked about: all of a few, of many the first two.
  private static func kinds(_ conditions: String) -> String {
    let all = DistortionConditions(text: conditions)?.series.map(\.kind) ?? [conditions]
    let kinds = all.filter { $0 != Corruption.clean.name }
    guard kinds.count > 4 else { return kinds.joined(separator: "+") }
    return kinds.prefix(2).joined(separator: "+") + "+\(kinds.count - 2) more"
  }

  /// The last two parts of a path; a drawn corpus whole.
  private static func shortPath(_ path: String) -> String {
    guard !path.contains(":") else { return path }
    return path.split(separator: "/").suffix(2).joined(separator: "/")
  }

  /// `tench` for `stickers/tench/sticker.png`, which is what `sticker make` writes, and for `tench.png`.
  private static func stickerName(_ path: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    let stem = ((parts.last ?? path) as NSString).deletingPathExtension
    return stem == "sticker" ? parts.dropLast().last ?? stem : stem
  }

  /// `4/255` for its decimal.
  private static func fraction(_ text: String) -> String {
    guard let value = Double(text) else { return text }
    let levels = value * 255
    let whole = levels.rounded()
    return whole >= 1 && abs(levels - whole) < 1e-6 ? "\(Int(whole))/255" : text
  }

  /// The single values of a question kept as JSON.
  private static func scalars(_ json: String) -> [(String, String)] {
    guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
      return []
    }
    return object.sorted { $0.key < $1.key }.compactMap { key, value in
      // The seed is told of the whole question.
      guard key != "seed", value is NSNumber || value is String else { return nil }
      return (key, "\(value)")
    }
  }
}

extension QuestionFacts {
  /// A label for each of several questions of one kind: its name, and of the rest only what tells it from those of the
  /// same name.
  public static func labels(_ questions: [QuestionFacts]) -> [String] {
    questions.map { own in
      let name = own.facts.filter(\.isName)
      let rivals = questions.filter { $0.tag != own.tag && $0.facts.filter(\.isName) == name }
      var parts = name
      var open = rivals
      for fact in own.facts where !fact.isName && !open.isEmpty {
        let left = open.filter { $0.facts.contains(fact) }
        if left.count < open.count {
          parts.append(fact)
          open = left
        }
      }
      let words = parts.map(\.text) + (open.isEmpty ? [] : [own.tag])
      return words.isEmpty ? own.tag : words.joined(separator: ", ")
    }
  }

  /// Whether a term of a gate's bracket is true of the question.
  public func matches(_ term: String) -> Bool {
    term == tag || facts.contains { [$0.value, "\($0.key)=\($0.value)"].contains(term) }
  }
}
