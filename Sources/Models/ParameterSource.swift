import Layers
import Tensors

/// Where a network's parameters come from.
enum ParameterSource: Sendable {
  /// A checkpoint's tensors by name.
  case checkpoint([String: Tensor])
  /// Fresh random numbers: convolutions and linear layers by He et al. 2015 (1502.01852, fan-out for
  /// convolutions as torchvision does), batch norms the identity, biases zero. Each parameter is drawn from
  /// its own stream, so that the order of building does not matter.
  ///
  /// `width` is the channels of the first stage, 64 as published; all others shrink or grow with it.
  case random(seed: UInt64, width: Int, classes: Int)
  /// Memory that is never written or read, for asking about shapes alone.
  case unset

  /// The keys a network must use up; empty for random numbers.
  var keys: Set<String> {
    switch self {
    case .checkpoint(let tensors): Set(tensors.keys)
    case .random, .unset: []
    }
  }

  /// The published channels of the first stage, and the published number of classes.
  static let (standardWidth, standardClasses) = (64, 1000)

  /// Dimension 0 of the checkpoint's parameter `key`; for random numbers `standard`, scaled with the width.
  func size(of key: String, standard: Int, architecture: String) throws -> Int {
    switch self {
    case .checkpoint(let tensors):
      let shape = try find(key, in: tensors, architecture).shape
      guard shape.rank > 0, shape[0] > 0 else {
        throw ModelError.wrongShape(
          architecture: architecture, key: key, expected: "[\(standard), …]", found: shape)
      }
      return shape[0]
    case .random(_, let width, _): return max(1, standard * width / ParameterSource.standardWidth)
    case .unset: return standard
    }
  }

  /// The last dimension of the convolution's parameter `key`; for random numbers `standard`.
  func kernel(of key: String, standard: Int, architecture: String) throws -> Int {
    guard case .checkpoint(let tensors) = self else { return standard }
    let shape = try find(key, in: tensors, architecture).shape
    guard shape.rank == 4, shape[3] > 0 else {
      throw ModelError.wrongShape(
        architecture: architecture, key: key, expected: "[…, …, \(standard), \(standard)]", found: shape)
    }
    return shape[3]
  }

  /// The number of classes by the last layer's parameter `key`.
  func classCount(of key: String, architecture: String) throws -> Int {
    let standard = ParameterSource.standardClasses
    if case .random(_, _, let classes) = self { return classes }
    return try size(of: key, standard: standard, architecture: architecture)
  }

  /// The parameter `key`, of exactly `shape`.
  func tensor(_ key: String, _ shape: Shape, architecture: String) throws -> Tensor {
    switch self {
    case .checkpoint(let tensors):
      let tensor = try find(key, in: tensors, architecture)
      guard tensor.shape == shape else {
        throw ModelError.wrongShape(
          architecture: architecture, key: key, expected: "\(shape)", found: tensor.shape)
      }
      return tensor
    case .random(let seed, _, _):
      return ParameterSource.initial(key, shape, seed: seed)
    case .unset:
      return Tensor(uninitialized: shape) { _ in }
    }
  }

  private func find(
    _ key: String, in tensors: [String: Tensor], _ architecture: String
  ) throws -> Tensor {
    guard let tensor = tensors[key] else {
      throw ModelError.missingParameter(architecture: architecture, key: key, found: Array(tensors.keys))
    }
    return tensor
  }

  private static func initial(_ key: String, _ shape: Shape, seed: UInt64) -> Tensor {
    let ones = key.hasSuffix(".running_var") || (key.hasSuffix(".weight") && shape.rank == 1)
    if ones { return Tensor(repeating: 1, shape: shape) }
    guard shape.rank > 1 else { return Tensor(zeros: shape) }
    // FNV-1a over the key picks the stream.
    let stream = key.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var generator = SeededGenerator(seed: seed, stream: stream)
    let fan = shape.rank == 4 ? shape[0] * shape[2] * shape[3] : shape[1]
    return Tensor(normal: (2 / Float(fan)).squareRoot(), shape: shape, using: &generator)
  }
}
