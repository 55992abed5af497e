import Tensors

/// A file of named tensors, read without executing anything in it.
public struct Checkpoint: Sendable {
  /// The container a checkpoint came in.
  public enum Format: String, Sendable, Codable {
    case torchLegacy = "torch-legacy"
    case torchZip = "torch-zip"
    case safeTensors = "safetensors"
  }

  public let format: Format
  /// The tensors by name, converted to fp32, prefixes such as `state_dict` and `module.` removed.
  public let tensors: [String: Tensor]
  /// The file's own string metadata (safetensors `__metadata__`); empty for others.
  public let metadata: [String: String]

  public init(format: Format, tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.format = format
    self.tensors = tensors
    self.metadata = metadata
  }
}
