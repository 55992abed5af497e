import Foundation
import Testing

@testable import Imaging

@Suite struct DecodingTests {
  @Test func decodesEveryKindAsPillowDoes() throws {
    let golden = try Golden.load()
    #expect(golden.decoded.count >= 59)
    for (name, expected) in golden.decoded {
      let picture = try Picture(contentsOf: "\(Golden.folder)/pictures/\(name)")
      #expect(picture == expected.picture, "\(name)")
    }
  }

  @Test func keepsAlphaAsPillowDoesWhenAsked() throws {
    var checked = 0
    for (name, expected) in try Golden.load().decoded {
      guard let rgba = expected.rgba else { continue }
      let picture = try Picture(decoding: Golden.bytes(name), named: name, alpha: .kept)
      #expect(picture == rgba.picture(.rgba), "\(name)")
      #expect(picture.withoutAlpha == expected.picture, "\(name)")
      checked += 1
    }
    #expect(checked >= 25)
  }

  @Test func makesTheKeyGreyTransparentAsThePNGStandardSays() throws {
    let picture = try Picture(decoding: Golden.bytes("gray-key.png"), named: "x", alpha: .kept)
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        // The key is 2 of 0…15, which is 34 of 0…255.
        let isKey = picture[x: x, y: y, channel: 0] == 34
        #expect(picture[x: x, y: y, channel: 3] == (isKey ? 0 : 255))
      }
    }
    #expect(picture.bytes.contains(34))
  }

  @Test func givesJPEGsOpaqueAlpha() throws {
    for name in ["baseline.jpg", "cmyk.jpg", "gray.jpg"] {
      let picture = try Picture(decoding: Golden.bytes(name), named: name, alpha: .kept)
      #expect(try picture.withoutAlpha == Picture(decoding: Golden.bytes(name), named: name))
      let alphas = (0..<picture.width).map { picture[x: $0, y: 0, channel: 3] }
      #expect(alphas.allSatisfy { $0 == 255 }, "\(name)")
    }
  }

  @Test func turnsPicturesUprightOnlyWhenAsked() throws {
    var turned = 0
    for (name, expected) in try Golden.load().decoded where name.hasPrefix("turned") {
      let data = try Golden.bytes(name)
      #expect(
        try Picture(decoding: data, named: name, orientation: .applied) == expected.upright.picture(),
        "\(name)")
      #expect(try Picture(decoding: data, named: name) == expected.picture, "\(name)")
      turned += 1
    }
    #expect(turned == 9)
  }

  @Test func goesByContentAndNotByName() throws {
    let picture = try Picture(decoding: Golden.bytes("baseline.jpg"), named: "holiday.png")
    #expect(picture.width == 35)
  }

  @Test(.enabled(if: Golden.hasPhotographs, "the photographs beside the package are absent"))
  func decodesAndFramesPhotographsAsPillowAndTorchvisionDo() throws {
    let photographs = try Golden.photographs()
    #expect(photographs.count == 10)
    for photograph in photographs {
      let picture = try Picture(contentsOf: "\(Golden.photographsFolder)/\(photograph.image)")
      #expect(picture.checksum == photograph.decoded, "\(photograph.image)")
      let framed = try picture.framed(resizeShorterSide: 112, centerCrop: 96)
      #expect(framed.checksum == photograph.framed, "\(photograph.image)")
    }
  }
}
