/// The two cues of a cue-conflict stimulus, from its name `<shape><n>-<texture><m>` (Geirhos et al. 2019,
/// 1811.12231).
public struct StimulusName: Sendable, Hashable {
  /// The category of the shape, for example `cat`.
  public let shape: String
  /// The category of the texture, for example `elephant`.
  public let texture: String

  /// Whether shape and texture disagree; only these stimuli count.
  public var isConflict: Bool { shape != texture }

  /// Parses a file name with or without extension, such as `cat3-elephant12.png`.
  ///
  /// - Throws: `DatasetsError.notAStimulusName`.
  public init(parsing name: String) throws {
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
    let cues = stem.split(separator: "-", omittingEmptySubsequences: false)
    guard cues.count == 2, let shape = StimulusName.category(cues[0]),
      let texture = StimulusName.category(cues[1])
    else { throw DatasetsError.notAStimulusName(name) }
    self.shape = shape
    self.texture = texture
  }

  /// The letters before the number; nil when either is missing.
  private static func category(_ cue: Substring) -> String? {
    let category = cue.prefix { !isDigit($0) }
    let number = cue[category.endIndex...]
    guard !category.isEmpty, !number.isEmpty, number.allSatisfy(isDigit) else { return nil }
    return String(category)
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
