import TestSupport
import Testing

@testable import Layers
@testable import Models
@testable import Tensors

/// One pass with shifts in the batch against every patch alone through the network.
@Suite("A logit at every pixel")
struct EveryPixelTests {
  private let workers = Workers(count: 2)

  private func picture(_ height: Int, _ width: Int) -> Tensor {
    let shape: Shape = [1, 3, height, width]
    return Tensor(formulaNumbers("every pixel", shape.count).map { Float($0) }, shape: shape)
  }

  @Test(arguments: GoldenNetwork.local, [(61, 77), (40, 33), (48, 49)])
  func everyCellIsItsPatchAlone(golden: GoldenNetwork, size: (Int, Int)) throws {
    let classifier = try golden.localClassifier()
    let field = classifier.receptiveField.size
    let picture = picture(size.0, size.1)
    let cells = try classifier.logitsAtEveryPixel(of: picture, forClass: 3, on: workers) { _, _ in }
    #expect(cells.shape == [size.0 - field + 1, size.1 - field + 1])
    for row in 0..<cells.shape[0] {
      let patches = Tensor(
        stacking: (0..<cells.shape[1]).map {
          picture.cropped(to: [PixelRectangle(top: row, left: $0, height: field, width: field)])
            .reshaped(to: [3, field, field])
        })
      let alone = try classifier.logits(of: patches, on: workers)
      expectClose(
        (0..<cells.shape[1]).map { cells[row, $0] }, (0..<cells.shape[1]).map { alone[$0, 3] }, "row \(row)",
        tolerance: 1e-5)
    }
  }

  @Test(arguments: GoldenNetwork.local)
  func cuttingTheBatchAndThreadsChangeNothing(golden: GoldenNetwork) throws {
    let map = try #require(
      golden.network().folded().normalising(by: golden.card.preprocessing).logitMapNetwork())
    let picture = picture(45, 52)
    func cells(_ memory: Int, _ threads: Int) throws -> (Tensor, [Int]) {
      var steps: [Int] = []
      let cells = try map.forwardAtEveryPixel(picture, on: Workers(count: threads), memory: memory) {
        #expect($1 == 64)
        steps.append($0)
      }
      return (cells, steps)
    }
    let (whole, once) = try cells(1 << 30, 2)
    let (cut, often) = try cells(1, 1)
    #expect(once == [64] && often == Array(1...64))
    #expect(whole.shape[0] == 10 && whole == cut)
  }
}
