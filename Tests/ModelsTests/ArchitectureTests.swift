import Testing

@testable import Layers
@testable import Models
@testable import Tensors

@Suite("Architectures")
struct ArchitectureTests {
  /// torchvision's counts; a BagNet's from its authors' description.
  static let parameterCounts = [
    "resnet18": 11_689_512, "resnet34": 21_797_672, "resnet50": 25_557_032, "resnet101": 44_549_160,
    "resnet152": 60_192_808, "squeezenet1_0": 1_248_424, "squeezenet1_1": 1_235_496, "bagnet9": 15_688_744,
    "bagnet17": 16_213_032, "bagnet33": 18_310_184,
    // 64 patterns of 8 × 8 px, 1,024 words.
    "bag_of_features": 1_108_008,
  ]

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
    let network = try Architecture.named(name).randomNetwork(seed: 1)
    #expect(network.trainedParameterCount == count)
    #expect(try network.outputShape(for: [2, 3, 224, 224]) == [2, 1000])
  }

  @Test func anUnknownNameIsRefusedWithTheKnownOnes() {
    let error = #expect(throws: ModelError.self) { try Architecture.named("bagnet18") }
    #expect(
      error?.description
        == "expected an architecture Patchwork knows (bagnet9, bagnet17, bagnet33, resnet18, resnet34, resnet50, "
        + "resnet101, resnet152, squeezenet1_0, squeezenet1_1, bag_of_features), found 'bagnet18'; "
        + "name one of these")
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

  @Test(arguments: parameterCounts.keys.sorted())
  func randomNetworksHaveTheWidthAndClassesAskedFor(name: String) throws {
    let architecture = try Architecture.named(name)
    let network = try architecture.randomNetwork(seed: 1, width: 16, classes: 10)
    #expect(try network.outputShape(for: [2, 3, 96, 96]) == [2, 10])
    let (narrow, published) = (network.parameters, try architecture.randomNetwork(seed: 1).parameters)
    #expect(Set(narrow.keys) == Set(published.keys))
    // What no class count and no picture's colours fix is a quarter in every direction.
    for (key, tensor) in published where tensor.shape.rank == 1 && tensor.count != 1000 {
      #expect(narrow[key]?.count == tensor.count / 4, "\(key)")
    }
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
  func anotherArchitecturesWeightsAreRefused(golden: GoldenNetwork) throws {
    let parameters = golden.parameters
    for architecture in Architecture.catalogue where architecture.name != golden.architecture {
      let error = #expect(throws: ModelError.self) { try architecture.network(parameters: parameters) }
      #expect(error?.fault == .badInput)
      #expect(error?.description.contains(architecture.name) == true)
    }
  }
}
