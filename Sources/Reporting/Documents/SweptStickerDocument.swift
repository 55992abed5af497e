import Probes
import Studies

/// One sticker of a sweep on one network: a sticker's document with what tells the sweep's stickers apart.
struct SweptStickerDocument: AnswerDocument {
  private let sticker: StickerDocument
  private let sweep: StickerSweep
  private let madeOn: String
  private let area: Share

  private enum CodingKeys: String, CodingKey { case sweep, madeOn, area }

  static var fields: [String: String] {
    StickerDocument.fields.merging([
      "madeOn": "The networks that the sticker was made on.",
      "area": "The share of the picture that the sticker covers.",
    ]) { own, _ in own }
  }

  init(_ sticker: StickerDocument, of swept: SweptSticker) {
    self.sticker = sticker
    sweep = swept.sweep
    madeOn = swept.madeOn
    area = Share(swept.area)
  }

  init(from decoder: any Decoder) throws {
    sticker = try StickerDocument(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sweep = try container.decode(StickerSweep.self, forKey: .sweep)
    madeOn = try container.decode(String.self, forKey: .madeOn)
    area = try container.decode(Share.self, forKey: .area)
  }

  func encode(to encoder: any Encoder) throws {
    try sticker.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sweep, forKey: .sweep)
    try container.encode(madeOn, forKey: .madeOn)
    try container.encode(area, forKey: .area)
  }
}

extension StickerSweep: Codable {}
