/// What stands at the foot of every sheet: a bar of known length, and a caption.
struct SheetFoot {
  let paper: PaperSize
  let margin: Double

  /// What a page's content calls the font.
  static let fontName = "Label"
  /// One of the fonts that every PDF program has.
  static let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
  /// The height of letters, with room for what reaches below the line.
  static let textHeight = 2.5

  func draw(_ caption: String, on content: inout PDFContent) {
    content.write(
      shortened(caption), font: SheetFoot.fontName, height: SheetFoot.textHeight,
      at: SIMD2(margin, margin + 0.7))
    let (bottom, height) = (margin + 5, 1.4)
    for part in 0..<5 {
      let piece = PaperRectangle(
        left: margin + SheetLayout.scaleBar / 5 * Double(part), bottom: bottom,
        width: SheetLayout.scaleBar / 5,
        height: height)
      content.fill(piece, SIMD3(repeating: 0))
      if part % 2 == 1 {
        content.fill(
          PaperRectangle(left: piece.left, bottom: bottom + 0.1, width: piece.width, height: height - 0.2),
          SIMD3(repeating: 1))
      }
    }
    content.write(
      "50 mm: check with a ruler", font: SheetFoot.fontName, height: SheetFoot.textHeight,
      at: SIMD2(margin, bottom + height + 1))
  }

  /// As much of a text as surely fits between the margins: few letters are wider than 0.6 of their height.
  private func shortened(_ text: String) -> String {
    let limit = Int((paper.width - 2 * margin) / (0.6 * SheetFoot.textHeight))
    return text.count > limit ? text.prefix(max(0, limit - 1)) + "…" : text
  }
}
