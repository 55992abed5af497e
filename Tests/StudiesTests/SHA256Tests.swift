import Files
import Foundation
import Testing

struct SHA256Tests {
  /// The example messages of FIPS 180-4's validation suite, and the block boundaries' neighbours.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func givesThePublishedDigests(message: String, digest: String) {
    #expect(SHA256.hexadecimal(of: Data(message.utf8)) == digest)
  }

  @Test func givesTheSameDigestHoweverTheBytesArrive() {
    let bytes = (0..<517).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let whole = SHA256.digest(of: bytes)
    for piece in [1, 7, 55, 63, 64, 65, 128] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: piece) {
        hash.update(with: bytes[start..<min(start + piece, bytes.count)])
      }
      #expect(hash.finalize() == whole, "pieces of \(piece) bytes")
    }
  }
}
