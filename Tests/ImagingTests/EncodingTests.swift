import Files
import Foundation
import Testing

@testable import Imaging

@Suite struct EncodingTests {
  private func rgba() -> Picture {
    Picture(
      width: 17, height: 11, channels: .rgba,
      bytes: (0..<17 * 11 * 4).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ $0 >> 3) })
  }

  @Test func givesBackWhatWasEncodedAsPNG() throws {
    for picture in [rgba(), rgba().withoutAlpha] {
      let data = try picture.pngData()
      let read = try Picture(decoding: data, named: "x", alpha: picture.channels == .rgba ? .kept : .dropped)
      #expect(read == picture)
      #expect(try picture.pngData() == data)
    }
  }

  @Test func encodesJPEGAsPillowDoes() throws {
    #expect(try Golden.source().jpegData(quality: 80) == Golden.load().jpegQuality80)
  }

  @Test func dropsAlphaInJPEG() throws {
    #expect(try rgba().jpegData(quality: 70) == rgba().withoutAlpha.jpegData(quality: 70))
  }

  @Test func refusesSidesAJPEGCannotHold() {
    let strip = Picture(width: 65_501, height: 1, red: 0, green: 0, blue: 0)
    #expect(throws: ImagingError.self) { try strip.jpegData() }
  }

  @Test func writesWholeFiles() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/patchwork-png-\(UUID())"
    try AtomicFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try rgba().writePNG(to: "\(folder)/sticker.png")
    #expect(try Picture(contentsOf: "\(folder)/sticker.png", alpha: .kept) == rgba())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["sticker.png"])
    #expect(throws: FileError.self) { try rgba().writePNG(to: "\(folder)/none/sticker.png") }
  }
}
