import Foundation
import Tensors

/// A file of named tensors, read without executing anything in it.
public struct Checkpoint: Sendable {
  /// The container a checkpoint came in.
  public enum Format: String, Sendable, Codable {
    case torchLegacy = "torch-legacy"
    case torchZip = "torch-zip"
    case safeTensors = "safetensors"
    case onnx
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

  /// Reads the tensors of a PyTorch or safetensors file, whichever its bytes say it is.
  ///
  /// The state dict is found under `state_dict`, `model_state_dict` or `model` where it is wrapped; entries
  /// that are no tensors are left out.
  ///
  /// - Throws: `FileError` when the file cannot be read, `CheckpointError` when it is damaged, hostile, of
  ///   another format, holds no tensors, or is an ONNX network, which `ONNXFile` reads.
  public static func read(_ path: String) throws -> Checkpoint {
    try read(try CheckpointFile(reading: path))
  }

  /// Reads the bytes of a file, as `read(_:)` does.
  ///
  /// - Parameter path: the file's, for messages.
  public static func read(_ bytes: Data, path: String) throws -> Checkpoint {
    try read(CheckpointFile(path: path, bytes: bytes))
  }

  /// Reads bytes already in memory.
  static func read(_ file: CheckpointFile) throws -> Checkpoint {
    let format = try Format(sniffing: file)
    var globals: [PickleGlobal] = []
    let contents = try format.contents(of: file, policy: .refuse, globals: &globals)
    guard !contents.layouts.isEmpty else {
      throw CheckpointError.noTensors(path: file.path, found: "an empty file")
    }
    var tensors: [String: Tensor] = [:]
    tensors.reserveCapacity(contents.layouts.count)
    for (name, layout) in contents.layouts { tensors[name] = layout.tensor(from: file) }
    return Checkpoint(format: format, tensors: tensors, metadata: contents.metadata)
  }
}

extension Checkpoint.Format {
  /// The format that a file's first bytes say.
  ///
  /// - Throws: `CheckpointError.unrecognised`.
  init(sniffing file: CheckpointFile) throws {
    let first = file.withBytes(of: 0..<min(file.count, TorchLegacy.signature.count)) { Array($0) }
    if first.starts(with: ZipDirectory.signature) {
      self = .torchZip
    } else if first == TorchLegacy.signature {
      self = .torchLegacy
    } else if SafeTensors.isLikely(file) {
      self = .safeTensors
    } else if ONNXFile.isLikely(file) {
      self = .onnx
    } else {
      throw CheckpointError.unrecognised(path: file.path, firstBytes: Array(first.prefix(8)))
    }
  }

  /// Finds a file's tensors without converting them.
  func contents(
    of file: CheckpointFile, policy: PickleMachine.Policy, globals: inout [PickleGlobal]
  ) throws -> CheckpointContents {
    switch self {
    case .torchLegacy: try TorchLegacy.contents(of: file, policy: policy, globals: &globals)
    case .torchZip: try TorchZip.contents(of: file, policy: policy, globals: &globals)
    case .safeTensors: try SafeTensors.contents(of: file)
    case .onnx: throw CheckpointError.isNetwork(path: file.path)
    }
  }
}
