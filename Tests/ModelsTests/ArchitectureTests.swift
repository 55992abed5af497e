import Testing

@testable import Layers
@testable import Models
@testable import Tensors

@Suite("Architectures")
struct ArchitectureTests {
  /// torchvision's counts; a BagNet's from its authors' description, EfficientNet-Lite0's from its checkpoint.
  static let parameterCounts = [
    "resnet18": 11_689_512, "resnet34": 21_797_672, "resnet50": 25_557_032, "resnet101": 44_549_160,
    "resnet152": 60_192_808, "squeezenet1_0": 1_248_424, "squeezenet1_1": 1_235_496, "bagnet9": 15_688_744,
    "bagnet17": 16_213_032, "bagnet33": 18_310_184, "alexnet": 61_100_840,
    "vgg11": 132_863_336, "vgg11_bn": 132_868_840, "vgg13": 133_047_848, "vgg13_bn": 133_053_736,
    "vgg16": 138_357_544, "vgg16_bn": 138_365_992, "vgg19": 143_667_240, "vgg19_bn": 143_678_248,
    "densenet121": 7_978_856, "densenet161": 28_681_000, "densenet169": 14_149_480,
    "densenet201": 20_013_928, "mobilenet_v2": 3_504_872, "efficientnet_lite0": 4_652_008,
    // 64 patterns of 8 × 8 px, 1,024 words.
    "bag_of_features": 1_108_008,
  ]

  /// Those whose channels are rounded to multiples of 8.
  static let rounded = ["mobilenet_v2", "efficientnet_lite0"]

  @Test func theCatalogueHoldsEachNameOnce() {
    let names = Architecture.catalogue.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names) == Set(Self.parameterCounts.keys))
    #expect(
      Set(Architecture.catalogue.filter(\.isLocal).map(\.name)) == [
        "bagnet9", "bagnet17", "bagnet33", "bag_of_features",
      ])
  }

  @Test(arguments: parameterCounts.sorted { $0.key < $1.key })
  func thePublishedWidthHasThePublishedParameterCount(name: String, count: Int) throws {
    let architecture = try Architecture.named(name)
    #expect(try architecture.publishedSize().parameterCount == count)
    #expect(try architecture.publishedNetwork().outputShape(for: [2, 3, 224, 224]) == [2, 1000])
  }

  @Test func anUnknownNameIsRefusedWithTheKnownOnes() {
    let error = #expect(throws: ModelError.self) { try Architecture.named("bagnet18") }
    let known = Architecture.catalogue.map(\.name).joined(separator: ", ")
    #expect(known.hasPrefix("bagnet9, bagnet17, bagnet33, resnet18, "))
    #expect(
      error?.description
        == "expected an architecture Patchwork knows (\(known)), found 'bagnet18'; name one of these")
    #expect(error?.fault == .badInput)
  }

  // MARK: Random parameters

  @Test func theSeedDecidesTheParameters() throws {
    let architecture = try Architecture.named("squeezenet1_1")
    let first = try architecture.randomNetwork(seed: 1).parameters
    #expect(try architecture.randomNetwork(seed: 1).parameters == first)
    let other = try architecture.randomNetwork(seed: 2).parameters
    #expect(other["classifier.1.weight"] != first["classifier.1.weight"])
  }

  @Test func randomConvolutionsHaveHesVarianceAndNoTwoAreAlike() throws {
    let parameters = try Architecture.named("squeezenet1_1").randomNetwork(seed: 3).parameters
    let weight = try #require(parameters["features.12.expand3x3.weight"])
    let squares = weight.elements.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(weight.count)
    // Fan-out: 256 outputs of 3 × 3 taps.
    let variance = 2.0 / Double(256 * 9)
    #expect(abs(squares / variance - 1) < 5 * (2 / Double(weight.count)).squareRoot())
    #expect(parameters["features.12.expand1x1.weight"] != parameters["features.11.expand1x1.weight"])
    #expect(parameters["features.12.expand3x3.bias"]?.elements.allSatisfy { $0 == 0 } == true)
  }

  @Test func theFanOfADepthwiseConvolutionIsItsOwnChannels() throws {
    let parameters = try Architecture.named("mobilenet_v2").randomNetwork(seed: 3).parameters
    let weight = try #require(parameters["features.17.conv.1.0.weight"])
    #expect(weight.shape == [960, 1, 3, 3])
    let squares = weight.elements.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(weight.count)
    #expect(abs(squares / (2.0 / 9) - 1) < 5 * (2 / Double(weight.count)).squareRoot())
  }

  @Test(arguments: parameterCounts.keys.filter { !rounded.contains($0) }.sorted())
  func randomNetworksHaveTheWidthAndClassesAskedFor(name: String) throws {
    let architecture = try Architecture.named(name)
    let network = try architecture.randomNetwork(seed: 1, width: 16, classes: 10)
    #expect(try network.outputShape(for: [2, 3, 96, 96]) == [2, 10])
    let (narrow, published) = (network.parameters, try architecture.publishedNetwork().parameters)
    #expect(Set(narrow.keys) == Set(published.keys))
    // What no class count and no picture's colours fix is a quarter in every direction.
    for (key, tensor) in published where tensor.shape.rank == 1 && tensor.count != 1000 {
      #expect(narrow[key]?.count == tensor.count / 4, "\(key)")
    }
  }

  @Test(arguments: [("alexnet", "classifier.1", "classifier.4"), ("vgg16", "classifier.0", "classifier.3")])
  func hiddenLayersHaveTheSizeAskedFor(name: String, first: String, second: String) throws {
    let architecture = try Architecture.named(name)
    let network = try architecture.randomNetwork(seed: 1, width: 8, classes: 10, hidden: 24)
    #expect(network.parameters["\(first).weight"]?.shape[0] == 24)
    #expect(network.parameters["\(second).weight"]?.shape == [24, 24])
    #expect(try network.outputShape(for: [2, 3, 96, 96]) == [2, 10])
    #expect(try architecture.network(parameters: network.parameters).parameters == network.parameters)
    let plain = try architecture.randomNetwork(seed: 1, width: 8, classes: 10)
    #expect(plain.parameters["\(second).weight"]?.shape == [512, 512])
  }

  /// torchvision's channels for a `width_mult` of width / 64.
  @Test(arguments: [
    (16, [8, 8, 8, 8, 16, 24, 40, 80, 1280]), (64, [32, 16, 24, 32, 64, 96, 160, 320, 1280]),
    (90, [48, 24, 32, 48, 88, 136, 224, 448, 1800]), (1, [8, 8, 8, 8, 8, 8, 8, 8, 1280]),
  ])
  func narrowMobileNetsHaveMultiplesOf8Channels(width: Int, channels: [Int]) throws {
    let network = try Architecture.named("mobilenet_v2").randomNetwork(seed: 1, width: width, classes: 10)
    let last = [
      "features.0.0", "features.1.conv.1", "features.2.conv.2", "features.4.conv.2", "features.7.conv.2",
      "features.11.conv.2", "features.14.conv.2", "features.17.conv.2", "features.18.0",
    ]
    #expect(last.map { network.parameters["\($0).weight"]?.shape[0] } == channels)
    #expect(try network.outputShape(for: [2, 3, 96, 96]) == [2, 10])
  }

  @Test func narrowEfficientNetsKeepStemAndHead() throws {
    let network = try Architecture.named("efficientnet_lite0").randomNetwork(seed: 1, width: 16, classes: 10)
    let last =
      ["_conv_stem"] + [0, 1, 3, 5, 8, 11, 15].map { "_blocks.\($0)._project_conv" } + ["_conv_head"]
    #expect(
      last.map { network.parameters["\($0).weight"]?.shape[0] } == [32, 8, 8, 16, 24, 32, 48, 80, 1280])
    #expect(try network.outputShape(for: [2, 3, 96, 96]) == [2, 10])
  }

  @Test func randomBatchNormsAreTheIdentity() throws {
    let parameters = try Architecture.named("resnet18").randomNetwork(seed: 4).parameters
    #expect(parameters["layer1.0.bn1.weight"]?.elements.allSatisfy { $0 == 1 } == true)
    #expect(parameters["layer1.0.bn1.running_var"]?.elements.allSatisfy { $0 == 1 } == true)
    #expect(parameters["layer1.0.bn1.bias"]?.elements.allSatisfy { $0 == 0 } == true)
    #expect(parameters["layer1.0.bn1.running_mean"]?.elements.allSatisfy { $0 == 0 } == true)
    #expect(parameters["layer1.0.conv1.weight"]?.elements.contains { $0 != 0 } == true)
  }

  // MARK: Checkpoints

  @Test(arguments: GoldenNetwork.all)
  func widthAndClassesAreReadFromTheTensors(golden: GoldenNetwork) throws {
    let network = try golden.network()
    let keys = golden.shapes.keys.filter { !$0.hasSuffix("num_batches_tracked") }
    #expect(Set(network.parameters.keys) == Set(keys))
    #expect(try network.outputShape(for: [3, 3, 100, 80]) == [3, 10])
    for (key, tensor) in network.parameters { #expect(tensor == golden.parameters[key], "\(key)") }
  }

  @Test func batchCountsMayBeAbsent() throws {
    let golden = try GoldenNetwork.named("resnet18")
    let parameters = golden.parameters.filter { !$0.key.hasSuffix("num_batches_tracked") }
    #expect(parameters.count < golden.parameters.count)
    #expect(throws: Never.self) { try Architecture.named("resnet18").network(parameters: parameters) }
  }

  @Test func aMissingParameterIsNamed() throws {
    var parameters = try GoldenNetwork.named("resnet18").parameters
    parameters["layer2.1.bn2.running_var"] = nil
    let error = #expect(throws: ModelError.self) {
      try Architecture.named("resnet18").network(parameters: parameters)
    }
    #expect(
      error?.description
        == "expected the weights of a resnet18, found no parameter 'layer2.1.bn2.running_var' among bn1.bias, "
        + "bn1.num_batches_tracked, bn1.running_mean and 118 more; check \"architecture\" in the card")
  }

  @Test func parametersNobodyTakesAreNamed() throws {
    var parameters = try GoldenNetwork.named("squeezenet1_1").parameters
    parameters["head.weight"] = Tensor(zeros: [2])
    parameters["head.bias"] = Tensor(zeros: [2])
    let error = #expect(throws: ModelError.self) {
      try Architecture.named("squeezenet1_1").network(parameters: parameters)
    }
    #expect(
      error?.description
        == "expected the weights of a squeezenet1_1, found parameters it does not have: head.bias, head.weight; "
        + "check \"architecture\" in the card")
  }

  @Test func aParameterOfTheWrongShapeIsNamed() throws {
    var parameters = try GoldenNetwork.named("resnet18").parameters
    parameters["layer1.0.conv2.weight"] = Tensor(zeros: [8, 8, 3, 5])
    let error = #expect(throws: ModelError.self) {
      try Architecture.named("resnet18").network(parameters: parameters)
    }
    #expect(
      error?.description
        == "expected 'layer1.0.conv2.weight' of a resnet18 to be [8, 8, 3, 3], found [8, 8, 3, 5]; "
        + "check \"architecture\" in the card")
  }

  @Test func aParameterWithoutElementsIsRefused() throws {
    var parameters = try GoldenNetwork.named("resnet18").parameters
    for shape in [[], [0], [1 << 62, 0, 7, 7]] as [Shape] {
      parameters["conv1.weight"] = Tensor(zeros: shape)
      #expect(throws: ModelError.self) { try Architecture.named("resnet18").network(parameters: parameters) }
    }
  }

  @Test(arguments: GoldenNetwork.all)
  func tensorsFitTheirOwnArchitecture(golden: GoldenNetwork) throws {
    var shapes = golden.parameters.mapValues(\.shape)
    #expect(Architecture.fitting(shapes)?.name == golden.architecture)
    shapes["head.weight"] = [10, 10]
    #expect(Architecture.fitting(shapes) == nil)
    shapes["head.weight"] = nil
    let key = try #require(shapes.keys.sorted().first { $0.hasSuffix("weight") })
    for shape in [[], [0], [1 << 62], [1 << 62, 0, 1, 1], [1 << 62, 0, 3, 3], [1, 1]] as [Shape] {
      shapes[key] = shape
      #expect(Architecture.fitting(shapes) == nil, "\(shape)")
    }
    #expect(Architecture.fitting([:]) == nil)
  }

  @Test func theWholeCatalogueFitsItself() throws {
    for architecture in Architecture.catalogue {
      let shapes = try architecture.publishedNetwork().parameters.mapValues(\.shape)
      #expect(Architecture.fitting(shapes)?.name == architecture.name)
    }
  }

  @Test(arguments: GoldenNetwork.all)
  func anotherArchitecturesWeightsAreRefused(golden: GoldenNetwork) throws {
    let parameters = golden.parameters
    for architecture in Architecture.catalogue where architecture.name != golden.architecture {
      let error = #expect(throws: ModelError.self) { try architecture.network(parameters: parameters) }
      #expect(error?.fault == .badInput)
      #expect(error?.description.contains(architecture.name) == true)
    }
  }
}
