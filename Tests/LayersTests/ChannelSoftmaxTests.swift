import Foundation
import Testing

@testable import Layers
@testable import Tensors

@Suite("Channel softmax")
struct ChannelSoftmaxTests {
  @Test(arguments: CellGolden.cells.channelSoftmax)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(ChannelSoftmax(), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 5, 2, 3], seed: 1)], step: 0.01, tolerance: 1e-3) {
      _ in ChannelSoftmax()
    }
  }

  @Test func sharesSumToOneEvenOfGreatNumbers() {
    var input = randomTensor([2, 9, 5, 7], seed: 2)
    input.scale(by: 1e30)
    let output = ChannelSoftmax().forward([input], everything)
    #expect(output.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
    for image in 0..<2 {
      for cell in 0..<35 {
        let total = (0..<9).reduce(Float(0)) { $0 + output[image, $1, cell / 7, cell % 7] }
        #expect(abs(total - 1) < 1e-5)
      }
    }
  }

  /// With −β|x − c|² as channels and β large, all of a cell goes to its nearest centre.
  @Test func softAssignmentTendsToHardAssignment() {
    let (centres, cells): ([Float], [Float]) = ([-1, 0.2, 2], [-3, -0.5, 0.4, 1.3, 5])
    func shares(_ sharpness: Float) -> Tensor {
      let scores = centres.flatMap { centre in cells.map { -sharpness * ($0 - centre) * ($0 - centre) } }
      return ChannelSoftmax().forward([Tensor(scores, shape: [1, 3, 1, 5])], everything)
    }
    let hard = shares(500)
    for (cell, nearest) in [0, 0, 1, 2, 2].enumerated() {
      for centre in 0..<3 {
        #expect(abs(hard[0, centre, 0, cell] - (centre == nearest ? 1 : 0)) < 1e-6)
      }
    }
    #expect(shares(0.01).elements.allSatisfy { (0.2...0.5).contains($0) })
  }

  @Test func notANumberStaysOne() {
    let output = ChannelSoftmax().forward(
      [Tensor([0, .nan, 1, 0, 2, 1], shape: [1, 3, 1, 2])], everything)
    #expect((0..<3).allSatisfy { !output[0, $0, 0, 0].isNaN })
    #expect((0..<3).allSatisfy { output[0, $0, 0, 1].isNaN })
  }

  @Test func aCellsBitsDoNotDependOnItsPlace() { expectCellsStandAlone(ChannelSoftmax()) }

  @Test func seesOnePixelAndRefusesWhatIsNoMap() {
    #expect(ChannelSoftmax().window == .pixel && ChannelSoftmax().parameters.isEmpty)
    #expect(throws: LayerError.self) { try ChannelSoftmax().outputShape(for: [[2, 3]]) }
  }

  @Test func theExponentialIsExactToRounding() {
    var worst = 0.0
    for index in 0...87_000 {
      let x = -Float(index) / 1000
      let exact = exp(Double(x))
      worst = max(worst, abs(Double(exponential(x)) - exact) / exact)
    }
    #expect(worst < 2.4e-7)
    #expect(exponential(0) == 1 && exponential(-1e30) < 2e-38 && exponential(.nan).isNaN)
  }
}
