import Testing

@testable import Layers
@testable import Tensors

@Suite("Zero pad")
struct ZeroPadTests {
  @Test(arguments: Golden.layers.zeroPad)
  func matchesPyTorch(golden: Golden.Case<Golden.ZeroPad>) throws {
    let pads = golden.settings
    try expectPyTorchsNumbers(
      ZeroPad(top: pads.top, left: pads.left, bottom: pads.bottom, right: pads.right), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 2, 2, 3], seed: 1)]) { _ in
      ZeroPad(top: 0, left: 1, bottom: 2, right: 3)
    }
  }

  @Test func movesTheReceptiveFieldBeforeThePicture() {
    var network = Network()
    network.append("pad", ZeroPad(top: 2, left: 2, bottom: 0, right: 0), .input)
    #expect(network.receptiveField == ReceptiveField(size: 1, stride: 1, offset: -2))
  }

  @Test func refusesWhatIsNoMap() {
    #expect(throws: LayerError.self) {
      try ZeroPad(top: 1, left: 1, bottom: 1, right: 1).outputShape(for: [[2, 5]])
    }
  }
}
