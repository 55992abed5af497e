import ArgumentParser

/// How large a sticker is.
struct StickerSizeOptions: ParsableArguments {
  @Option(name: .long, help: "The sticker's side in pixels of the network's input.")
  var side: Int?

  @Option(name: .long, help: "The sticker's share of the picture's area, such as 0.05, instead of --side.")
  var area: Double?

  func validate() throws {
    if (side == nil) == (area == nil) {
      throw ValidationError(
        side == nil ? "expected --side PX or --area FRACTION" : "expected --side or --area, found both")
    }
    if let side, side < 1 { throw ValidationError("--side expects at least 1, found \(side)") }
    if let area, !(area > 0 && area < 1) {
      throw ValidationError("--area expects a share between 0 and 1, found \(area)")
    }
  }

  /// The sticker's side in pixels.
  ///
  /// - Parameter imageSide: the picture's; nil where the network's card leaves it open.
  /// - Throws: `CommandError.wrongUse` when a share of the area is asked for and the picture's size is open.
  func side(for attack: StickerAttackOptions, imageSide: Int?) throws -> Int {
    if let side { return side }
    return try attack.side(area: area ?? 0, imageSide: imageSide)
  }
}
