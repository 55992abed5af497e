import Foundation
import Synchronization

/// Bytes with their SHA-256 digest, which is worked out once: when it is first asked for.
///
/// A file's bytes are mapped. They stay those that were read when another file takes its place.
public final class DigestedBytes: Sendable {
  private let bytes: Data
  private let known = Mutex<String?>(nil)

  public init(_ bytes: Data) { self.bytes = bytes }

  /// The digest in 64 lower-case hexadecimal digits.
  public var sha256: String {
    known.withLock { known in
      let digest = known ?? SHA256.hexadecimal(of: bytes)
      known = digest
      return digest
    }
  }
}
