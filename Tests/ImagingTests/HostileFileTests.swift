import Files
import Foundation
import Tensors
import Testing

@testable import Imaging

@Suite struct HostileFileTests {
  private func failure(_ data: Data) -> ImagingError? {
    do {
      _ = try Picture(decoding: data, named: "x")
      return nil
    } catch {
      return error as? ImagingError
    }
  }

  @Test(arguments: [
    ("", "0 bytes"), ("hello there\n", "plain text"), ("<!DOCTYPE html><p>", "an HTML page"),
    ("GIF89a\u{1}", "a GIF"), ("BM....", "a BMP"), ("RIFF1234WEBPVP8 ", "a WebP"), ("%PDF-1.4", "a PDF"),
    ("version https://git-lfs.github.com/spec/v1", "a Git LFS pointer, not the file it stands for"),
    ("\0\0\0\0\0\0", "zeros"), ("<svg xmlns=", "XML or SVG text"), ("ключ", "plain text"),
  ])
  func namesWhatIsNotAPicture(content: String, found: String) {
    #expect(failure(Data(content.utf8)) == .notAnImage(path: "x", found: found))
  }

  @Test func namesUnknownBytes() {
    #expect(
      failure(Data([1, 2, 0xFE, 4]))
        == .notAnImage(path: "x", found: "unknown data that start with 01 02 fe 04"))
  }

  @Test func reportsMissingAndEmptyFiles() throws {
    let path = FileManager.default.temporaryDirectory.path + "/patchwork-empty-\(UUID()).png"
    #expect(throws: FileError.missing(path: path)) { try Picture(contentsOf: path) }
    try Data().write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: FileError.empty(path: path)) { try Picture(contentsOf: path) }
  }

  @Test(arguments: [
    "baseline.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "restarts.jpg", "one-pixel.jpg", "rgb-8.png",
    "rgba-16-interlaced.png", "palette-4.png", "gray-1.png",
  ])
  func refusesAFileCutAnywhere(name: String) throws {
    let data = try Golden.bytes(name)
    for length in 0..<data.count {
      switch failure(data.prefix(length)) {
      case .truncated, .corrupt: break
      case .notAnImage where length < 8: break
      case let other:
        Issue.record("\(name) cut to \(length) of \(data.count) bytes: \(String(describing: other))")
      }
    }
  }

  @Test func callsACutFileTruncated() throws {
    for name in ["baseline.jpg", "progressive.jpg", "rgb-8.png"] {
      let data = try Golden.bytes(name)
      guard case .truncated = failure(data.prefix(data.count * 2 / 3)) else {
        Issue.record("\(name): \(String(describing: failure(data.prefix(data.count * 2 / 3))))")
        continue
      }
    }
  }

  @Test func survivesFlippedBits() throws {
    var generator = SeededGenerator(seed: 7)
    var refused = 0
    for name in try Golden.load().decoded.keys.sorted() {
      let data = try Golden.bytes(name)
      for _ in 0..<60 {
        var damaged = data
        for _ in 0...generator.uniform(below: 3) {
          damaged[generator.uniform(below: damaged.count)] ^= 1 << UInt8(generator.uniform(below: 8))
        }
        // Sizes far beyond these pictures' would only cost time.
        guard FlippedSize.isSmall(damaged) else { continue }
        for orientation in [Picture.Orientation.ignored, .applied] {
          do {
            _ = try Picture(decoding: damaged, named: name, alpha: .kept, orientation: orientation)
          } catch {
            #expect(error is ImagingError)
            refused += 1
          }
        }
      }
    }
    #expect(refused > 1000)
  }

  @Test func refusesDamagedEntropyCodedData() throws {
    var data = try Golden.bytes("baseline.jpg")
    let start = data.count * 3 / 4
    data.replaceSubrange(start..<start + 4, with: [0xFF, 0xD9, 0xFF, 0xD9])
    guard case .corrupt(_, "JPEG", _) = failure(data) else {
      Issue.record("\(String(describing: failure(data)))")
      return
    }
  }

  @Test func refusesDamagedPNGChecksums() throws {
    var data = try Golden.bytes("rgb-8.png")
    data[data.count - 13] ^= 1
    guard case .corrupt(_, "PNG", _) = failure(data) else {
      Issue.record("\(String(describing: failure(data)))")
      return
    }
  }

  @Test func refusesHugeSizesBeforeTakingMemory() throws {
    var jpeg = try Golden.bytes("baseline.jpg")
    let frame = try #require(jpeg.firstRange(of: Data([0xFF, 0xC0])))
    jpeg.replaceSubrange(frame.lowerBound + 5..<frame.lowerBound + 9, with: [0xFF, 0x00, 0xFF, 0x00])
    #expect(failure(jpeg) == .tooLarge(path: "x", detail: "65280 x 65280 pixels"))

    let header: [UInt8] =
      [0x49, 0x48, 0x44, 0x52] + [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF] + [8, 2, 0, 0, 0]
    var png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + header)
    png.append(contentsOf: crc32(header))
    png.append(contentsOf: [0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54] + crc32([0x49, 0x44, 0x41, 0x54]))
    #expect(failure(png) == .tooLarge(path: "x", detail: "2147483647 x 2147483647 pixels"))
  }

  @Test func refusesTwelveBitJPEGAsUnsupported() throws {
    var data = try Golden.bytes("baseline.jpg")
    let frame = try #require(data.firstRange(of: Data([0xFF, 0xC0])))
    data[frame.lowerBound + 1] = 0xC1
    data[frame.lowerBound + 4] = 12
    guard case .unsupported(_, "JPEG", _) = failure(data) else {
      Issue.record("\(String(describing: failure(data)))")
      return
    }
  }

  @Test func saysWhatWasExpectedFoundAndIsToDo() {
    let error = failure(Data("hello there\n".utf8))
    #expect(
      error?.description == "x: expected a JPEG or PNG picture, found plain text; convert it or leave it out")
    #expect(error?.fault == .badInput)
  }

  private func crc32(_ bytes: [UInt8]) -> [UInt8] {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~value >> $0) }
  }
}

/// Whether a JPEG's frame header still states a size worth decoding in a test; a PNG's is protected by a sum.
private enum FlippedSize {
  static func isSmall(_ data: Data) -> Bool {
    for kind in [0xC0, 0xC1, 0xC2] as [UInt8] {
      guard let frame = data.firstRange(of: Data([0xFF, kind])), frame.lowerBound + 9 <= data.endIndex else {
        continue
      }
      let size = data[frame.lowerBound + 5..<frame.lowerBound + 9].map(Int.init)
      if (size[0] << 8 | size[1]) * (size[2] << 8 | size[3]) > 1_000_000 { return false }
    }
    return true
  }
}
