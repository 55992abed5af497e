import Foundation
import Tensors
import Testing

@testable import Imaging

/// The sheet of known colours, and what is read from its photograph.
@Suite struct ColourSheetTests {
  /// The markers' crosses in the sheet's own picture, in pixels.
  private static let crosses = ColourSheet.markers.map {
    ($0 + ColourSheet.pictureMargin) * Double(ColourSheet.pixelsPerMillimetre)
  }

  /// A printer and camera that know fewer colours: compressed, tinted and bent.
  private static func printed(_ colour: SIMD3<Double>) -> SIMD3<Double> {
    let grey = colour.sum() / 3
    let dulled = 0.75 * colour + 0.25 * SIMD3(repeating: grey)
    return SIMD3(30, 24, 36) + dulled * SIMD3(0.8, 0.82, 0.72)
  }

  /// A photograph of the sheet: printed, seen in perspective, blurred over its pixels, with noise.
  ///
  /// - Parameter markers: where the crosses lie in it.
  private static func photograph(
    width: Int, height: Int, markers: [SIMD2<Double>], noise: Double = 3
  ) -> Picture {
    let sheet = ColourSheet.picture
    let unit = ProjectiveMap(unitSquareOnto: markers[0], markers[1], markers[2], markers[3]).inverse
    var generator = SeededGenerator(seed: 7)
    return Picture(width: width, height: height) { target in
      for y in 0..<height {
        for x in 0..<width {
          // The mean over 1.6 pixels square is a blur as a lens has it.
          var sum = SIMD3<Double>()
          for step in 0..<16 {
            let offset = SIMD2(Double(step % 4) - 1.5, Double(step / 4) - 1.5) * 0.4 + 0.5
            let place = unit(x: Double(x) + offset.x, y: Double(y) + offset.y) ?? SIMD2(-9, -9)
            let point = crosses[0] + place * (crosses[2] - crosses[0])
            let (column, row) = (Int(point.x.rounded(.down)), Int(point.y.rounded(.down)))
            let isOn = (0..<sheet.width).contains(column) && (0..<sheet.height).contains(row)
            let colour =
              isOn
              ? printed(SIMD3((0..<3).map { Double(sheet[x: column, y: row, channel: $0]) }))
              : SIMD3(90, 70, 60)
            sum += colour / 16
          }
          for channel in 0..<3 {
            let value = sum[channel] + noise * Double.random(in: -1.7...1.7, using: &generator)
            target[3 * (y * width + x) + channel] = UInt8(min(max(value, 0), 255).rounded())
          }
        }
      }
    }
  }

  private static let markers: [SIMD2<Double>] = [
    SIMD2(61.5, 70.2), SIMD2(540.1, 48.7), SIMD2(508.3, 440.9), SIMD2(84.6, 421.4),
  ]
  private static let photo = photograph(width: 600, height: 500, markers: markers)

  @Test func coloursComeBackWithinTwoSteps() throws {
    let seen = try ColourSheetPhotograph(Self.photo, named: "photo", markers: Self.markers).seen
    #expect(seen.count == 234)
    for (asked, seen) in zip(ColourSheet.colours, seen) {
      let expected = Self.printed(SIMD3<Double>(asked))
      for channel in 0..<3 {
        #expect(abs(Double(seen[channel]) - expected[channel]) <= 2, "\(asked): \(seen), not \(expected)")
      }
    }
  }

  @Test func theSheetsOwnPictureGivesItsColoursBack() throws {
    let photograph = try ColourSheetPhotograph(
      ColourSheet.picture, named: "sheet", markers: Self.crosses)
    #expect(photograph.seen == ColourSheet.colours && photograph.meanChange == 0)
  }

  @Test func theMostDifferentColoursLieFarApartAndLeaveNoneFarther() throws {
    let photograph = try ColourSheetPhotograph(
      ColourSheet.picture, named: "sheet", markers: Self.crosses)
    func distance(_ a: SIMD3<UInt8>, _ b: SIMD3<UInt8>) -> Int {
      (0..<3).map { (Int(a[$0]) - Int(b[$0])) * (Int(a[$0]) - Int(b[$0])) }.reduce(0, +)
    }
    let taken = photograph.mostDifferent(30)
    #expect(taken.count == 30 && taken.prefix(2) == [SIMD3(0, 0, 0), SIMD3(255, 255, 255)])
    let nearest = taken.indices.flatMap { i in (0..<i).map { distance(taken[i], taken[$0]) } }.min() ?? 0
    for colour in photograph.seen {
      #expect(taken.map { distance(colour, $0) }.min() ?? .max <= nearest)
    }
    // 216 of the cube and the 16 greys that are not in it.
    #expect(photograph.mostDifferent(1000).count == 232)
  }

  @Test(arguments: [[1, 2, 3, 0], [2, 3, 0, 1], [3, 0, 1, 2]])
  func refusesMarkersInAnotherOrder(_ order: [Int]) {
    let markers = order.map { Self.markers[$0] }
    #expect(throws: ImagingError.self) {
      try ColourSheetPhotograph(Self.photo, named: "photo", markers: markers)
    }
  }

  @Test(arguments: [SIMD2(9.0, 0), SIMD2(0, -9), SIMD2(-14, 12)])
  func refusesMarkersBesideTheirPlace(_ error: SIMD2<Double>) throws {
    for index in 0..<4 {
      var markers = Self.markers
      markers[index] += error
      let name = "photo"
      do {
        _ = try ColourSheetPhotograph(Self.photo, named: name, markers: markers)
        Issue.record("marker \(index + 1) is off by \(error) and was taken")
      } catch let error as ImagingError {
        #expect(error.fault == .badInput && error.description.contains("marker"), "\(error)")
      }
    }
  }

  @Test func refusesAPictureWithoutTheSheet() {
    let grey = Picture(width: 600, height: 500, red: 120, green: 130, blue: 110)
    #expect(throws: ImagingError.self) {
      try ColourSheetPhotograph(grey, named: "grey", markers: Self.markers)
    }
  }

  @Test func refusesASheetThatIsTooSmallOrCutOff() {
    let small = Self.markers.map { $0 * 0.2 }
    #expect(throws: ImagingError.self) {
      try ColourSheetPhotograph(
        Self.photograph(width: 120, height: 100, markers: small), named: "small", markers: small)
    }
    let shifted = Self.markers.map { $0 - SIMD2(60, 0) }
    #expect(throws: ImagingError.self) {
      try ColourSheetPhotograph(
        Self.photograph(width: 600, height: 500, markers: shifted), named: "cut", markers: shifted)
    }
  }

  @Test(arguments: [
    [SIMD2(10.0, 10), SIMD2(90, 90), SIMD2(90, 10), SIMD2(10, 90)], [SIMD2(10.0, 10), SIMD2(90, 10)],
    [SIMD2(10.0, 10), SIMD2(10, 90), SIMD2(90, 90), SIMD2(90, 10)],
  ])
  func refusesCornersThatNoSheetHas(_ markers: [SIMD2<Double>]) {
    #expect(throws: ImagingError.self) {
      try ColourSheetPhotograph(Self.photo, named: "photo", markers: markers)
    }
  }

  // MARK: The sheet

  @Test func theSheetHasEveryColourOfTheCubeAndItsGreys() throws {
    let colours = ColourSheet.colours
    #expect(colours.count == 234 && Set(colours.prefix(216)).count == 216)
    #expect(colours.suffix(18).first == SIMD3(0, 0, 0) && colours.last == SIMD3(255, 255, 255))
    #expect(zip(colours.suffix(18), colours.suffix(17)).allSatisfy { $1.x == $0.x + 15 })
  }

  @Test func theSheetOnPaperHasItsFieldsInMillimetres() throws {
    let pdf = try PDFFixture(ColourSheet.pdf())
    let content = try pdf.content(pdf.pages[0])
    #expect(content.matches(of: /[0-9.]+ [0-9.]+ 9 9 re\nf/).count == 234 + 4)
    // The first field of a chart of 162 × 141 mm in the middle of 210 × (297 + 14) mm, 12 mm below its edge.
    #expect(content.contains("0 0 0 rg\n24 205 9 9 re\nf"), "\(content.prefix(200))")
    #expect(content.contains("(50 mm: check with a ruler) Tj"))
    #expect(try ColourSheet.pdf() == ColourSheet.pdf())
    let small = try #require(PaperSize("150x200"))
    #expect(throws: ImagingError.self) { try ColourSheet.pdf(paper: small) }
  }
}
