import Foundation
import TestSupport
import Testing

@testable import Checkpoints
@testable import Layers
@testable import Models
@testable import Tensors

/// Small networks from both of PyTorch's exporters against PyTorch's numbers.
@Suite("ONNX parity with PyTorch")
struct ONNXParityTests {
  @Test func bothExportersAreCovered() {
    let names = GoldenONNX.all.map(\.file)
    #expect(names.filter { $0.contains("-script") }.count >= 7)
    #expect(names.filter { $0.contains("-dynamo") }.count >= 7)
    #expect(names.count >= 20)
  }

  @Test(arguments: GoldenONNX.all)
  func logitsAndPixelGradientsMatch(golden: GoldenONNX) throws {
    let model = try LoadedModel(card: golden.card, imported: try ONNXFile.read(golden.path))
    #expect(model.architecture.name == "onnx")
    let result = try model.classifier.differentiableLogits(of: golden.pixels, on: Workers(count: 2))
    #expect(result.logits.shape == [2, 5])
    expectClose(result.logits.elements, golden.logits, "logits", tolerance: 2e-5)
    let direction = Tensor(
      formulaNumbers("direction", golden.logits.count).map { Float(2 * $0 - 1) }, shape: result.logits.shape)
    let gradient = result.imageGradient(direction).elements
    let sampled = stride(from: 0, to: gradient.count, by: 7).map { gradient[$0] }
    expectClose(sampled, golden.gradient, "pixel gradient", tolerance: 1e-4)
  }

  @Test(arguments: GoldenONNX.all)
  func theImportedNetworkIsTheFoldedOne(golden: GoldenONNX) throws {
    let network = try ONNXImporter.network(of: ONNXFile.read(golden.path), pictureSide: golden.side)
    expectClose(
      try network.forward(golden.pixels, on: Workers(count: 1)).elements, golden.logits, "logits",
      tolerance: 2e-5)
    // Only pads and pools stand in the way of folding.
    #expect(
      network.folded().nodes.count < network.nodes.count || golden.file.hasPrefix("padded"))
  }

  @Test(arguments: ["cropped-script.onnx", "cropped-dynamo.onnx"])
  func aNetworkWithoutPaddingIsLocal(file: String) throws {
    let golden = try #require(GoldenONNX.all.first { $0.file == file })
    let model = try LoadedModel(card: golden.card, imported: try ONNXFile.read(golden.path))
    #expect(model.receptiveField == ReceptiveField(size: 5, stride: 2, offset: 0))
    let local = try model.local()
    let map = try local.logitMap(of: golden.pixels, on: Workers(count: 1))
    #expect(map.shape == [2, 5, 8, 8])
    let means = stride(from: 0, to: map.count, by: 64).map { first in
      map.elements[first..<first + 64].reduce(0, +) / 64
    }
    expectClose(means, golden.logits, "means of the map", tolerance: 2e-5)
  }

  @Test func aNetworkWithPaddingIsNotLocal() throws {
    let golden = try #require(GoldenONNX.all.first { $0.file == "dense-script.onnx" })
    let model = try LoadedModel(card: golden.card, imported: try ONNXFile.read(golden.path))
    #expect(model.receptiveField == nil)
    #expect(throws: ModelError.self) { try model.local() }
  }

  @Test func shapesComputedInTheGraphLeaveNoLayer() throws {
    let network = try ONNXImporter.network(
      of: ONNXFile.read(GoldenONNX.path("shuffle-script-batch.onnx")), pictureSide: 8)
    let fixed = try ONNXImporter.network(
      of: ONNXFile.read(GoldenONNX.path("shuffle-dynamo.onnx")), pictureSide: 8)
    #expect(network.nodes.count == fixed.nodes.count)
    #expect(network.nodes.filter { $0.layer is Permutation }.count == 1)
  }

  @Test func paddingBeforeAConvolutionBecomesItsOwn() throws {
    let network = try ONNXImporter.network(
      of: ONNXFile.read(GoldenONNX.path("padded-dynamo.onnx")), pictureSide: 11)
    let first = try #require(network.nodes.first?.layer as? Convolution)
    #expect(first.geometry.vertical == .init(kernel: 3, stride: 2, before: 1, after: 2))
    #expect(first.geometry.horizontal == .init(kernel: 3, stride: 2, before: 0, after: 1))
  }
}
