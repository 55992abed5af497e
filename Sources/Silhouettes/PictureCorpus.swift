import Datasets
import Files
import Foundation

/// What `corpus` names, in a recipe or on the command line.
public enum PictureCorpus {
  /// The pictures of a corpus' name: the path of a folder of class folders, or a corpus that Patchwork draws.
  ///
  /// - Throws: `FileError`, `DatasetsError` or `SilhouettesError` when there is no such corpus.
  public static func named(_ name: String) throws -> any LabelledPictures {
    try drawn(name) ?? LabelledFolder(try ImageFolder(path: name))
  }

  /// The one place where a name becomes a corpus that Patchwork draws: `silhouettes`, or `silhouettes:CONDITION` with
  /// `,count=N`, `,size=PX` and `,seed=N` where they are not 8,000, 96 and 0; nil for a path.
  ///
  /// - Throws: `SilhouettesError` when the condition or a number is none that the corpus can have.
  static func drawn(_ name: String) throws -> SilhouetteCorpus? {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0] == silhouettesName else { return nil }
    if parts.count == 1 {
      let isTaken = FileManager.default.fileExists(atPath: name)
      return isTaken ? nil : try silhouettes([Substring(SilhouetteCondition.congruent.rawValue)], name: name)
    }
    return try silhouettes(parts[1].split(separator: ",", omittingEmptySubsequences: false), name: name)
  }

  /// Whether a name is that of a corpus which Patchwork draws, whatever files there are. Every seed draws other pictures
  /// under the same names.
  public static func namesDrawing(_ name: String) -> Bool {
    name == silhouettesName || name.hasPrefix(silhouettesName + ":")
  }

  private static let silhouettesName = "silhouettes"

  private static func silhouettes(_ parts: [Substring], name: String) throws -> SilhouetteCorpus {
    guard let condition = SilhouetteCondition(rawValue: String(parts[0])) else {
      let known = SilhouetteCondition.allCases.map(\.rawValue).joined(separator: ", ")
      throw SilhouettesError.notACorpus(name: name, expected: "silhouettes: with one of \(known)")
    }
    var numbers: [String: UInt64] = ["count": 8000, "size": 96, "seed": 0]
    var given: Set<String> = []
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2, numbers[pair[0]] != nil, let number = UInt64(pair[1]),
        pair[0] == "seed" || Int(exactly: number) != nil, given.insert(pair[0]).inserted
      else {
        throw SilhouettesError.notACorpus(
          name: name, expected: "whole numbers for count, size and seed, each once (count=8000)")
      }
      numbers[pair[0]] = number
    }
    return try SilhouetteCorpus(
      condition: condition, count: Int(numbers["count"] ?? 0), size: Int(numbers["size"] ?? 0),
      seed: numbers["seed"] ?? 0)
  }
}

extension ImageFolder {
  /// The corpus that a person names: a folder's path, or one that Patchwork draws (`PictureCorpus`), whose pictures
  /// have the paths that `corpora make` would give them.
  ///
  /// - Throws: what `init(path:)` throws; `SilhouettesError` for a drawn corpus that cannot be.
  public init(named name: String) throws {
    if let drawing = try PictureCorpus.drawn(name) {
      self.init(drawing, name: name)
    } else {
      try self.init(path: name)
    }
  }
}

extension CueConflictStimuli {
  /// The stimuli that a person names: a folder's path, or a corpus that Patchwork draws with both cues
  /// (`PictureCorpus`), `silhouettes:cue-conflict`.
  ///
  /// - Throws: what `init(path:limit:)` throws; `SilhouettesError` for a drawn corpus that cannot be.
  public init(named name: String, limit: Int? = nil) throws {
    if let drawing = try PictureCorpus.drawn(name) {
      try self.init(drawing, name: name, limit: limit)
    } else {
      try self.init(path: name, limit: limit)
    }
  }
}
