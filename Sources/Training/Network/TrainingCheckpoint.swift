import Checkpoints
import Files
import Tensors

/// Everything a training needs to go on after its process has ended, in one safetensors file.
///
/// All randomness of a training follows from its seed and its place in the run, so a place is all of the random
/// state there is.
public struct TrainingCheckpoint: Sendable {
  /// The network's parameters and running statistics by checkpoint key.
  public var parameters: [String: Tensor]
  /// The optimiser's velocity by the same keys; empty without momentum.
  public var velocity: [String: Tensor]
  /// The averaged parameters and running statistics; empty where nothing is averaged.
  public var averages: [String: Tensor]
  /// The trainer's own notes: where the run stands and which it is.
  public var notes: String

  public init(
    parameters: [String: Tensor], velocity: [String: Tensor] = [:], averages: [String: Tensor] = [:],
    notes: String
  ) {
    self.parameters = parameters
    self.velocity = velocity
    self.averages = averages
    self.notes = notes
  }

  /// The metadata key of the notes.
  private static let notesKey = "patchwork.training"
  /// What stands before the keys of each part.
  private static var parts: [(prefix: String, part: WritableKeyPath<TrainingCheckpoint, [String: Tensor]>)] {
    [("parameter/", \.parameters), ("velocity/", \.velocity), ("average/", \.averages)]
  }

  /// Reads a checkpoint.
  ///
  /// - Throws: `FileError` or `CheckpointError` when the file cannot be read, `TrainingError.badTrainingCheckpoint` when
  ///   it is something else.
  public init(contentsOf path: String) throws {
    let file = try Checkpoint.read(path)
    guard file.format == .safeTensors, let notes = file.metadata[TrainingCheckpoint.notesKey] else {
      throw TrainingError.badTrainingCheckpoint(path: path, reason: "no notes of a training")
    }
    self.init(parameters: [:], notes: notes)
    for (key, tensor) in file.tensors {
      guard let (prefix, part) = TrainingCheckpoint.parts.first(where: { key.hasPrefix($0.prefix) }) else {
        throw TrainingError.badTrainingCheckpoint(path: path, reason: "a tensor of no known part")
      }
      self[keyPath: part][String(key.dropFirst(prefix.count))] = tensor
    }
  }

  /// Writes the checkpoint whole, in fp32: an interrupted write leaves the older one.
  ///
  /// - Throws: `FileError.unwritable`.
  public func write(to path: String) throws {
    var tensors: [String: Tensor] = [:]
    for (prefix, part) in TrainingCheckpoint.parts {
      for (key, tensor) in self[keyPath: part] { tensors[prefix + key] = tensor }
    }
    try SafeTensors.write(tensors, metadata: [TrainingCheckpoint.notesKey: notes], to: path)
  }

  /// Checks that the tensors are those of a network with these parameters.
  ///
  /// - Throws: `TrainingError.badTrainingCheckpoint`.
  public func requireShapes(of expected: [String: Tensor], path: String) throws {
    func require(_ isRight: Bool, _ reason: String) throws {
      if !isRight { throw TrainingError.badTrainingCheckpoint(path: path, reason: reason) }
    }
    try require(Set(parameters.keys) == Set(expected.keys), "other parameters than the network's")
    for (_, part) in TrainingCheckpoint.parts {
      for (key, tensor) in self[keyPath: part] {
        try require(tensor.shape == expected[key]?.shape, "another shape of a parameter than the network's")
      }
    }
  }
}
