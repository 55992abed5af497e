/// A file that a run left out, and why.
public struct SkippedImage: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// One line saying what is wrong with the file.
  public var reason: String

  public init(image: String, reason: String) {
    self.image = image
    self.reason = reason
  }
}
