import TestSupport
import Testing

@testable import Layers
@testable import Models
@testable import Tensors

/// Changed pictures through windows against the same pictures through the whole network.
@Suite("Local windows")
struct LocalWindowTests {
  private static let height = 61
  private static let width = 54
  private let workers = Workers(count: 2)

  private func picture(_ name: String) -> Tensor {
    let shape: Shape = [3, Self.height, Self.width]
    return Tensor(formulaNumbers(name, shape.count).map { Float($0) }, shape: shape)
  }

  /// The picture with other pixels in a rectangle.
  private func changed(_ picture: Tensor, _ rectangle: PixelRectangle) -> Tensor {
    let whole = PixelRectangle(rows: 0..<Self.height, columns: 0..<Self.width)
    let part = rectangle.clamped(to: whole)
    var result = picture
    result.withUnsafeMutableBuffer { pixels in
      for channel in 0..<3 {
        for row in part.rows {
          for column in part.columns {
            let place = (channel * Self.height + row) * Self.width + column
            pixels[place] = 1 - pixels[place] * Float(row % 3) / 2
          }
        }
      }
    }
    return result
  }

  /// Every place of a 7 × 5 rectangle, off the grid and over the borders, in batches that mix two pictures.
  @Test(arguments: GoldenNetwork.local)
  func logitsAtEveryPlaceAreThoseOfTheFullPass(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let pictures = [picture("first"), picture("second")]
    let clean = try classifier.cleanImages(of: Tensor(stacking: pictures), on: workers)
    let places = (-4..<Self.height).flatMap { top in (-4..<Self.width).map { (top, $0) } }
    for start in stride(from: 0, to: places.count, by: 97) {
      let batch = places[start..<min(start + 97, places.count)].map {
        PixelRectangle(top: $0.0, left: $0.1, height: 7, width: 5)
      }
      let images = Tensor(
        stacking: batch.enumerated().map { changed(pictures[$0.offset % 2], $0.element) })
      let windows = try classifier.logits(
        of: ChangedImages(images, rectangles: batch, clean: batch.indices.map { clean[$0 % 2] }),
        on: workers)
      expectClose(
        windows.elements, try classifier.logits(of: images, on: workers).elements, "from \(places[start])",
        tolerance: 1e-5)
    }
  }

  /// A cell of a crop is the cell of the whole picture to the last bit, wherever the crop lies.
  @Test(arguments: GoldenNetwork.local)
  func aWindowsCellsAreTheWholeMapsBytes(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let field = classifier.receptiveField
    let image = Tensor(stacking: [picture("first")])
    let map = try classifier.logitMap(of: image, on: workers)
    for (row, column) in [(0, 0), (1, 0), (0, 2), (1, 1)] {
      let crop = PixelRectangle(
        rows: field.pixels(of: row..<row + 2), columns: field.pixels(of: column..<column + 1))
      let cells = try classifier.logitMap(of: image.cropped(to: [crop]), on: workers)
      #expect(cells.shape == [1, map.shape[1], 2, 1])
      for index in 0..<map.shape[1] {
        for offset in 0..<2 {
          #expect(cells[0, index, offset, 0] == map[0, index, row + offset, column])
        }
      }
    }
  }

  /// The gradient in the rectangle is the full pass', beside it nothing.
  @Test(arguments: GoldenNetwork.local)
  func gradientsAreThoseOfTheFullPass(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let pictures = [picture("first"), picture("second")]
    let clean = try classifier.cleanImages(of: Tensor(stacking: pictures), on: workers)
    var places: [(Int, Int)] = []
    for top in stride(from: -3, to: Self.height, by: 5) {
      for left in stride(from: -3, to: Self.width, by: 7) { places.append((top, left)) }
    }
    for start in stride(from: 0, to: places.count, by: 12) {
      let batch = places[start..<min(start + 12, places.count)].map {
        PixelRectangle(top: $0.0, left: $0.1, height: 9, width: 11)
      }
      let images = Tensor(
        stacking: batch.enumerated().map { changed(pictures[$0.offset % 2], $0.element) })
      let question = ChangedImages(
        images, rectangles: batch, clean: batch.indices.map { clean[$0 % 2] })
      let window = try classifier.differentiableLogits(of: question, on: workers)
      let full = try classifier.differentiableLogits(of: images, on: workers)
      expectClose(window.logits.elements, full.logits.elements, "logits", tolerance: 1e-5)
      let slope = Tensor(
        formulaNumbers("slope", full.logits.count).map { Float($0) - 0.5 }, shape: full.logits.shape)
      let found = spread(window.gradient(slope), window.crops, shape: images.shape)
      var expected = full.imageGradient(slope)
      #expect(expected.elements.contains { $0 != 0 })
      let whole = PixelRectangle(rows: 0..<Self.height, columns: 0..<Self.width)
      expected.clear(outside: batch.map { $0.clamped(to: whole) })
      guard expected.elements.contains(where: { $0 != 0 }) else {
        #expect(found.elements.allSatisfy { $0 == 0 })
        continue
      }
      expectClose(found.elements, expected.elements, "gradient from \(places[start])", tolerance: 1e-5)
      #expect(zip(found.elements, expected.elements).allSatisfy { $1 != 0 || $0 == 0 })
    }
  }

  /// A gradient on crops as one on whole pictures.
  private func spread(_ gradient: Tensor, _ crops: [PixelRectangle], shape: Shape) -> Tensor {
    var result = Tensor(zeros: shape)
    for (image, crop) in crops.enumerated() {
      for channel in 0..<3 {
        for row in crop.rows {
          for column in crop.columns {
            result[image, channel, row, column] =
              gradient[image, channel, row - crop.top, column - crop.left]
          }
        }
      }
    }
    return result
  }

  @Test(arguments: GoldenNetwork.local)
  func oneClassAloneIsThatClassOfAll(golden: GoldenNetwork) throws {
    let all = try golden.localClassifier()
    let pictures = [picture("first"), picture("second")]
    let rectangles = [
      PixelRectangle(top: 3, left: 40, height: 20, width: 13),
      PixelRectangle(top: 31, left: 0, height: 12, width: 12),
    ]
    let images = Tensor(stacking: zip(pictures, rectangles).map(changed))
    func question(_ classifier: LocalNetworkClassifier) throws -> ChangedImages {
      ChangedImages(
        images, rectangles: rectangles,
        clean: try classifier.cleanImages(of: Tensor(stacking: pictures), on: workers))
    }
    let (whole, map) = (
      try all.logits(of: question(all), on: workers), try all.logitMap(of: images, on: workers)
    )
    for index in all.card.classes.indices {
      let one = all.keepingClass(index)
      #expect(one.card.classes == [all.card.classes[index]] && one.card.name == all.card.name)
      #expect(one.card.classNames.count == min(1, all.card.classNames.count))
      #expect(one.receptiveField == all.receptiveField && one.parameterCount == all.parameterCount)
      let asked = try question(one)
      #expect(asked.clean[0].byteCount * all.card.classes.count == (try question(all)).clean[0].byteCount)
      let expected = (0..<2).map { whole[$0, index] }
      expectClose(try one.logits(of: asked, on: workers).elements, expected, "windows", tolerance: 1e-5)
      expectClose(try one.logits(of: images, on: workers).elements, expected, "full pass", tolerance: 1e-5)
      let found = try one.logitMap(of: images, on: workers)
      #expect(found.shape == [2, 1, map.shape[2], map.shape[3]])
      let plane = map.shape[2] * map.shape[3]
      let cells = (0..<2).flatMap { image in
        let start = (image * map.shape[1] + index) * plane
        return Array(map.elements[start..<start + plane])
      }
      expectClose(found.elements, cells, "map", tolerance: 1e-5)
      // The gradient of one class' logit, through windows and through the whole network.
      var slope = Tensor(zeros: whole.shape)
      for image in 0..<2 { slope[image, index] = 1 }
      let pass = try one.differentiableLogits(of: asked, on: workers)
      let other = try all.differentiableLogits(of: question(all), on: workers)
      #expect(pass.crops == other.crops)
      expectClose(
        pass.gradient(Tensor(repeating: 1, shape: [2, 1])).elements, other.gradient(slope).elements,
        "gradient", tolerance: 1e-5)
    }
  }

  @Test(arguments: GoldenNetwork.local)
  func pixelsThatNoCellSeesChangeNothing(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let field = classifier.receptiveField
    let seen = field.pixels(of: 0..<field.cellCount(on: Self.height)).upperBound
    try #require(seen < Self.height)
    let picture = picture("first")
    let images = Tensor(stacking: [picture])
    let clean = try classifier.cleanImages(of: images, on: workers)
    let unseen = PixelRectangle(rows: seen..<Self.height, columns: 3..<20)
    let stuck = Tensor(stacking: [changed(picture, unseen)])
    #expect(stuck != images)
    let question = ChangedImages(stuck, rectangles: [unseen], clean: clean)
    let logits = try classifier.logits(of: ChangedImages(unchanged: images, clean: clean), on: workers)
    #expect(try classifier.logits(of: question, on: workers) == logits)
    let pass = try classifier.differentiableLogits(of: question, on: workers)
    #expect(pass.logits == logits)
    let gradient = pass.gradient(Tensor(repeating: 1, shape: logits.shape))
    #expect(gradient.elements.allSatisfy { $0 == 0 })
    #expect(pass.crops.allSatisfy { gradient.shape == [1, 3, $0.height, $0.width] })
  }

  @Test(arguments: GoldenNetwork.local)
  func oneAndTwoThreadsGiveTheSameBytes(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    func ask(_ threads: Int) throws -> [Float] {
      let workers = Workers(count: threads)
      let pictures = [picture("first"), picture("second")]
      let clean = try classifier.cleanImages(of: Tensor(stacking: pictures), on: workers)
      let batch = [
        PixelRectangle(top: 3, left: 40, height: 20, width: 13),
        PixelRectangle(top: 31, left: 0, height: 12, width: 12),
      ]
      let images = Tensor(stacking: zip(pictures, batch).map(changed))
      let question = ChangedImages(images, rectangles: batch, clean: clean)
      let pass = try classifier.differentiableLogits(of: question, on: workers)
      #expect(try classifier.logits(of: question, on: workers) == pass.logits)
      return pass.logits.elements + pass.gradient(pass.logits).elements
    }
    #expect(try ask(1) == ask(2))
  }

  @Test func aNetworkThatSeesEverythingTakesTheFullPassBehindTheSameCall() throws {
    let golden = try GoldenNetwork.named("resnet18")
    let classifier: any Classifier = try golden.classifier()
    let images = golden.pixels
    let clean = try classifier.cleanImages(of: images, on: workers)
    #expect(clean.count == images.shape[0] && clean.allSatisfy { $0.byteCount == 0 })
    let rectangle = PixelRectangle(top: 2, left: 5, height: 6, width: 4)
    let question = ChangedImages(images, rectangles: clean.map { _ in rectangle }, clean: clean)
    let full = try classifier.differentiableLogits(of: images, on: workers)
    let pass = try classifier.differentiableLogits(of: question, on: workers)
    #expect(try classifier.logits(of: question, on: workers) == full.logits && pass.logits == full.logits)
    var expected = full.imageGradient(full.logits)
    expected.clear(outside: clean.map { _ in rectangle })
    let found = pass.gradient(full.logits)
    #expect(found == expected && found.elements.contains { $0 != 0 })
  }

  @Test func aMovedWindowStaysInsideTheMap() throws {
    let field = ReceptiveField(size: 9, stride: 8, offset: 0)
    let rectangles = [
      PixelRectangle(top: 0, left: 0, height: 30, width: 30),
      PixelRectangle(top: 60, left: 70, height: 2, width: 2),
      PixelRectangle(top: 500, left: 0, height: 2, width: 2),
    ]
    let windows = try #require(LocalWindows(rectangles, field: field, height: 75, width: 80))
    #expect((windows.mapRows, windows.mapColumns) == (9, 9) && (windows.rows, windows.columns) == (4, 4))
    #expect(windows.places.map(\.row) == [0, 5, 0] && windows.places.map(\.column) == [0, 5, 0])
    #expect(windows.crops[1] == PixelRectangle(rows: 40..<73, columns: 40..<73))
    #expect(LocalWindows([rectangles[2]], field: field, height: 75, width: 80) == nil)
  }

  @Test func windowsOfLikeSizeGoTogetherAndAllPicturesGoOnce() throws {
    let field = ReceptiveField(size: 17, stride: 8, offset: 0)
    // Every eighth 50 px rectangle touches nine cells along an axis, the others eight.
    let rectangles =
      (0..<16).map { PixelRectangle(top: 57 + $0 % 8, left: 60, height: 50, width: 50) }
      + [PixelRectangle(top: 8, left: 8, height: 150, width: 150), .none]
    let groups = WindowGroup.groups(rectangles, field: field, height: 224, width: 224)
    #expect(groups.count > 1 && groups.flatMap(\.pictures).sorted() == Array(rectangles.indices))
    let large = try #require(groups.last)
    #expect(large.pictures == [16])
    for group in groups {
      let one = LocalWindows(
        group.pictures.map { rectangles[$0] }, field: field, height: 224, width: 224)
      #expect(group.windows.crops == one?.crops)
    }
    let computed = groups.reduce(0) { $0 + $1.pictures.count * $1.windows.rows * $1.windows.columns }
    #expect(computed < rectangles.count * 9 * 9 + large.windows.rows * large.windows.columns)
    #expect(WindowGroup.groups([.none], field: field, height: 224, width: 224).isEmpty)
  }

  /// Rectangles from one pixel to nearly all of the picture in one batch: logits and gradients of each are those
  /// it has alone, bit for bit.
  @Test(arguments: GoldenNetwork.local)
  func aPicturesAnswerDoesNotDependOnTheOthersWindows(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let pictures = [picture("first"), picture("second")]
    let clean = try classifier.cleanImages(of: Tensor(stacking: pictures), on: workers)
    let rectangles = [
      PixelRectangle(top: 3, left: 40, height: 1, width: 1), .none,
      PixelRectangle(top: 1, left: 2, height: 50, width: 45),
      PixelRectangle(top: 30, left: 11, height: 9, width: 20),
      PixelRectangle(top: 40, left: 30, height: 20, width: 9),
      PixelRectangle(top: 7, left: 9, height: 50, width: 3),
    ]
    func question(_ indices: [Int]) -> ChangedImages {
      ChangedImages(
        Tensor(stacking: indices.map { changed(pictures[$0 % 2], rectangles[$0]) }),
        rectangles: indices.map { rectangles[$0] }, clean: indices.map { clean[$0 % 2] })
    }
    let together = try classifier.differentiableLogits(
      of: question(Array(rectangles.indices)), on: workers)
    let classes = together.logits.shape[1]
    let gradient = together.logits.map { $0 - 0.25 }
    let pixels = together.gradient(gradient)
    for (index, rectangle) in rectangles.enumerated() {
      let alone = try classifier.differentiableLogits(of: question([index]), on: workers)
      #expect(together.logits.slice(index..<index + 1) == alone.logits, "logits of \(rectangle)")
      let found = alone.gradient(gradient.slice(index..<index + 1))
      let (whole, part) = (together.crops[index], alone.crops[0])
      let seen = rectangle.clamped(to: part)
      for channel in 0..<3 {
        for row in seen.rows {
          for column in seen.columns {
            #expect(
              pixels[index, channel, row - whole.top, column - whole.left]
                == found[0, channel, row - part.top, column - part.left])
          }
        }
      }
      #expect(classes > 1 && (seen.isEmpty || found.elements.contains { $0 != 0 }))
    }
  }
}
