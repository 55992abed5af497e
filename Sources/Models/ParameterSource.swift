import Layers
import Tensors

/// Where a network's parameters come from.
enum ParameterSource: Sendable {
  /// A checkpoint's tensors by name.
  case checkpoint([String: Tensor])
  /// A checkpoint's shapes by name, for asking whether they fit; parameters are memory that is never written or
  /// read.
  case shapes([String: Shape])
  /// Fresh random numbers: convolutions and linear layers by He et al. 2015 (1502.01852, fan-out within a group
  /// for convolutions), batch norms the identity, biases zero. Each parameter is drawn from its own stream, so
  /// that the order of building does not matter.
  ///
  /// `width` 64 is the published width; `ChannelScaling` says how channels shrink or grow with it. `hidden` gives
  /// the hidden fully connected layers a size of their own.
  case random(seed: UInt64, width: Int, classes: Int, hidden: Int?)
  /// The published shapes, in memory that is never written or read.
  case unset

  /// The keys a network must use up; empty for random numbers.
  var keys: Set<String> {
    switch self {
    case .checkpoint(let tensors): Set(tensors.keys)
    case .shapes(let shapes): Set(shapes.keys)
    case .random, .unset: []
    }
  }

  /// The width that stands for the published one (the first stage's channels in ResNets and BagNets), and the
  /// published number of classes.
  static let (standardWidth, standardClasses) = (64, 1000)

  /// Dimension 0 of the checkpoint's parameter `key`; for random numbers `standard`, scaled with the width.
  func size(
    of key: String, standard: Int, scaling: ChannelScaling, architecture: String
  ) throws -> Int {
    let shape: Shape
    switch self {
    case .checkpoint(let tensors): shape = try find(key, in: tensors, architecture).shape
    case .shapes(let shapes): shape = try find(key, in: shapes, architecture)
    case .random(_, let width, _, let hidden):
      if case .hidden = scaling, let hidden { return hidden }
      return scaling.channels(standard, width: width)
    case .unset: return standard
    }
    guard shape.rank > 0, shape[0] > 0 else {
      throw ModelError.wrongShape(
        architecture: architecture, key: key, expected: "[\(standard), …]", found: shape)
    }
    return shape[0]
  }

  /// The last dimension of the convolution's parameter `key`; for random numbers `standard`.
  func kernel(of key: String, standard: Int, architecture: String) throws -> Int {
    let shape: Shape
    switch self {
    case .checkpoint(let tensors): shape = try find(key, in: tensors, architecture).shape
    case .shapes(let shapes): shape = try find(key, in: shapes, architecture)
    case .random, .unset: return standard
    }
    guard shape.rank == 4, shape[3] > 0 else {
      throw ModelError.wrongShape(
        architecture: architecture, key: key, expected: "[…, …, \(standard), \(standard)]", found: shape)
    }
    return shape[3]
  }

  /// The number of classes by the last layer's parameter `key`.
  func classCount(of key: String, architecture: String) throws -> Int {
    let standard = ParameterSource.standardClasses
    if case .random(_, _, let classes, _) = self { return classes }
    return try size(of: key, standard: standard, scaling: .fixed, architecture: architecture)
  }

  /// The parameter `key`, of exactly `shape`.
  ///
  /// - Parameter groups: of the convolution it belongs to.
  func tensor(_ key: String, _ shape: Shape, groups: Int, architecture: String) throws -> Tensor {
    func requireShape(_ found: Shape) throws {
      guard found == shape else {
        throw ModelError.wrongShape(
          architecture: architecture, key: key, expected: "\(shape)", found: found)
      }
    }
    switch self {
    case .checkpoint(let tensors):
      let tensor = try find(key, in: tensors, architecture)
      try requireShape(tensor.shape)
      return tensor
    case .shapes(let shapes):
      try requireShape(try find(key, in: shapes, architecture))
      return Tensor(uninitialized: shape) { _ in }
    case .random(let seed, _, _, _):
      return ParameterSource.initial(key, shape, groups: groups, seed: seed)
    case .unset:
      return Tensor(uninitialized: shape) { _ in }
    }
  }

  private func find<Entry>(
    _ key: String, in entries: [String: Entry], _ architecture: String
  ) throws -> Entry {
    guard let entry = entries[key] else {
      throw ModelError.missingParameter(architecture: architecture, key: key, found: Array(entries.keys))
    }
    return entry
  }

  private static func initial(_ key: String, _ shape: Shape, groups: Int, seed: UInt64) -> Tensor {
    let ones = key.hasSuffix(".running_var") || (key.hasSuffix(".weight") && shape.rank == 1)
    if ones { return Tensor(repeating: 1, shape: shape) }
    guard shape.rank > 1 else { return Tensor(zeros: shape) }
    // FNV-1a over the key picks the stream.
    let stream = key.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var generator = SeededGenerator(seed: seed, stream: stream)
    let fan = shape.rank == 4 ? shape[0] / groups * shape[2] * shape[3] : shape[1]
    return Tensor(normal: (2 / Float(fan)).squareRoot(), shape: shape, using: &generator)
  }
}
