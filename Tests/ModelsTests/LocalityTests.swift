import TestSupport
import Testing

@testable import Layers
@testable import Models
@testable import Tensors

@Suite("Locality")
struct LocalityTests {
  private static let fieldSizes = ["bagnet9": 9, "bagnet17": 17, "bagnet33": 33]
  private static let mapSizes = ["bagnet9": 27, "bagnet17": 26, "bagnet33": 24]

  @Test(arguments: GoldenNetwork.local)
  func receptiveFieldsFollowFromTheLayers(golden: GoldenNetwork) throws {
    let field = try golden.localClassifier().receptiveField
    #expect(
      field == ReceptiveField(size: try #require(Self.fieldSizes[golden.architecture]), stride: 8, offset: 0))
  }

  @Test(arguments: GoldenNetwork.local)
  func mapsOf224PixelsHaveThePublishedSizes(golden: GoldenNetwork) throws {
    let side = try #require(Self.mapSizes[golden.architecture])
    let images = Tensor(formulaNumbers("large", 3 * 224 * 224).map { Float($0) }, shape: [1, 3, 224, 224])
    let map = try golden.localClassifier().logitMap(of: images, on: Workers(count: 2))
    #expect(map.shape == [1, 10, side, side])
  }

  /// Every pixel in turn: no cell whose receptive field does not hold it moves by a single bit, and every place
  /// of the receptive field moves some cell (one cell's ReLUs may be closed to it).
  @Test(arguments: GoldenNetwork.local)
  func aPixelChangesTheCellsThatSeeItAndNoOthers(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let field = classifier.receptiveField
    // Two cells a side and three pixels that none of them sees.
    let side = field.size + 8 + 3
    let pixels = side * side
    let image = Tensor(
      formulaNumbers("locality", 3 * pixels).map { Float($0) }, shape: [1, 3, side, side])
    let workers = Workers(count: 2)
    let base = try classifier.logitMap(of: image, on: workers)
    let cells = base.shape[2]
    #expect(cells == 2)
    var places: Set<[Int]> = []
    for row in 0..<side {
      let changed = Tensor(
        stacking: (0..<side).map { column in
          var copy = image.reshaped(to: [3, side, side])
          for channel in 0..<3 { copy[channel, row, column] = 1 - copy[channel, row, column] }
          return copy
        })
      let maps = try classifier.logitMap(of: changed, on: workers)
      let rows = field.cells(touching: row..<row + 1, count: cells)
      for column in 0..<side {
        let columns = field.cells(touching: column..<column + 1, count: cells)
        for y in 0..<cells {
          for x in 0..<cells {
            let moved = (0..<10).contains { maps[column, $0, y, x] != base[0, $0, y, x] }
            guard moved else { continue }
            #expect(
              rows.contains(y) && columns.contains(x), "pixel \(row), \(column) and cell \(y), \(x)")
            places.insert([row - field.pixels(of: y).lowerBound, column - field.pixels(of: x).lowerBound])
          }
        }
      }
    }
    #expect(places.count == field.size * field.size)
  }

  @Test(arguments: GoldenNetwork.local)
  func theMapsMeanIsTheImagesLogits(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let workers = Workers(count: 2)
    let logits = try classifier.logits(of: golden.pixels, on: workers)
    let map = try classifier.logitMap(of: golden.pixels, on: workers)
    let cells = map.shape[2] * map.shape[3]
    let means = (0..<logits.count).map { index in
      Float(map.elements[index * cells..<(index + 1) * cells].reduce(0.0) { $0 + Double($1) } / Double(cells))
    }
    expectClose(means, logits.elements, "mean of the map", tolerance: 1e-5)
  }

  @Test(arguments: GoldenNetwork.local)
  func aPatchAloneGivesTheMapsCell(golden: GoldenNetwork) throws {
    let classifier = try golden.localClassifier()
    let (field, pixels, workers) = (classifier.receptiveField, golden.pixels, Workers(count: 2))
    let map = try classifier.logitMap(of: pixels, on: workers)
    for (y, x) in [(0, 0), (0, map.shape[3] - 1), (map.shape[2] - 1, 1), (1, 2)] {
      let (rows, columns) = (field.pixels(of: y), field.pixels(of: x))
      var patch = Tensor(zeros: [1, 3, field.size, field.size])
      for channel in 0..<3 {
        for row in rows {
          for column in columns {
            patch[0, channel, row - rows.lowerBound, column - columns.lowerBound] =
              pixels[1, channel, row, column]
          }
        }
      }
      let cell = (0..<10).map { map[1, $0, y, x] }
      expectClose(
        try classifier.logitMap(of: patch, on: workers).elements, cell, "map of the patch at \(y), \(x)",
        tolerance: 1e-5)
      expectClose(
        try classifier.logits(of: patch, on: workers).elements, cell, "logits of the patch at \(y), \(x)",
        tolerance: 1e-5)
    }
  }

  /// A ResNet's last cells also see finitely many pixels; but they see padding too.
  @Test(arguments: ["resnet18", "squeezenet1_1"])
  func aNetworkThatPadsOrMixesIsNotLocal(name: String) throws {
    let golden = try GoldenNetwork.named(name)
    let error = #expect(throws: ModelError.self) { try golden.localClassifier() }
    #expect(
      error?.description
        == "narrow \(name): expected a BagNet, whose evidence is local, found a \(name); "
        + "choose a BagNet or another method")
    #expect(error?.fault == .usage)
  }
}
