import Testing

@testable import Layers
@testable import Tensors

@Suite("Slice")
struct SliceTests {
  @Test(arguments: Golden.layers.slice)
  func matchesPyTorch(golden: Golden.Case<Golden.Slice>) throws {
    let settings = golden.settings
    try expectPyTorchsNumbers(
      Slice(dimension: settings.dimension, range: settings.start..<settings.end), golden)
  }

  @Test(arguments: [1, 2, 3])
  func agreesWithFiniteDifferences(dimension: Int) {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 3, 4, 3], seed: 1)]) { _ in
      Slice(dimension: dimension, range: 1..<3)
    }
  }

  @Test func cellsStayWhereTheyAreWhenTheEndIsCutOff() {
    #expect(Slice(dimension: 1, range: 2..<3).window == .pixel)
    #expect(Slice(dimension: 2, range: 0..<3).window == .pixel)
    #expect(Slice(dimension: 2, range: 1..<3).window == nil)
  }

  @Test func refusesARangePastTheEnd() {
    #expect(throws: LayerError.self) {
      try Slice(dimension: 1, range: 2..<4).outputShape(for: [[2, 3, 4, 4]])
    }
    #expect(throws: LayerError.self) { try Slice(dimension: 3, range: 0..<1).outputShape(for: [[2, 3, 4]]) }
  }
}
