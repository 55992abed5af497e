import Adversary
import Datasets
import Files
import Foundation
import Imaging
import Layers
import Models
import Silhouettes
import Tensors
import Testing

@testable import Probes

/// Local evidence on cue conflicts beside what each square alone says, pixel by pixel.
@Suite struct LocalConflictProbeTests {
  let workers = Workers(count: 2)

  /// A network whose classes are named, of squares of 4 pixels, 2 apart.
  private func network() -> LocalLinearClassifier {
    var network = LocalLinearClassifier(classes: 3, size: 4, stride: 2)
    network.card.classes = ["bear", "cat", "dog"]
    return network
  }

  private func stimuli(count: Int, size: Int = 24) throws -> CueConflictStimuli {
    try CueConflictStimuli(named: "silhouettes:cue-conflict,count=\(count),size=\(size),seed=2")
  }

  @Test func eachRegionHoldsTheCellsWhosePixelsAreThere() throws {
    let field = ReceptiveField(size: 3, stride: 2, offset: 0)
    // A shape of 5 × 4 pixels in the middle of 11 × 9.
    let (width, height) = (11, 9)
    let silhouette = (0..<width * height).map { (3..<8).contains($0 % width) && (2..<6).contains($0 / width) }
    let regions = ConflictRegions(silhouette: silhouette, width: width, field: field)
    let (rows, columns) = (field.cellCount(on: height), field.cellCount(on: width))
    for row in 0..<rows {
      for column in 0..<columns {
        var seen: [Bool] = []
        for y in field.pixels(of: row) {
          for x in field.pixels(of: column) { seen.append(silhouette[y * width + x]) }
        }
        let expected: ConflictRegion =
          seen.allSatisfy { $0 } ? .inside : seen.contains(true) ? .outline : .outside
        #expect(regions.region(row: row, column: column) == expected)
      }
    }
    let values = (0..<rows * columns).map { Float($0) - 7 }
    let found = regions.evidence(CellValues(values: values, rows: rows, columns: columns))
    #expect(found.reduce(0) { $0 + $1.cells } == rows * columns)
    #expect(found.reduce(0) { $0 + $1.sum } == Double(values.reduce(0, +)))
    #expect(found.reduce(0) { $0 + $1.shapeCells } == values.count { $0 > 0 })
    #expect(found.allSatisfy { $0.cells > 0 })
  }

  @Test func theRegionsDivideTheDecisionExactly() throws {
    let network = network()
    let mapping = try LabelMapping(classes: network.card.classes)
    let stimuli = try stimuli(count: 160)
    let source = SilhouettedStimuli(
      stimuli, try ShapeSilhouettes(of: stimuli, in: nil), categories: mapping.categories,
      for: network.card, workers: workers)
    // Only bears, cats and dogs in each other's coats can be asked about; the others are said to be left out.
    #expect(source.count > 0 && source.count + source.leftOut.count == 160)
    #expect(source.leftOut.allSatisfy { $0.reason.contains("no class of the network maps to") })
    let result = try LocalConflictProbe(classifier: network, mapping: mapping, batchSize: 3).run(
      on: source, workers: workers)
    #expect(result.count == source.count && result.skipped == source.leftOut)
    for (index, answer) in result.answers.enumerated() {
      let picture = try source.images(at: [index])
      let logits = try network.logits(of: picture, on: workers).elements
      let (shape, texture) = (
        try #require(network.card.classes.firstIndex(of: answer.shape)),
        try #require(network.card.classes.firstIndex(of: answer.texture))
      )
      let whole = Double(logits[shape]) - Double(logits[texture])
      #expect(abs(Double(answer.difference) - whole) < 1e-5)
      let cells = answer.regions.reduce(0) { $0 + $1.cells }
      #expect(abs(answer.regions.reduce(0) { $0 + $1.sum } / Double(cells) - whole) < 1e-5)
      // Each cell by the network on its square alone.
      let silhouette = try source.silhouette(at: index, like: picture.shape)
      var inside: [Double] = []
      for row in 0..<(picture.shape[2] - 4) / 2 + 1 {
        for column in 0..<(picture.shape[3] - 4) / 2 + 1 {
          let square = Tensor(
            uninitialized: [1, 3, 4, 4]
          ) { pixels in
            for place in pixels.indices {
              pixels[place] = picture[0, place / 16, 2 * row + place / 4 % 4, 2 * column + place % 4]
            }
          }
          let own = try network.logits(of: square, on: workers).elements
          let covered = (0..<16).allSatisfy {
            silhouette[(2 * row + $0 / 4) * picture.shape[3] + 2 * column + $0 % 4]
          }
          if covered { inside.append(Double(own[shape]) - Double(own[texture])) }
        }
      }
      #expect(answer.regions[0].cells == inside.count)
      #expect(abs(answer.regions[0].sum - inside.reduce(0, +)) < 1e-4 * Double(max(inside.count, 1)))
      #expect(answer.regions[0].shapeCells == inside.count { $0 > 0 })
    }
    let resumed = try LocalConflictProbe(classifier: network, mapping: mapping, batchSize: 3).run(
      on: source, after: LocalConflictResult(model: "", answers: Array(result.answers.prefix(3))),
      workers: Workers(count: 1))
    #expect(resumed.answers == result.answers)
  }

  @Test func drawnSilhouettesAreWhereTheShapeIs() throws {
    let stimuli = try stimuli(count: 32, size: 48)
    let shapes = try ShapeSilhouettes(of: stimuli, in: nil)
    let alone = try SilhouetteCorpus(condition: .shapeOnly, count: 32, size: 48, seed: 2)
    for item in stimuli.items {
      let silhouette = try shapes.picture(of: item)
      // The same number is the same shape, dark on light.
      let picture = try alone.picture(
        try #require((0..<32).first { alone.name($0) == item.name.prefix { $0 != "-" } + ".png" }))
      let dark = (0..<48 * 48).count { (silhouette.bytes[3 * $0] < 128) != (picture.bytes[3 * $0] < 128) }
      #expect(dark < 48 * 48 / 50, "\(item.name): \(dark) pixels differ")
    }
  }

  @Test func aFolderOfSilhouettesIsFoundByStimulusOrShape() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/silhouettes-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.makeFolder("\(folder)/stimuli")
    try AtomicFile.makeFolder("\(folder)/shapes/deep")
    let grey = Picture(width: 12, height: 12, red: 120, green: 90, blue: 200)
    for name in ["cat1-dog1", "cat1-dog2", "dog3-cat1", "bear1-cat2", "cat2-cat3"] {
      try grey.writePNG(to: "\(folder)/stimuli/\(name).png")
    }
    let stimuli = try CueConflictStimuli(path: "\(folder)/stimuli")
    #expect(throws: DatasetsError.silhouettesNeeded(stimuli: stimuli.path)) {
      try ShapeSilhouettes(of: stimuli, in: nil)
    }
    #expect(throws: DatasetsError.noPictureFiles(path: "\(folder)/shapes", otherFiles: 0)) {
      try ShapeSilhouettes(of: stimuli, in: "\(folder)/shapes")
    }
    func halved(_ columns: Int, side: Int = 12) -> Picture {
      Picture(
        width: side, height: side,
        bytes: (0..<side * side).flatMap { [UInt8](repeating: $0 % side < columns ? 0 : 255, count: 3) })
    }
    try halved(6).writePNG(to: "\(folder)/shapes/deep/cat1.png")
    try halved(3).writePNG(to: "\(folder)/shapes/cat1-dog2.png")
    try halved(3, side: 20).writePNG(to: "\(folder)/shapes/dog3.png")
    let network = network()
    let source = SilhouettedStimuli(
      stimuli, try ShapeSilhouettes(of: stimuli, in: "\(folder)/shapes"), categories: network.card.classes,
      for: network.card, workers: workers)
    #expect(source.leftOut.map(\.image) == ["bear1-cat2.png"])
    let result = try LocalConflictProbe(
      classifier: network, mapping: try LabelMapping(classes: network.card.classes)
    ).run(on: source, workers: workers)
    #expect(result.answers.map(\.stimulus) == ["cat1-dog1.png", "cat1-dog2.png"])
    // 5 × 5 cells of 4 pixels: of the columns 0, 2, …, 8 two lie within the left 6 pixels, none within 3.
    #expect(result.answers.map { $0.regions.map(\.cells) } == [[10, 5, 10], [0, 10, 15]])
    #expect(result.skipped.map(\.image) == ["bear1-cat2.png", "dog3-cat1.png"])
    #expect(result.skipped[1].reason.contains("12 × 12"))
  }

  @Test func meansAreOverTheStimuliThatHaveCells() {
    func answer(_ difference: Float, _ inside: RegionEvidence) -> LocalConflictAnswer {
      LocalConflictAnswer(
        stimulus: "\(difference)", shape: "cat", texture: "dog", difference: difference,
        regions: [inside, RegionEvidence(), RegionEvidence(cells: 2, sum: -3, shapeCells: 0)])
    }
    let summary = LocalConflictSummary(
      LocalConflictResult(
        model: "m",
        answers: [
          answer(1, RegionEvidence(cells: 4, sum: 8, shapeCells: 3)), answer(-2, RegionEvidence()),
          answer(4, RegionEvidence(cells: 1, sum: 5, shapeCells: 1)),
        ]))
    #expect(summary.difference?.value == 1 && summary.difference?.count == 3)
    #expect(summary.difference?.interval.map { $0.lowerBound <= 1 && $0.upperBound >= 1 } == true)
    #expect(summary.regions[0].evidence?.value == 3.5 && summary.regions[0].evidence?.count == 2)
    #expect(summary.regions[0].cellShare == 5.0 / 11 && summary.regions[0].shapeShare == 0.8)
    #expect(summary.regions[1].evidence == nil && summary.regions[1].shapeShare == nil)
    #expect(summary.regions[2].evidence?.value == -1.5)
    let nothing = LocalConflictSummary(LocalConflictResult(model: "m", answers: []))
    #expect(
      nothing.difference == nil && nothing.regions.allSatisfy { $0.cellShare == nil && $0.evidence == nil })
  }
}
