/// What a recipe's `corpus` names.
public enum PictureCorpus {
  /// The one place where a corpus' name becomes pictures: the path of a folder of class folders, or
  /// `silhouettes:CONDITION` with `,count=N`, `,size=PX` and `,seed=N` where they are not 8,000, 96 and 0.
  ///
  /// - Throws: `FileError` or `DatasetsError` when there is no such corpus.
  public static func named(_ name: String) throws -> any LabelledPictures {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "silhouettes" else {
      return LabelledFolder(try ImageFolder(path: name))
    }
    return try silhouettes(parts[1].split(separator: ",", omittingEmptySubsequences: false), name: name)
  }

  private static func silhouettes(_ parts: [Substring], name: String) throws -> Silhouettes {
    guard let condition = SilhouetteCondition(rawValue: String(parts[0])) else {
      let known = SilhouetteCondition.allCases.map(\.rawValue).joined(separator: ", ")
      throw DatasetsError.notACorpus(name: name, expected: "silhouettes: with one of \(known)")
    }
    var numbers: [String: UInt64] = ["count": 8000, "size": 96, "seed": 0]
    var given: Set<String> = []
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2, numbers[pair[0]] != nil, let number = UInt64(pair[1]),
        pair[0] == "seed" || Int(exactly: number) != nil, given.insert(pair[0]).inserted
      else {
        throw DatasetsError.notACorpus(
          name: name, expected: "whole numbers for count, size and seed, each once (count=8000)")
      }
      numbers[pair[0]] = number
    }
    return try Silhouettes(
      condition: condition, count: Int(numbers["count"] ?? 0), size: Int(numbers["size"] ?? 0),
      seed: numbers["seed"] ?? 0)
  }
}

extension Silhouettes: LabelledPictures {}
