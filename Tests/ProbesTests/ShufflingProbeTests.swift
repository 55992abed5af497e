import Adversary
import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

@Suite struct ShufflingProbeTests {
  let workers = Workers(count: 1)
  let pictures = RandomPictures(labels: [0, 1, 2, 0, 1, 2], side: 16, broken: [4])

  @Test func aTilingMovesWholeTilesAndLeavesTheRest() throws {
    let picture = randomTensor([3, 7, 9], seed: 3)
    let condition = ShufflingCondition(.tile, 3)
    let tiling = try Tiling(condition, height: 7, width: 9)
    #expect(tiling.rows == 2 && tiling.columns == 3 && tiling.count == 6)
    let order = [4, 0, 5, 1, 3, 2]
    let shuffled = tiling.shuffled(picture, order)
    for channel in 0..<3 {
      for row in 0..<7 {
        for column in 0..<9 {
          guard row < 6 else {
            #expect(shuffled[channel, row, column] == picture[channel, row, column])
            continue
          }
          let from = order[row / 3 * 3 + column / 3]
          #expect(
            shuffled[channel, row, column]
              == picture[channel, from / 3 * 3 + row % 3, from % 3 * 3 + column % 3])
        }
      }
    }
    // Back by the inverse order.
    let inverse = order.indices.map { place in order.firstIndex(of: place) ?? -1 }
    #expect(tiling.shuffled(shuffled, inverse) == picture)
  }

  @Test func aPicturesOrderFollowsFromSeedConditionAndNameAlone() throws {
    let condition = ShufflingCondition(.grid, 4)
    let tiling = try Tiling(condition, height: 16, width: 16)
    let order = tiling.order(seed: 1, condition: condition, name: "a.png")
    #expect(order.sorted() == Array(0..<16) && order != Array(0..<16))
    #expect(tiling.order(seed: 1, condition: condition, name: "a.png") == order)
    #expect(tiling.order(seed: 2, condition: condition, name: "a.png") != order)
    #expect(tiling.order(seed: 1, condition: condition, name: "b.png") != order)
    #expect(tiling.order(seed: 1, condition: ShufflingCondition(.tile, 4), name: "a.png") != order)
  }

  @Test func theCellsWithoutASeamAreThoseWhoseFieldsLieInOneTile() throws {
    let network = LocalLinearClassifier(classes: 3, size: 3, stride: 2)
    let tiling = try Tiling(ShufflingCondition(.tile, 8), height: 16, width: 16)
    // Cells begin at 0, 2, … 12; those at 6 see pixels 6, 7 and 8.
    let cells = try #require(
      SeamCells(tiling, field: network.receptiveField, mapRows: 7, mapColumns: 7))
    let free = [0, 1, 2, 4, 5, 6]
    #expect(cells.inner == free.flatMap { row in free.map { row * 7 + $0 } })
    let unaligned = try Tiling(ShufflingCondition(.tile, 5), height: 16, width: 16)
    #expect(SeamCells(unaligned, field: network.receptiveField, mapRows: 7, mapColumns: 7) == nil)
    let narrow = try Tiling(ShufflingCondition(.tile, 2), height: 16, width: 16)
    #expect(SeamCells(narrow, field: network.receptiveField, mapRows: 7, mapColumns: 7) == nil)
  }

  @Test func alignedTilesChangeNothingForTheCellsWithoutASeam() throws {
    let network = LocalLinearClassifier(classes: 3, size: 3, stride: 2)
    let question = ShufflingQuestion(conditions: [
      ShufflingCondition(.tile, 8), ShufflingCondition(.tile, 4), ShufflingCondition(.tile, 5),
      ShufflingCondition(.grid, 2),
    ])
    let result = try ShufflingProbe(classifier: network, question: question, seed: 9)
      .run(on: pictures, workers: workers)
    #expect(result.count == 5 && result.skipped.map(\.image) == ["picture4"])
    for answer in result.answers {
      #expect(answer.innerAnswers == answer.innerClean)
      #expect(answer.innerAnswers[2] == nil && answer.innerAnswers[0] != nil)
    }
    #expect(try #require(result.innerDifference) < 1e-6)
    let points = result.points
    #expect(points[0].innerCorrect == points[0].innerCleanCorrect && points[0].innerCorrect != nil)
    #expect(points[2].innerCorrect == nil)
    #expect(result.meanOverGrids == Double(points[3].correct) / 5)
  }

  @Test func namesShuffledPicturesAsTheNetworkDoes() throws {
    let network = LocalLinearClassifier(classes: 3, size: 3, stride: 2)
    let condition = ShufflingCondition(.grid, 4)
    let question = ShufflingQuestion(conditions: [condition])
    let local = try ShufflingProbe(classifier: network, question: question, seed: 2)
      .run(on: pictures, workers: workers)
    let whole = try ShufflingProbe(
      classifier: FullPasses(network: network), question: question, seed: 2, batchSize: 1
    ).run(on: pictures, workers: workers)
    #expect(whole.answers.map(\.answers) == local.answers.map(\.answers))
    #expect(whole.answers.allSatisfy { $0.innerAnswers.isEmpty } && whole.innerDifference == nil)
    // By hand.
    let tiling = try Tiling(condition, height: 16, width: 16)
    let image = try pictures.image(1)
    let shuffled = tiling.shuffled(
      image.reshaped(to: [3, 16, 16]), tiling.order(seed: 2, condition: condition, name: "picture1"))
    let logits = try network.logits(
      of: Tensor(stacking: [image.reshaped(to: [3, 16, 16]), shuffled]), on: workers)
    let answer = local.answers[1]
    #expect([answer.clean] + answer.answers == Predictions.top1(of: logits))
  }

  @Test func givesTheSameAnswersOnAnyThreadsAndResumesWithoutAskingTwice() throws {
    let network = LocalLinearClassifier(classes: 3, size: 3, stride: 2)
    let question = ShufflingQuestion(conditions: [ShufflingCondition(.grid, 2), ShufflingCondition(.tile, 4)])
    let probe = ShufflingProbe(classifier: network, question: question, seed: 5)
    let whole = try probe.run(on: pictures, workers: workers)
    #expect(try probe.run(on: pictures, workers: Workers(count: 3)) == whole)
    var kept: [ShufflingAnswer] = []
    #expect(throws: Stop.self) {
      try probe.run(on: pictures, workers: workers) { batch in
        kept += batch.answers
        if kept.count == 2 { throw Stop() }
      }
    }
    let before = network.passes.count
    let resumed = try probe.run(
      on: pictures, after: ShufflingResult(model: "local", question: question, answers: kept),
      workers: workers)
    #expect(resumed == whole)
    // Three pictures are left, each whole and twice shuffled.
    #expect(network.passes.count - before == 9)
  }

  @Test func refusesPicturesThatAreNotCut() throws {
    let network = LocalLinearClassifier(classes: 3, size: 3, stride: 2)
    for condition in [ShufflingCondition(.tile, 9), ShufflingCondition(.grid, 17)] {
      let probe = ShufflingProbe(
        classifier: network, question: ShufflingQuestion(conditions: [condition]), seed: 0)
      #expect(throws: ProbeError.tooFewTiles(condition: condition.text, height: 16, width: 16)) {
        try probe.run(on: pictures, workers: workers)
      }
    }
  }
}
