import Testing

@testable import Imaging

/// Where stickers lie on paper.
@Suite struct SheetLayoutTests {
  @Test func asManyAsFitStandInTheMiddle() throws {
    let layout = try SheetLayout(paper: .a4, side: 50)
    // Across 210 − 2 · (10 margin + 3 bleed + 7 marks) = 170 mm hold 3 · 50 + 2 · 6; down 243 mm hold 4 · 50 + 3 · 6.
    #expect(layout.columns == 3 && layout.rows == 4 && layout.copies == 12 && layout.sheets == 1)
    let squares = layout.squares(onSheet: 0)
    #expect(squares.count == 12)
    let (first, last) = (squares[0], squares[11])
    #expect(abs(first.left - 24) < 1e-9 && abs(210 - last.right - 24) < 1e-9)
    #expect(abs(squares[1].left - first.right - 6) < 1e-9 && abs(first.bottom - squares[3].top - 6) < 1e-9)
    // The middle of what the margins and the foot leave.
    #expect(abs((first.top + last.bottom) / 2 - (24.0 + 287) / 2) < 1e-9)
    #expect(squares.allSatisfy { abs($0.width - 50) < 1e-9 && abs($0.height - 50) < 1e-9 })
  }

  @Test func moreCopiesThanASheetHoldsGoOnToTheNext() throws {
    let layout = try SheetLayout(paper: .a4, side: 50, copies: 26)
    #expect(layout.perSheet == 12 && layout.sheets == 3)
    #expect((0..<3).map { layout.squares(onSheet: $0).count } == [12, 12, 2])
    #expect(layout.squares(onSheet: 2) == Array(layout.squares(onSheet: 0).prefix(2)))
  }

  @Test func fewCopiesTakeNoMoreOfTheGridThanTheyNeed() throws {
    let one = try SheetLayout(paper: .a4, side: 50, copies: 1)
    #expect(one.columns == 1 && one.rows == 1)
    #expect(abs(one.squares(onSheet: 0)[0].centre.x - 105) < 1e-9)
    let four = try SheetLayout(paper: .a4, side: 50, copies: 4)
    #expect(four.columns == 3 && four.rows == 2 && four.sheets == 1)
  }

  @Test func whatFitsExactlyFits() throws {
    let paper = try #require(PaperSize("110x124"))
    let layout = try SheetLayout(paper: paper, side: 30, bleed: 0, margin: 10, gap: 0, hasCropMarks: false)
    #expect(layout.columns == 3 && layout.rows == 3)
    #expect(throws: ImagingError.self) {
      try SheetLayout(paper: paper, side: 90.1, bleed: 0, margin: 10, hasCropMarks: false)
    }
    #expect(try SheetLayout(paper: paper, side: 90, bleed: 0, margin: 10, hasCropMarks: false).copies == 1)
  }

  @Test func cropMarksPointAtEveryCutFromOutsideTheBleed() throws {
    let layout = try SheetLayout(paper: .a4, side: 50, bleed: 3, copies: 2)
    let squares = layout.squares(onSheet: 0)
    let marks = layout.cropMarks(onSheet: 0)
    // Four edges across and two down, at either end.
    #expect(marks.count == 12)
    let edges = Set(squares.flatMap { [$0.left, $0.right] } + squares.flatMap { [$0.bottom, $0.top] })
    for (from, to) in marks {
      let isUpright = from.x == to.x
      #expect(edges.contains(isUpright ? from.x : from.y))
      let length = abs(isUpright ? from.y - to.y : from.x - to.x)
      #expect(abs(length - 5) < 1e-9)
      for end in [from, to] {
        for square in squares {
          let bleed = square.widened(by: 3 + 2 - 1e-9)
          #expect(end.x < bleed.left || end.x > bleed.right || end.y < bleed.bottom || end.y > bleed.top)
        }
        #expect(end.x >= 10 && end.x <= 200 && end.y >= 10 + SheetLayout.foot && end.y <= 287)
      }
    }
    #expect(try SheetLayout(paper: .a4, side: 50, hasCropMarks: false).cropMarks(onSheet: 0).isEmpty)
  }

  @Test(
    arguments: [
      (0.5, 3.0, 10.0, nil, nil), (50, -1, 10, nil, nil), (50, 3, -1, nil, nil), (50, 3, 10, 5.9, nil),
      (50, 3, 10, nil, 0), (250, 3, 10, nil, nil), (.nan, 3, 10, nil, nil), (.infinity, 3, 10, nil, nil),
      (50, 3, 90, nil, nil),
    ] as [(Double, Double, Double, Double?, Int?)])
  func refusesWhatCannotLieOnPaper(
    _ side: Double, _ bleed: Double, _ margin: Double, _ gap: Double?, _ copies: Int?
  ) {
    #expect(throws: ImagingError.self) {
      try SheetLayout(paper: .a4, side: side, bleed: bleed, margin: margin, gap: gap, copies: copies)
    }
  }

  @Test(arguments: [
    ("a4", 210.0, 297.0), ("A3", 297, 420), ("letter", 215.9, 279.4), ("100x62.5", 100, 62.5),
  ])
  func paperIsReadFromItsName(_ text: String, _ width: Double, _ height: Double) throws {
    let paper = try #require(PaperSize(text))
    #expect(paper.width == width && paper.height == height)
    #expect(PaperSize(paper.description) == paper)
  }

  @Test(arguments: [
    "", "a5", "100", "100x", "x100", "100x100x100", "10x100", "1e9x100", "nanx100", "-50x100",
  ])
  func refusesWhatIsNoPaper(_ text: String) { #expect(PaperSize(text) == nil) }
}
