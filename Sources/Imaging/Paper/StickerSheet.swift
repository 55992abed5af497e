import Foundation

/// Stickers on paper, ready for a printer and a cutter: a PDF in millimetres.
public struct StickerSheet: Sendable {
  /// How the pixels of a sticker become those of a printer.
  public enum Resampling: String, Sendable, CaseIterable {
    /// Each pixel is a square of one colour.
    case nearest
    /// Colours go over into each other.
    case smooth
  }

  public let layout: SheetLayout
  public let dieLine: DieLine
  public let resampling: Resampling

  public init(layout: SheetLayout, dieLine: DieLine, resampling: Resampling = .nearest) {
    self.layout = layout
    self.dieLine = dieLine
    self.resampling = resampling
  }

  /// The finest that a printer shows.
  private static let pixelsPerInch = 300.0
  /// The most pixels along a side of the picture in the file.
  private static let longestSide = 6000
  private static let lineWidth = 0.1

  /// The sheets.
  ///
  /// - Parameters:
  ///   - sticker: a square picture.
  ///   - caption: what stands below it beside the size.
  /// - Throws: `ImagingError.notEncodable`, `.impossibleSize` for a picture that is too large.
  public func pdf(of sticker: Picture, caption: String) throws -> Data {
    precondition(sticker.width == sticker.height, "a sticker is square")
    let pixel = layout.side / Double(sticker.width)
    let border = Int((layout.bleed / pixel - 1e-9).rounded(.up))
    let whole = sticker.continued(by: border, beyond: dieLine)
    let wanted = Int((StickerSheet.pixelsPerInch * pixel / 25.4).rounded(.up))
    let factor = max(1, min(wanted, StickerSheet.longestSide / whole.width))
    let printed = try whole.multiplied(by: factor, resampling == .nearest ? .nearest : .bicubic)

    var document = PDFDocument(title: caption)
    let resources = try resources(&document, printed)
    for sheet in 0..<layout.sheets {
      document.add(
        page(sheet, reach: Double(border) * pixel, pixels: sticker.width, caption: caption),
        resources: resources)
    }
    return document.data
  }

  private func resources(_ document: inout PDFDocument, _ picture: Picture) throws -> String {
    let image = try document.add(picture)
    let font = document.add(SheetFoot.font)
    var resources = "/XObject << /Sticker \(image.text) >> /Font << /\(SheetFoot.fontName) \(font.text) >>"
    if dieLine != .none {
      // Printers without the ink show its alternative: all of magenta.
      let ink = document.add(
        "[/Separation /CutContour /DeviceCMYK << /FunctionType 2 /Domain [0 1] /C0 [0 0 0 0] /C1 [0 1 0 0] /N 1 >>]"
      )
      let overprint = document.add("<< /Type /ExtGState /OP true /op true /OPM 1 >>")
      resources +=
        " /ColorSpace << /CutContour \(ink.text) >> /ExtGState << /Overprint \(overprint.text) >>"
    }
    return resources
  }

  /// - Parameters:
  ///   - reach: how far the picture goes beyond the sticker's square; the bleed, filled up to a whole pixel.
  ///   - pixels: along the sticker's side.
  private func page(_ sheet: Int, reach: Double, pixels: Int, caption: String) -> PDFDocument.Page {
    let squares = layout.squares(onSheet: sheet)
    var content = PDFContent()
    for square in squares {
      content.place(
        "Sticker", in: square.widened(by: reach),
        within: dieLine.outline(in: square.widened(by: layout.bleed)))
    }
    content.strokeLines(layout.cropMarks(onSheet: sheet), width: StickerSheet.lineWidth)
    if dieLine != .none {
      for square in squares {
        content.stroke(
          dieLine.outline(in: square), ink: "CutContour", overprint: "Overprint",
          width: StickerSheet.lineWidth)
      }
    }
    let size = "\(millimetres(layout.side)) × \(millimetres(layout.side)) mm, \(pixels) × \(pixels) px"
    let pages = layout.sheets > 1 ? " · sheet \(sheet + 1) of \(layout.sheets)" : ""
    SheetFoot(paper: layout.paper, margin: layout.margin)
      .draw("\(size)\(pages) · \(caption)", on: &content)

    let paper = PaperRectangle(left: 0, bottom: 0, width: layout.paper.width, height: layout.paper.height)
    guard squares.count == 1 else {
      return PDFDocument.Page(paper: layout.paper, trim: paper, bleed: paper, content: content)
    }
    return PDFDocument.Page(
      paper: layout.paper, trim: squares[0], bleed: squares[0].widened(by: layout.bleed), content: content)
  }
}
