import Testing

@testable import Layers
@testable import Tensors

@Suite("Convolution")
struct ConvolutionTests {
  @Test(arguments: Golden.layers.convolution)
  func matchesPyTorch(golden: Golden.Case<Golden.Convolution>) throws {
    try expectPyTorchsNumbers(layer(golden), golden)
  }

  @Test func goldenCasesCoverEveryFeature() {
    let cases = Golden.layers.convolution
    #expect(cases.count == 18)
    #expect(cases.contains { $0.settings.groups > 1 && $0.settings.stride != [1, 1] })
    #expect(cases.contains { $0.settings.dilation != [1, 1] })
    #expect(cases.contains { $0.settings.shortcut && $0.settings.clip != nil })
    #expect(cases.contains { $0.parameters["bias"] == nil })
  }

  /// Without clipping a convolution is linear in its inputs and in its parameters.
  @Test(arguments: Golden.layers.convolution.filter { $0.settings.clip == nil })
  func agreesWithFiniteDifferences(golden: Golden.Case<Golden.Convolution>) {
    var parameters = ["weight": randomTensor(Shape(golden.parameters["weight"]?.shape ?? []), seed: 1)]
    if let bias = golden.parameters["bias"] {
      parameters["bias"] = randomTensor(Shape(bias.shape), seed: 2)
    }
    let inputs = golden.inputs.enumerated().map {
      randomTensor(Shape($0.element.shape), seed: 3 + UInt64($0.offset))
    }
    expectFiniteDifferencesAgree(inputs: inputs, parameters: parameters) { parameters in
      var layer = layer(golden)
      layer.weight = parameters["weight"] ?? layer.weight
      layer.bias = parameters["bias"]
      return layer
    }
  }

  /// Whole numbers with a half to spare on both sides of every corner, so that the differences are exact.
  @Test func agreesWithFiniteDifferencesWhenClipped() {
    func whole(_ shape: Shape, seed: UInt64) -> Tensor {
      randomTensor(shape, seed: seed).map { (3 * $0).rounded() }
    }
    let parameters = [
      "weight": whole([4, 3, 3, 3], seed: 1), "bias": whole([4], seed: 2).map { $0 + 0.5 },
    ]
    let inputs = [whole([2, 3, 5, 5], seed: 3), whole([2, 4, 4, 6], seed: 4)]
    for clip in [Clip.relu, Clip(floor: 0, ceiling: 9)] {
      expectFiniteDifferencesAgree(inputs: inputs, parameters: parameters, step: 0x1p-5, tolerance: 1e-5) {
        Convolution(
          weight: $0["weight"] ?? Tensor(zeros: [4, 3, 3, 3]), bias: $0["bias"], geometry: Window(kernel: 3),
          addsShortcut: true, clip: clip)
      }
    }
  }

  @Test func computesOnlyTheGradientsAskedFor() {
    let layer = Convolution(
      weight: randomTensor([2, 3, 3, 3], seed: 1), bias: randomTensor([2], seed: 2),
      geometry: Window(kernel: 3))
    let input = randomTensor([1, 3, 5, 5], seed: 3)
    let gradient = randomTensor([1, 2, 3, 3], seed: 4)
    let all = layer.recordingForward([input], everything).pullback(gradient)
    var pass = everything
    pass.wanted = .inputs
    let inputsOnly = layer.recordingForward([input], pass).pullback(gradient)
    #expect(inputsOnly.inputs == all.inputs)
    #expect(inputsOnly.parameters.isEmpty)
    pass.wanted = .parameters
    let parametersOnly = layer.recordingForward([input], pass).pullback(gradient)
    #expect(parametersOnly.inputs == [nil])
    #expect(parametersOnly.parameters == all.parameters)
  }

  @Test func refusesInputsThatDoNotFit() {
    let layer = Convolution(weight: Tensor(zeros: [2, 3, 3, 3]), geometry: Window(kernel: 3))
    #expect(
      throws: LayerError.wrongInputShape(
        layer: "convolution", expected: "3 channels", found: "[1, 4, 8, 8]")
    ) { try layer.outputShape(for: [[1, 4, 8, 8]]) }
    #expect(throws: LayerError.inputTooSmall(layer: "convolution", kernel: 3, found: "[1, 3, 8, 2]")) {
      try layer.outputShape(for: [[1, 3, 8, 2]])
    }
    #expect(throws: LayerError.self) { try layer.outputShape(for: [[3, 8, 8]]) }
    var joined = layer
    joined.addsShortcut = true
    #expect(throws: LayerError.self) { try joined.outputShape(for: [[1, 3, 8, 8]]) }
    #expect(throws: LayerError.self) { try joined.outputShape(for: [[1, 3, 8, 8], [1, 2, 6, 5]]) }
    #expect(throws: Never.self) { try joined.outputShape(for: [[1, 3, 8, 8], [1, 2, 7, 6]]) }
  }

  @Test func aNumberThatIsNoneReachesTheOutputThroughReLU() {
    let layer = Convolution(weight: Tensor([1], shape: [1, 1, 1, 1]), geometry: .pixel, clip: .relu6)
    let output = layer.forward([Tensor([-1, .nan, 3], shape: [1, 1, 1, 3])], everything).elements
    #expect(output[0] == 0 && output[1].isNaN && output[2] == 3)
  }

  private func layer(_ golden: Golden.Case<Golden.Convolution>) -> Convolution {
    let settings = golden.settings
    let weight = golden.parameters["weight"]?.tensor ?? Tensor(zeros: [1, 1, 1, 1])
    return Convolution(
      weight: weight, bias: golden.parameters["bias"]?.tensor,
      geometry: Window(
        vertical: Window.Axis(
          kernel: weight.shape[2], stride: settings.stride[0], before: settings.pads[0],
          after: settings.pads[1], dilation: settings.dilation[0]),
        horizontal: Window.Axis(
          kernel: weight.shape[3], stride: settings.stride[1], before: settings.pads[2],
          after: settings.pads[3], dilation: settings.dilation[1])),
      groups: settings.groups, addsShortcut: settings.shortcut,
      clip: settings.clip.map { Clip(floor: $0[0] ?? -.infinity, ceiling: $0[1] ?? .infinity) })
  }
}
