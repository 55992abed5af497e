import Files

/// One picture in a file.
public struct IdentifiedFile: IdentifiedPictures, Sendable {
  public let path: String
  private let name: String

  /// - Parameter name: what answers call it.
  public init(path: String, name: String) {
    self.path = path
    self.name = name
  }

  public var source: String { path }
  public var count: Int { 1 }
  public func name(at index: Int) -> String { name }
  public func digest(at index: Int) throws -> [UInt8] { try FileBytes.digest(of: path) }
}
