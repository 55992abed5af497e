import Layers
import Tensors

/// A family member such as `bagnet17`, and how to build it.
public struct Architecture: Sendable {
  /// The name used in cards, torchvision's where it has one.
  public let name: String
  /// Whether the logits are the mean of a map of logits with finite receptive fields.
  public let isLocal: Bool
  /// A parameter's name today for one in a checkpoint, where a family's names have changed.
  private let currentKey: @Sendable (String) -> String
  private let build: @Sendable (inout NetworkBuilder) throws -> Void

  init(
    name: String, isLocal: Bool, currentKey: @escaping @Sendable (String) -> String = { $0 },
    build: @escaping @Sendable (inout NetworkBuilder) throws -> Void
  ) {
    self.name = name
    self.isLocal = isLocal
    self.currentKey = currentKey
    self.build = build
  }

  /// Every architecture Patchwork knows; a new one is one file and one line here.
  public static let catalogue: [Architecture] = [
    BagNet.architectures,
    ResNet.architectures,
    SqueezeNet.architectures,
    AlexNet.architectures,
    VGG.architectures,
    DenseNet.architectures,
    MobileNetV2.architectures,
    EfficientNetLite.architectures,
    BagOfFeatures.architectures,
  ].flatMap { $0 }

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
    try network(.checkpoint(renamed(parameters)))
  }

  /// The first architecture of the catalogue that a checkpoint with tensors of these names and shapes fits; nil
  /// when there is none.
  public static func fitting(_ shapes: [String: Shape]) -> Architecture? {
    catalogue.first { architecture in
      (try? architecture.network(.shapes(architecture.renamed(shapes)))) != nil
    }
  }

  /// Entries under their names of today; one whose new name is taken keeps its old one, which no layer takes.
  private func renamed<Entry>(_ entries: [String: Entry]) -> [String: Entry] {
    var result: [String: Entry] = [:]
    result.reserveCapacity(entries.count)
    for (key, entry) in entries {
      let current = currentKey(key)
      result[current == key || entries[current] == nil ? current : key] = entry
    }
    return result
  }

  /// A network with random parameters.
  ///
  /// - Parameters:
  ///   - width: at least 1; 64, the channels of a ResNet's first stage, stands for every family's published
  ///     width, and channels scale with it as the family does it.
  ///   - classes: at least 1; the published 1,000 when nil.
  ///   - hidden: the size of the hidden fully connected layers of AlexNet and VGG; scaled with the width when nil.
  public func randomNetwork(
    seed: UInt64, width: Int? = nil, classes: Int? = nil, hidden: Int? = nil
  ) throws -> Network {
    try network(
      .random(
        seed: seed, width: width ?? ParameterSource.standardWidth,
        classes: classes ?? ParameterSource.standardClasses, hidden: hidden))
  }

  /// The trained values at the published width, and where a cell of the logit map looks (nil for all but
  /// BagNets).
  public func publishedSize() throws -> (parameterCount: Int, receptiveField: ReceptiveField?) {
    let network = try publishedNetwork()
    return (network.trainedParameterCount, isLocal ? network.localReceptiveField : nil)
  }

  /// The network at the published width, whose parameters have no values: for asking about shapes alone.
  func publishedNetwork() throws -> Network { try network(.unset) }

  private func network(_ source: ParameterSource) throws -> Network {
    var builder = NetworkBuilder(architecture: name, source: source)
    try build(&builder)
    return try builder.finish()
  }
}
