import TestSupport
import Testing

@testable import Layers
@testable import Models
@testable import Tensors

/// Whole networks against PyTorch, with batch norm statistics far from the identity.
@Suite("Parity with PyTorch")
struct ParityTests {
  @Test func everyFamilyIsCovered() {
    #expect(
      GoldenNetwork.all.map(\.architecture) == [
        "bagnet9", "bagnet17", "bagnet33", "resnet18", "resnet50", "squeezenet1_0", "squeezenet1_1",
        "alexnet", "vgg11", "vgg16_bn", "densenet121", "mobilenet_v2", "efficientnet_lite0",
      ])
  }

  @Test(arguments: GoldenNetwork.all)
  func logitsAndPixelGradientsMatch(golden: GoldenNetwork) throws {
    let result = try golden.classifier().differentiableLogits(of: golden.pixels, on: Workers(count: 2))
    expectClose(result.logits.elements, golden.logits, "logits", tolerance: 2e-5)
    let direction = Tensor(
      formulaNumbers("direction", golden.logits.count).map { Float(2 * $0 - 1) }, shape: result.logits.shape)
    let gradient = result.imageGradient(direction)
    #expect(gradient.shape == golden.pixels.shape)
    let values = gradient.elements
    let sampled = stride(from: 0, to: values.count, by: golden.gradientStep).map { values[$0] }
    expectClose(sampled, golden.gradient, "pixel gradient", tolerance: 1e-4)
    let magnitude = values.reduce(0.0) { $0 + abs(Double($1)) }
    let total = values.reduce(0.0) { $0 + Double($1) }
    #expect(abs(magnitude - golden.gradientMagnitude) < 1e-4 * golden.gradientMagnitude)
    #expect(abs(total - golden.gradientSum) < 1e-4 * golden.gradientMagnitude)
  }

  @Test(arguments: GoldenNetwork.all)
  func theFoldedNetworkIsTheNetwork(golden: GoldenNetwork) throws {
    let network = try golden.network()
    let folded = network.folded()
    #expect(folded.nodes.count < network.nodes.count)
    #expect(!folded.nodes.contains { $0.layer is Add })
    // A batch norm stays where no convolution that nothing else reads stands before it.
    let norms = folded.nodes.filter { $0.layer is BatchNorm }.map(\.name)
    #expect(norms.allSatisfy { $0.hasSuffix("norm1") || $0.hasSuffix("norm5") || $0.hasSuffix(".norm") })
    #expect(norms.count == (golden.architecture == "densenet121" ? 58 + 3 + 1 : 0))
    // A clip stays behind a fully connected layer.
    let clips = folded.nodes.filter { $0.layer is Clip }
    #expect(clips.allSatisfy { folded.nodes[$0.inputs[0].index - 1].layer is Linear })
    #expect(clips.count == (["alexnet", "vgg11", "vgg16_bn"].contains(golden.architecture) ? 2 : 0))
    let workers = Workers(count: 2)
    expectClose(
      try folded.forward(golden.pixels, on: workers).elements,
      try network.forward(golden.pixels, on: workers).elements, "logits", tolerance: 1e-5)
  }

  @Test(arguments: GoldenNetwork.local)
  func logitMapsMatch(golden: GoldenNetwork) throws {
    let expected = try #require(golden.map)
    let map = try golden.localClassifier().logitMap(of: golden.pixels, on: Workers(count: 2))
    #expect(Array(map.shape.dimensions) == [2, 10] + expected.shape)
    let cells = expected.shape[0] * expected.shape[1]
    expectClose(
      Array(map.elements[13 * cells..<14 * cells]), expected.values, "map of image 1, class 3",
      tolerance: 2e-5)
  }
}
