/// Where stickers lie on sheets of paper: a grid in the middle, the same on every sheet, with a foot for the scale bar
/// and a caption. All in millimetres.
public struct SheetLayout: Sendable, Hashable {
  public let paper: PaperSize
  /// The side of a sticker's square after cutting.
  public let side: Double
  /// How far colour reaches beyond the cut.
  public let bleed: Double
  /// From the paper's edge, where printers do not print.
  public let margin: Double
  /// Between two neighbours' cuts.
  public let gap: Double
  public let hasCropMarks: Bool
  public let columns: Int
  public let rows: Int
  /// Stickers on all sheets.
  public let copies: Int
  /// The grid's left and bottom edge.
  private let left: Double
  private let bottom: Double

  /// The height of the foot.
  static let foot = 14.0
  /// Crop marks begin so far beyond the bleed, so that a cut that misses by that does not show them.
  static let markDistance = 2.0
  static let markLength = 5.0
  /// The length of the bar that tells whether a printer kept the scale.
  static let scaleBar = 50.0

  /// - Parameters:
  ///   - side: 1…4,000.
  ///   - bleed: 0…50.
  ///   - margin: 0…100.
  ///   - gap: at least twice the bleed, so that no sticker's bleed lies in its neighbour; nil for just that.
  ///   - copies: 1…10,000; nil for as many as fit on a sheet.
  /// - Throws: `ImagingError.sheetSetting`, `ImagingError.sheetTooSmall`.
  public init(
    paper: PaperSize, side: Double, bleed: Double = 3, margin: Double = 10, gap: Double? = nil,
    hasCropMarks: Bool = true, copies: Int? = nil
  ) throws {
    func require(_ value: Double, in range: ClosedRange<Double>, _ name: String) throws {
      guard range.contains(value) else {
        throw ImagingError.sheetSetting(
          name: name,
          expected: "\(millimetres(range.lowerBound)) to \(millimetres(range.upperBound)) mm",
          found: value.isFinite && abs(value) < 1e9 ? millimetres(value) : "\(value)")
      }
    }
    try require(side, in: 1...4000, "the size")
    try require(bleed, in: 0...50, "the bleed")
    try require(margin, in: 0...100, "the margin")
    try require(gap ?? 2 * bleed, in: 2 * bleed...1000, "the gap (at least twice the bleed)")
    guard (1...10_000).contains(copies ?? 1) else {
      throw ImagingError.sheetSetting(
        name: "the copies", expected: "1 to 10000", found: copies.map(String.init) ?? "")
    }
    let gap = gap ?? 2 * bleed
    let surround =
      margin + bleed + (hasCropMarks ? SheetLayout.markDistance + SheetLayout.markLength : 0)
    let (width, height) = (
      paper.width - 2 * surround, paper.height - 2 * surround - SheetLayout.foot
    )
    // A hair of slack, so that what fits exactly is not lost to rounding.
    let across = Int(max(0, (width + gap + 1e-9) / (side + gap)))
    let down = Int(max(0, (height + gap + 1e-9) / (side + gap)))
    guard across > 0, down > 0, paper.width >= SheetLayout.scaleBar + 2 * margin else {
      throw ImagingError.sheetTooSmall(
        neededWidth: max(side + 2 * surround, SheetLayout.scaleBar + 2 * margin),
        neededHeight: side + 2 * surround + SheetLayout.foot, width: paper.width, height: paper.height)
    }
    self.paper = paper
    self.side = side
    self.bleed = bleed
    self.margin = margin
    self.gap = gap
    self.hasCropMarks = hasCropMarks
    self.copies = copies ?? across * down
    columns = min(across, self.copies)
    rows = min(down, (self.copies + columns - 1) / columns)
    left = (paper.width - SheetLayout.length(columns, side, gap)) / 2
    bottom =
      margin + SheetLayout.foot
      + (paper.height - 2 * margin - SheetLayout.foot - SheetLayout.length(rows, side, gap)) / 2
  }

  private static func length(_ count: Int, _ side: Double, _ gap: Double) -> Double {
    Double(count) * side + Double(count - 1) * gap
  }

  public var perSheet: Int { columns * rows }
  public var sheets: Int { (copies + perSheet - 1) / perSheet }

  /// The squares that stickers are cut to on a sheet, row by row from the top left.
  func squares(onSheet sheet: Int) -> [PaperRectangle] {
    (sheet * perSheet..<min((sheet + 1) * perSheet, copies)).map { copy in
      let (row, column) = (copy % perSheet / columns, copy % columns)
      return PaperRectangle(
        left: left + Double(column) * (side + gap), bottom: bottom + Double(rows - 1 - row) * (side + gap),
        width: side, height: side)
    }
  }

  /// The crop marks of a sheet: at every edge of a square, outside all bleed.
  func cropMarks(onSheet sheet: Int) -> [(from: SIMD2<Double>, to: SIMD2<Double>)] {
    let squares = squares(onSheet: sheet)
    guard hasCropMarks, let first = squares.first, let last = squares.last else { return [] }
    let all = PaperRectangle(
      left: first.left, bottom: last.bottom, width: (squares.map(\.right).max() ?? 0) - first.left,
      height: first.top - last.bottom
    ).widened(by: bleed + SheetLayout.markDistance)
    let length = SheetLayout.markLength
    let across = Set(squares.flatMap { [$0.left, $0.right] }).sorted().flatMap { x in
      [
        (from: SIMD2(x, all.bottom), to: SIMD2(x, all.bottom - length)),
        (from: SIMD2(x, all.top), to: SIMD2(x, all.top + length)),
      ]
    }
    let down = Set(squares.flatMap { [$0.bottom, $0.top] }).sorted().flatMap { y in
      [
        (from: SIMD2(all.left, y), to: SIMD2(all.left - length, y)),
        (from: SIMD2(all.right, y), to: SIMD2(all.right + length, y)),
      ]
    }
    return across + down
  }
}
