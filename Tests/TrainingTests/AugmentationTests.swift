import Imaging
import Silhouettes
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Augmentation")
struct AugmentationTests {
  /// Every pixel different: red is the column, green the row.
  private static func numbered(_ width: Int, _ height: Int) -> Picture {
    Picture(
      width: width, height: height,
      bytes: (0..<height).flatMap { y in
        (0..<width).flatMap { x in [UInt8(x + 1), UInt8(y + 1), UInt8(200)] }
      })
  }

  private static func changed(_ picture: Picture, _ augmentation: Augmentation, seed: UInt64) throws -> Tensor
  {
    var generator = SeededGenerator(seed: seed)
    return try Tensor(uninitialized: [3, augmentation.side, augmentation.side]) {
      try augmentation.write(picture, to: $0, using: &generator)
    }
  }

  /// The stored value behind a number in 0…1.
  private static func value(_ tensor: Tensor, _ channel: Int, _ y: Int, _ x: Int) -> Int {
    Int((tensor[channel, y, x] * 255).rounded())
  }

  @Test func randomCropsAreWholeSquaresAtEveryPlace() throws {
    let picture = Self.numbered(9, 7)
    var places: Set<[Int]> = []
    for seed in 0..<400 as Range<UInt64> {
      let result = try Self.changed(picture, Augmentation(side: 5), seed: seed)
      let (left, top) = (Self.value(result, 0, 0, 0) - 1, Self.value(result, 1, 0, 0) - 1)
      places.insert([left, top])
      for y in 0..<5 {
        for x in 0..<5 {
          #expect(Self.value(result, 0, y, x) == left + x + 1 && Self.value(result, 1, y, x) == top + y + 1)
          #expect(Self.value(result, 2, y, x) == 200)
        }
      }
    }
    #expect(places.count == 5 * 3)
  }

  @Test func paddingIsBlackAndReachesEverySide() throws {
    var corners: Set<[Bool]> = []
    for seed in 0..<200 as Range<UInt64> {
      let result = try Self.changed(
        Self.numbered(5, 5), Augmentation(side: 5, crop: .random(padding: 2)), seed: seed)
      corners.insert([0, 4].flatMap { y in [0, 4].map { x in result[2, y, x] == 0 } })
      #expect(result[2, 2, 2] > 0)
      for channel in 0..<3 where result[2, 0, 0] == 0 { #expect(result[channel, 0, 0] == 0) }
    }
    #expect(corners.contains([true, true, true, false]) && corners.contains([false, true, true, true]))
    #expect(corners.contains([false, false, false, false]))
  }

  @Test func aPictureSmallerThanTheSquareIsCentredOnBlack() throws {
    let result = try Self.changed(Self.numbered(3, 2), Augmentation(side: 6), seed: 1)
    #expect((0..<6).allSatisfy { result[2, 0, $0] == 0 && result[2, 5, $0] == 0 })
    #expect(result.elements[72...].count { $0 > 0 } == 6)
  }

  @Test func flipsChangeLeftAndRightAsOftenAsAsked() throws {
    let picture = Self.numbered(4, 4)
    var flipped = 0
    for seed in 0..<1000 as Range<UInt64> {
      let result = try Self.changed(picture, Augmentation(side: 4, flip: 0.3), seed: seed)
      let row = (0..<4).map { Self.value(result, 0, 2, $0) }
      #expect(row == [1, 2, 3, 4] || row == [4, 3, 2, 1])
      if row[0] == 4 { flipped += 1 }
    }
    #expect(abs(flipped - 300) < 60)
  }

  @Test func resizedPartsKeepToTheirRanges() {
    var generator = SeededGenerator(seed: 5)
    var areas: [Double] = []
    for _ in 0..<2000 {
      let part = Augmentation.part(of: (160, 120), scale: 0.25...0.6, ratio: 0.75...1.5, &generator)
      #expect(part.columns.lowerBound >= 0 && part.columns.upperBound <= 160)
      #expect(part.rows.lowerBound >= 0 && part.rows.upperBound <= 120)
      let (width, height) = (Double(part.columns.count), Double(part.rows.count))
      areas.append(width * height / (160 * 120))
      #expect((0.73...1.54).contains(width / height))
    }
    #expect(areas.allSatisfy { (0.24...0.61).contains($0) })
    #expect(abs(areas.reduce(0, +) / 2000 - 0.425) < 0.02)
  }

  /// Ten parts that do not fit: the greatest centred one that does.
  @Test func aLongPictureGivesItsMiddle() {
    var generator = SeededGenerator(seed: 6)
    let part = Augmentation.part(of: (100, 10), scale: 1...1, ratio: 0.75...2, &generator)
    #expect(part.columns == 40..<60 && part.rows == 0..<10)
    let tall = Augmentation.part(of: (10, 100), scale: 1...1, ratio: 0.5...2, &generator)
    #expect(tall.columns == 0..<10 && tall.rows == 40..<60)
  }

  @Test func aResizedPartOfTheWholePictureIsThePictureResized() throws {
    let picture = Self.numbered(40, 40)
    let augmentation = Augmentation(side: 20, crop: .resized(scale: 1...1, ratio: 1...1))
    #expect(
      try Self.changed(picture, augmentation, seed: 3)
        == picture.resized(width: 20, height: 20, by: .bilinear).tensor)
  }

  @Test func theSameGeneratorGivesTheSamePicture() throws {
    let all = Augmentation(
      side: 12, crop: .resized(scale: 0.3...1, ratio: 0.75...1.3), flip: 0.5,
      jitter: ColourJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4))
    let picture = Self.numbered(30, 20)
    let first = try Self.changed(picture, all, seed: 8)
    #expect(try Self.changed(picture, all, seed: 8) == first)
    #expect(try Self.changed(picture, all, seed: 9) != first)
    #expect(first.elements.allSatisfy { (0...1).contains($0) })
  }

  // MARK: Colour

  /// What torchvision 0.29's `adjust_brightness`, `adjust_contrast` and `adjust_saturation` make of two pixels,
  /// (0.2, 0.6, 0.9) and (0.8, 0.1, 0.4), as numbers.
  @Test(arguments: [
    (ColourJitter.Property.brightness, Float(1.5), [Float(0.3), 1, 0.9, 0.15, 1, 0.6]),
    (.contrast, 0.5, [0.3145, 0.6145, 0.5145, 0.2645, 0.6645, 0.4145]),
    (.saturation, 0.25, [0.43594, 0.45757, 0.53594, 0.28256, 0.61093, 0.35756]),
    (.saturation, 1.8, [0, 1, 0.66834, 0, 1, 0.44526]),
  ])
  func factorsDoWhatTorchvisionsDo(
    _ property: ColourJitter.Property, _ factor: Float, _ expected: [Float]
  ) {
    var pixels: [Float] = [0.2, 0.8, 0.6, 0.1, 0.9, 0.4]
    pixels.withUnsafeMutableBufferPointer { ColourJitter.change(property, of: $0, by: factor) }
    for (found, wanted) in zip(pixels, expected) { #expect(abs(found - wanted) < 1e-4, "\(pixels)") }
  }

  @Test func jitterStaysWithinItsAmounts() {
    var (least, greatest) = (Float(1), Float(0))
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var pixels = [Float](repeating: 0.5, count: 12)
      pixels.withUnsafeMutableBufferPointer {
        ColourJitter(brightness: 0.4).apply(to: $0, using: &generator)
      }
      (least, greatest) = (min(least, pixels[0]), max(greatest, pixels[0]))
    }
    #expect(least > 0.299 && least < 0.32 && greatest < 0.701 && greatest > 0.68)
  }

  // MARK: Folders

  @Test func aFoldersClassesAreThoseWithPictures() throws {
    let corpus = try TemporaryFolder()
    for path in ["b/2.png", "b/1.jpg", "c/3.png"] { try corpus.add("data/\(path)") }
    try corpus.addFolder("data/a")
    let pictures = try PictureCorpus.named("\(corpus.path)/data")
    #expect(pictures.classes == ["b", "c"] && pictures.count == 3)
    #expect((0..<3).map { pictures.label($0) } == [0, 0, 1])
    #expect(throws: ImagingError.self) { try pictures.picture(0) }
  }
}
