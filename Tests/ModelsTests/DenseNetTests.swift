import Testing

@testable import Layers
@testable import Models
@testable import Tensors

@Suite("DenseNet")
struct DenseNetTests {
  @Test(arguments: [
    (
      "features.denseblock1.denselayer1.norm.1.weight", "features.denseblock1.denselayer1.norm1.weight"
    ),
    (
      "features.denseblock3.denselayer24.norm.2.running_var",
      "features.denseblock3.denselayer24.norm2.running_var"
    ),
    (
      "features.denseblock4.denselayer16.conv.2.weight", "features.denseblock4.denselayer16.conv2.weight"
    ),
    ("denselayer7.relu.1.bias", "denselayer7.relu1.bias"),
    ("my.other_denselayer7.norm.1.running_mean", "my.other_denselayer7.norm1.running_mean"),
  ])
  func theKeysOfPublishedCheckpointsAreJoined(old: String, current: String) {
    #expect(DenseNet.currentKey(old) == current)
    #expect(DenseNet.currentKey(current) == current)
  }

  @Test(arguments: [
    "features.denseblock1.denselayer.norm.1.weight", "features.denseblock1.denselayerX1.norm.1.weight",
    "features.denseblock1.denselayer1.norm.3.weight", "features.denseblock1.denselayer1.pool.1.weight",
    "features.denseblock1.denselayer1.norm.1.num_batches_tracked", "features.transition1.norm.weight",
    "features.denseblock1.denselayer1.norm.1.weight.extra", "norm.1.weight", "", "...", "classifier.weight",
  ])
  func otherKeysStayAsTheyAre(key: String) { #expect(DenseNet.currentKey(key) == key) }

  @Test func anOldCheckpointIsTheSameNetwork() throws {
    let golden = try GoldenNetwork.named("densenet121")
    let old = Self.old(golden.parameters)
    #expect(old.count { golden.parameters[$0.key] == nil } == 58 * 10)
    let network = try Architecture.named("densenet121").network(parameters: old)
    #expect(network.parameters == (try golden.network().parameters))
    #expect(Architecture.fitting(old.mapValues(\.shape))?.name == "densenet121")
    // Another family's keys are not renamed.
    let error = #expect(throws: ModelError.self) {
      try Architecture.named("resnet18").network(parameters: old)
    }
    #expect(error?.fault == .badInput)
  }

  @Test func aKeyUnderBothItsNamesIsRefused() throws {
    var parameters = try GoldenNetwork.named("densenet121").parameters
    let key = "features.denseblock2.denselayer3.conv.1.weight"
    parameters[key] = Tensor(zeros: [1])
    let error = #expect(throws: ModelError.self) {
      try Architecture.named("densenet121").network(parameters: parameters)
    }
    #expect(error == .unknownParameters(architecture: "densenet121", keys: [key]))
  }

  /// A checkpoint as it was published: parts numbered behind a dot, and no counts of batches.
  private static func old(_ parameters: [String: Tensor]) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (key, tensor) in parameters where !key.hasSuffix("num_batches_tracked") {
      let inLayer = key.contains("denselayer")
      let name = inLayer ? key.replacing(/(norm|conv)([12])\./) { "\($0.output.1).\($0.output.2)." } : key
      result[name] = tensor
    }
    return result
  }
}
