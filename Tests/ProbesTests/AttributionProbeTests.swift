import Layers
import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

@Suite struct AttributionProbeTests {
  private let workers = Workers(count: 2)
  private let picture = randomTensor([1, 3, 17, 14], seed: 3)

  /// A convolution, a ReLU, maxima, a second convolution, the mean and a decision; biases only where asked.
  private func classifier(biased: Bool = true) throws -> NetworkClassifier {
    func weight(_ shape: Shape, _ seed: UInt64) -> Tensor { randomTensor(shape, seed: seed, in: -0.6...0.6) }
    var network = Network()
    network.append(
      "one",
      Convolution(
        weight: weight([6, 3, 3, 3], 1), bias: biased ? weight([6], 2) : nil, geometry: Window(kernel: 3)),
      .input)
    network.append("relu1", Clip.relu, network.output)
    network.append("pool", MaxPool(geometry: Window(kernel: 3, stride: 2)), network.output)
    network.append(
      "two",
      Convolution(
        weight: weight([5, 6, 3, 3], 3), bias: biased ? weight([5], 4) : nil, geometry: Window(kernel: 3)),
      network.output)
    network.append("relu2", Clip.relu, network.output)
    network.append("mean", GlobalAveragePool(), network.output)
    network.append("flatten", Flatten(), network.output)
    network.append(
      "fc", Linear(weight: weight([3, 5], 5), bias: biased ? weight([3], 6) : nil), network.output)
    let card = ModelCard(
      name: "small", architecture: "small", classes: ["a", "b", "c"],
      preprocessing: Preprocessing(centerCrop: 17, mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3]))
    return try NetworkClassifier(card: card, network: network)
  }

  private func attribution(
    _ method: AttributionMap.Method, of classifier: any Classifier, for index: Int = 1,
    settings: AttributionSettings = AttributionSettings(), workers: Workers = Workers(count: 2)
  ) throws -> Attribution {
    try AttributionProbe(classifier: classifier, settings: settings).attribution(
      in: picture, name: "p", for: index, method: method, on: workers)
  }

  @Test func integratedGradientsAndDeepLIFTAddUpToTheDifferenceFromTheMeanColour() throws {
    let network = try classifier()
    var grey = picture
    grey.withUnsafeMutableBuffer { pixels in
      for index in pixels.indices { pixels[index] = [0.4, 0.5, 0.6][index / (17 * 14)] }
    }
    let difference = try Double(
      network.logits(of: picture, on: workers)[0, 1] - network.logits(of: grey, on: workers)[0, 1])
    #expect(abs(difference) > 0.05)
    let deepLift = try attribution(.deepLift, of: network)
    #expect(abs(deepLift.sum - difference) < 1e-5)
    var settings = AttributionSettings()
    settings.integrationSteps = 2000
    let integrated = try attribution(.integratedGradients, of: network, settings: settings)
    #expect(abs(integrated.sum - difference) < 2e-3)
    for found in [deepLift, integrated] {
      let reference = try #require(found.referenceLogit)
      #expect(abs(Double(found.map.logit - reference) - difference) < 1e-5)
      let channels = try #require(found.channels)
      #expect(channels.shape == [3, 17, 14])
      let pixel = 5 * 14 + 3
      let sum = (0..<3).reduce(Float(0)) { $0 + channels.elements[$1 * 17 * 14 + pixel] }
      #expect(abs(found.map.values[pixel] - sum) < 1e-6)
    }
  }

  @Test func relevanceAddsUpToTheLogitWhereNoBiasKeepsAShare() throws {
    var settings = AttributionSettings()
    settings.epsilon = 1e-7
    let found = try attribution(.relevance, of: classifier(biased: false), settings: settings)
    #expect(abs(found.sum - Double(found.map.logit)) < 1e-4 * max(1, abs(Double(found.map.logit))))
    let kept = try attribution(.relevance, of: classifier(biased: true), settings: settings)
    #expect(abs(kept.sum - Double(kept.map.logit)) > 1e-2)
  }

  @Test func gradCAMsCellsAddUpToTheLogitBehindAMean() throws {
    // Behind a mean and a linear layer every channel's mean gradient is its weight over the number of cells.
    let found = try attribution(.gradCAM, of: classifier(biased: true))
    let cells = try #require(found.cells)
    #expect(cells.shape == [5, 3])
    let bias = Double(randomTensor([3], seed: 6, in: -0.6...0.6)[1])
    let sum = cells.elements.reduce(0) { $0 + Double($1) }
    #expect(abs(sum - (Double(found.map.logit) - bias)) < 1e-5)
    #expect(found.map.values.count == 17 * 14)
    // PyTorch's interpolate: the corner pixel lies beyond the first middle, the centre pixel on one.
    #expect(found.map.values[0] == cells[0, 0])
    let (greatest, least) = (cells.elements.max() ?? 0, cells.elements.min() ?? 0)
    #expect(found.map.values.allSatisfy { $0 <= greatest + 1e-6 && $0 >= least - 1e-6 })
    #expect(abs(found.map.values[8 * 14 + 0] - cells[2, 0]) < 1e-6)
  }

  @Test func smoothGradIsTheMeanGradientUnderItsNoise() throws {
    let network = try classifier()
    var settings = AttributionSettings()
    settings.noise = 0
    settings.noisyCopies = 3
    let saliency = try attribution(.saliency, of: network)
    let still = try attribution(.smoothGrad, of: network, settings: settings)
    for (found, expected) in zip(still.map.values, saliency.map.values) {
      #expect(abs(found - expected) < 1e-6)
    }
    settings.noise = 0.15
    settings.noisyCopies = 20
    settings.seed = 4
    let one = try attribution(.smoothGrad, of: network, settings: settings, workers: Workers(count: 1))
    let two = try attribution(.smoothGrad, of: network, settings: settings, workers: Workers(count: 2))
    #expect(one.map == two.map && one.map.values != saliency.map.values)
    settings.seed = 5
    #expect(try attribution(.smoothGrad, of: network, settings: settings).map != one.map)
    // The mean over copies drawn anew, by the formula.
    var mean = [Double](repeating: 0, count: picture.count)
    let values = picture.elements
    let deviation = 0.15 * ((values.max() ?? 0) - (values.min() ?? 0))
    for copy in 0..<20 {
      var generator = SeededGenerator(seed: 4, named: "smoothgrad/\(copy)/p")
      let noise = Tensor(normal: deviation, shape: picture.shape, using: &generator).elements
      let noisy = Tensor(zip(values, noise).map { $0 + $1 }, shape: picture.shape)
      let pass = try network.differentiableLogits(of: noisy, on: workers)
      let gradient = pass.imageGradient(Tensor([0, 1, 0], shape: [1, 3])).elements
      for index in mean.indices { mean[index] += Double(gradient[index]) / 20 }
    }
    let found = try #require(one.gradient).elements
    for (value, expected) in zip(found, mean) { #expect(abs(Double(value) - expected) < 1e-5) }
  }

  @Test(arguments: ["bagnet9", "resnet50", "vgg16", "densenet169", "alexnet"])
  func everyMethodCoversTheZoo(name: String) throws {
    let model = try ModelLoader.load("\(name)/silhouettes")
    var settings = AttributionSettings()
    (settings.noisyCopies, settings.integrationSteps) = (2, 4)
    let side = 96
    let picture = randomTensor([1, 3, side, side], seed: 12)
    let probe = try AttributionProbe(classifier: model.classifier, settings: settings)
    let logits = try model.classifier.logits(of: picture, on: workers)
    for method in AttributionMap.Method.allCases where method != .occlusion {
      let found = try probe.attribution(in: picture, name: "p", for: 3, method: method, on: workers)
      #expect(found.map.method == method && found.map.values.count == side * side)
      #expect(Set(found.map.values).count > 30)
      #expect(abs(found.map.logit - logits[0, 3]) < 1e-4 * max(1, abs(logits[0, 3])))
      if method == .deepLift {
        let difference = Double(found.map.logit) - Double(try #require(found.referenceLogit))
        let size = found.map.values.reduce(0) { $0 + abs(Double($1)) }
        #expect(abs(found.sum - difference) < 2e-4 * max(size, 1), "\(found.sum), not \(difference)")
      }
    }
  }

  @Test func saysWhatNeedsALayeredNetwork() throws {
    let local = LocalLinearClassifier(classes: 3, size: 5, stride: 3)
    for method in [AttributionMap.Method.deepLift, .relevance, .gradCAM] {
      #expect(throws: ProbeError.notLayered(model: "local", method: method.rawValue)) {
        _ = try attribution(method, of: local)
      }
    }
    var settings = AttributionSettings()
    settings.integrationSteps = 0
    #expect(throws: ProbeError.self) { try AttributionProbe(classifier: local, settings: settings) }
  }
}
