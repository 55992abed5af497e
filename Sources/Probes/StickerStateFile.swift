import Adversary
import Files
import Foundation

/// The file beside a sticker in the making that says where its optimisation stands, and of which sticker it is.
public struct StickerStateFile: Sendable {
  /// What decides a sticker's bytes; the state of another is not gone on with.
  public struct Identity: Codable, Hashable, Sendable {
    /// What will stand beside the sticker.
    public var card: StickerCard
    /// How many pictures it is made on, and how many it is chosen by.
    public var pictures: Int
    public var choosing: Int
    /// The digest of the start, the outline and the printable colours, in hexadecimal digits.
    public var start: String

    public init(card: StickerCard, plan: UniversalSticker, pictures: Int, choosing: Int) throws {
      self.card = card
      self.pictures = pictures
      self.choosing = choosing
      let first = try plan.firstSticker()
      let printable = plan.printable.flatMap { [$0.x, $0.y, $0.z] }
      start = SHA256.hexadecimal(
        of: FloatBlob.encode(first.colours.elements + first.alpha.elements + printable))
    }
  }

  private struct Content: Codable {
    let identity: Identity
    let state: StickerState
  }

  public let path: String
  private let identity: Identity

  /// - Parameter sticker: the PNG to be written.
  public init(beside sticker: String, identity: Identity) {
    path = (sticker as NSString).deletingPathExtension + ".making.json"
    self.identity = identity
  }

  /// Where an interrupted run stood; nil when there was none.
  ///
  /// - Throws: `FileError`, `ProbeError.badStickerState`, `.otherSticker` when the state is another sticker's.
  public func interrupted() throws -> StickerState? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let data = try FileBytes.read(path)
    guard let content = try? JSONDecoder().decode(Content.self, from: data) else {
      throw ProbeError.badStickerState(path: path)
    }
    guard content.identity == identity else {
      throw ProbeError.otherSticker(path: path, what: try difference(from: content.identity))
    }
    return content.state
  }

  /// Keeps a state, whole or not at all.
  ///
  /// - Throws: `FileError.unwritable`.
  public func keep(_ state: StickerState) throws {
    try AtomicFile.write(try StickerStateFile.encoded(Content(identity: identity, state: state)), to: path)
  }

  /// Takes the file away, once the sticker is written and tested.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// The names of what differs.
  private func difference(from other: Identity) throws -> String {
    func fields(_ identity: Identity) throws -> [String: String] {
      let values = try JSONSerialization.jsonObject(with: try StickerStateFile.encoded(identity))
      var fields = values as? [String: Any] ?? [:]
      let card = fields.removeValue(forKey: "card") as? [String: Any] ?? [:]
      return fields.merging(card) { own, _ in own }.mapValues { "\($0)" }
    }
    let (own, others) = (try fields(identity), try fields(other))
    let names = Set(own.keys).union(others.keys).filter { own[$0] != others[$0] }
    return names.sorted().joined(separator: ", ")
  }

  private static func encoded(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }
}
