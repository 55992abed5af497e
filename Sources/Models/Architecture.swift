import Layers
import Tensors

/// A family member such as `bagnet17`, and how to build it.
public struct Architecture: Sendable {
  /// The name used in cards, torchvision's where it has one.
  public let name: String
  /// Whether the logits are the mean of a map of logits with finite receptive fields.
  public let isLocal: Bool
  let build: @Sendable (inout NetworkBuilder) throws -> Void

  /// Every architecture Patchwork knows; a new one is one file and one line here.
  public static let catalogue: [Architecture] =
    BagNet.architectures + ResNet.architectures + SqueezeNet.architectures + BagOfFeatures.architectures

  /// The architecture of that name.
  ///
  /// - Throws: `ModelError.unknownArchitecture`.
  public static func named(_ name: String) throws -> Architecture {
    guard let found = catalogue.first(where: { $0.name == name }) else {
      throw ModelError.unknownArchitecture(name: name, known: catalogue.map(\.name))
    }
    return found
  }

  /// The network with a checkpoint's parameters; width and class count are read from their shapes.
  ///
  /// - Throws: `ModelError` when a parameter is missing, of the wrong shape or unknown.
  public func network(parameters: [String: Tensor]) throws -> Network {
    try network(.checkpoint(parameters))
  }

  /// A network with random parameters.
  ///
  /// - Parameters:
  ///   - width: channels of the first stage, at least 1; the published 64 when nil. All others scale with it.
  ///   - classes: at least 1; the published 1,000 when nil.
  public func randomNetwork(seed: UInt64, width: Int? = nil, classes: Int? = nil) throws -> Network {
    try network(
      .random(
        seed: seed, width: width ?? ParameterSource.standardWidth,
        classes: classes ?? ParameterSource.standardClasses))
  }

  /// The trained values at the published width, and where a cell of the logit map looks (nil for all but
  /// BagNets).
  public func publishedSize() throws -> (parameterCount: Int, receptiveField: ReceptiveField?) {
    let network = try network(.unset)
    return (network.trainedParameterCount, isLocal ? network.localReceptiveField : nil)
  }

  private func network(_ source: ParameterSource) throws -> Network {
    var builder = NetworkBuilder(architecture: name, source: source)
    try build(&builder)
    return try builder.finish()
  }
}
