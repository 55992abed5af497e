import Foundation

/// What a file is by its first bytes; its name is not asked.
enum FileSignature: Equatable {
  case jpeg
  case png
  /// Anything else, in words fit for "found …".
  case other(String)

  init(_ data: Data) {
    let head = [UInt8](data.prefix(512))
    if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else {
      self = .other(FileSignature.words(for: head))
    }
  }

  private static let known: [(offset: Int, bytes: String, words: String)] = [
    (0, "GIF8", "a GIF"),
    (0, "BM", "a BMP"),
    (8, "WEBP", "a WebP"),
    (0, "II*\0", "a TIFF"),
    (0, "MM\0*", "a TIFF"),
    (4, "ftypavif", "an AVIF"),
    (4, "ftypheic", "a HEIC"),
    (4, "ftyp", "a film or HEIF file"),
    (0, "%PDF", "a PDF"),
    (0, "PK\u{3}\u{4}", "a zip archive"),
    (0, "version https://git-lfs", "a Git LFS pointer, not the file it stands for"),
  ]

  private static func words(for head: [UInt8]) -> String {
    guard !head.isEmpty else { return "0 bytes" }
    for (offset, bytes, words) in known where head.dropFirst(offset).starts(with: bytes.utf8) {
      return words
    }
    guard head.contains(where: { $0 != 0 }) else { return "zeros" }
    if let text = text(head) {
      let start = text.drop(while: \.isWhitespace).prefix(16).lowercased()
      if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "an HTML page" }
      return start.hasPrefix("<svg") || start.hasPrefix("<?xml") ? "XML or SVG text" : "plain text"
    }
    let first = head.prefix(4).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }
    return "unknown data that start with \(first.joined(separator: " "))"
  }

  /// The head as text when it is UTF-8 without control characters; a character cut at the end is forgiven.
  private static func text(_ head: [UInt8]) -> String? {
    for cut in 0..<min(4, head.count) {
      guard let text = String(validating: head.dropLast(cut), as: UTF8.self) else { continue }
      let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 32 || [9, 10, 12, 13].contains($0.value) }
      return isPlain ? text : nil
    }
    return nil
  }
}
