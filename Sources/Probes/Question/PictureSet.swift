import Files
import Models
import Synchronization
import Tensors

/// Pictures that know which bytes they are made from.
public protocol IdentifiedPictures {
  /// Where they come from: a folder, or the name of what is drawn.
  var source: String { get }
  var count: Int { get }
  func name(at index: Int) -> String
  /// The SHA-256 of what the picture at `index` is made from: its file's bytes, or what draws it.
  ///
  /// - Throws: `FileError` for a file that cannot be read.
  func digest(at index: Int) throws -> [UInt8]
}

/// The pictures of a question by name, each with the digest of its bytes.
public struct PictureSet: Hashable, Sendable {
  /// 32 bytes for each name; none for a picture that could not be read.
  public let digests: [String: [UInt8]]
  /// One digest of all names and digests, 64 hexadecimal digits.
  public let sha256: String

  public init(_ digests: [String: [UInt8]]) {
    self.digests = digests
    var hash = SHA256()
    for (name, digest) in digests.sorted(by: { $0.key < $1.key }) {
      hash.update(with: name.utf8)
      hash.update(with: [0])
      hash.update(with: digest)
    }
    sha256 = SHA256.hexadecimal(hash.finalize())
  }

  /// Reads every picture's bytes once.
  ///
  /// - Parameter progress: told after each block how many pictures are done.
  /// - Throws: what `progress` throws.
  public init(
    of pictures: some IdentifiedPictures & Sendable, on workers: Workers,
    progress: (Int) throws -> Void = { _ in }
  ) rethrows {
    let found = Mutex<[String: [UInt8]]>([:])
    let block = 256
    for start in stride(from: 0, to: pictures.count, by: block) {
      let end = min(start + block, pictures.count)
      workers.forEach(end - start) { offset in
        let digest = (try? pictures.digest(at: start + offset)) ?? []
        let name = pictures.name(at: start + offset)
        found.withLock { $0[name] = digest }
      }
      try progress(end)
    }
    self.init(found.withLock { $0 })
  }
}
