import Foundation

/// A sheet of known colours, to be printed and photographed: what comes back is what a printer can print.
///
/// A chart of 162 × 141 mm: twelve rows of 18 fields with 6 × 6 × 6 colours, a row of greys, and a marker at each
/// corner with a white cross in its middle. Lengths are in millimetres from the chart's upper left corner.
public enum ColourSheet {
  static let columns = 18
  static let rows = 13
  static let fieldSide = 9.0
  static let width = 162.0
  static let height = 141.0
  /// Above and below the fields, where the markers are.
  private static let band = 12.0
  /// How far a marker's middle lies from both edges at its corner.
  static let markerInset = 4.5

  /// The colours of the fields, row by row: six blocks of 6 × 6 with red growing to the right, green downwards and
  /// blue from block to block, then greys from black to white.
  public static let colours: [SIMD3<UInt8>] = (0..<rows * columns).map { field in
    let (row, column) = (field / columns, field % columns)
    guard row < 12 else { return SIMD3(repeating: UInt8(15 * column)) }
    let blue = row / 6 * 3 + column / 6
    return SIMD3(UInt8(51 * (column % 6)), UInt8(51 * (row % 6)), UInt8(51 * blue))
  }

  /// The field's upper left corner.
  static func corner(ofField field: Int) -> SIMD2<Double> {
    SIMD2(Double(field % columns) * fieldSide, band + Double(field / columns) * fieldSide)
  }

  /// The middles of the markers' crosses: top left, top right, bottom right, bottom left.
  static let markers: [SIMD2<Double>] = {
    let (right, bottom) = (width - markerInset, height - markerInset)
    return [
      SIMD2(markerInset, markerInset), SIMD2(right, markerInset), SIMD2(right, bottom),
      SIMD2(markerInset, bottom),
    ]
  }()

  /// Where a marker may have dots, from its middle; marker n has the first n of them.
  static let dots: [SIMD2<Double>] = [SIMD2(-3, -3), SIMD2(3, -3), SIMD2(3, 3), SIMD2(-3, 3)]

  /// A rectangle of one colour.
  struct Piece {
    let corner: SIMD2<Double>
    let size: SIMD2<Double>
    let colour: SIMD3<UInt8>

    fileprivate init(_ corner: SIMD2<Double>, _ size: SIMD2<Double>, _ colour: SIMD3<UInt8>) {
      (self.corner, self.size, self.colour) = (corner, size, colour)
    }

    fileprivate init(around centre: SIMD2<Double>, _ size: SIMD2<Double>, white: Bool) {
      self.init(centre - size / 2, size, SIMD3(repeating: white ? 255 : 0))
    }
  }

  /// All of the chart, the later ones over the earlier.
  static let pieces: [Piece] = {
    let fields = colours.enumerated().map {
      Piece(corner(ofField: $0), SIMD2(repeating: fieldSide), $1)
    }
    let marks = markers.enumerated().flatMap { index, centre in
      [
        Piece(around: centre, SIMD2(repeating: 9), white: false),
        Piece(around: centre, SIMD2(4.6, 1), white: true), Piece(around: centre, SIMD2(1, 4.6), white: true),
      ] + dots.prefix(index + 1).map { Piece(around: centre + $0, SIMD2(repeating: 1.6), white: true) }
    }
    return fields + marks
  }()
}

// MARK: - On paper and as a picture

extension ColourSheet {
  /// The sheet as a PDF in millimetres, with a scale bar.
  ///
  /// - Throws: `ImagingError.sheetTooSmall`.
  public static func pdf(paper: PaperSize = .a4) throws -> Data {
    let margin = 10.0
    let neededHeight = height + 2 * margin + SheetLayout.foot
    guard paper.width >= width + 2 * margin, paper.height >= neededHeight else {
      throw ImagingError.sheetTooSmall(
        neededWidth: width + 2 * margin, neededHeight: neededHeight, width: paper.width, height: paper.height)
    }
    var content = PDFContent()
    let left = (paper.width - width) / 2
    let top = (paper.height + SheetLayout.foot + height) / 2
    for piece in pieces {
      content.fill(
        PaperRectangle(
          left: left + piece.corner.x, bottom: top - piece.corner.y - piece.size.y, width: piece.size.x,
          height: piece.size.y), SIMD3(piece.colour) / 255)
    }
    for (index, centre) in markers.enumerated() {
      let aside = index == 0 || index == 3 ? 6.5 : -9.5
      content.write(
        "\(index + 1)", font: SheetFoot.fontName, height: 5,
        at: SIMD2(left + centre.x + aside, top - centre.y - 1.8))
    }
    for (line, text) in [
      "Print at 100 % on the paper the sticker will have, without correction of colours.",
      "Photograph all of it in even light; read the crosses of markers 1 to 4 from the photograph.",
    ].enumerated() {
      content.write(
        text, font: SheetFoot.fontName, height: 3, at: SIMD2(left + 22, top - 4 - 4.5 * Double(line)))
    }
    SheetFoot(paper: paper, margin: margin).draw(
      "Colour sheet: 6 × 6 × 6 colours and 18 greys", on: &content)
    var document = PDFDocument(title: "Colour sheet")
    let font = document.add(SheetFoot.font)
    let sheet = PaperRectangle(left: 0, bottom: 0, width: paper.width, height: paper.height)
    document.add(
      PDFDocument.Page(paper: paper, trim: sheet, bleed: sheet, content: content),
      resources: "/Font << /\(SheetFoot.fontName) \(font.text) >>")
    return document.data
  }

  /// Pixels for each millimetre of the picture.
  public static let pixelsPerMillimetre = 10
  /// White around the chart in the picture, in millimetres.
  static let pictureMargin = 10.0

  /// The chart on white as a picture; every edge lies between two pixels.
  public static var picture: Picture {
    let scale = Double(pixelsPerMillimetre)
    var picture = Picture(
      width: Int((width + 2 * pictureMargin) * scale), height: Int((height + 2 * pictureMargin) * scale),
      red: 255,
      green: 255, blue: 255)
    for piece in pieces {
      let (start, end) = (piece.corner + pictureMargin, piece.corner + piece.size + pictureMargin)
      for y in Int((start.y * scale).rounded())..<Int((end.y * scale).rounded()) {
        for x in Int((start.x * scale).rounded())..<Int((end.x * scale).rounded()) {
          for channel in 0..<3 { picture[x: x, y: y, channel: channel] = piece.colour[channel] }
        }
      }
    }
    return picture
  }
}
