/// What a file holds and whether it is safe, without the file having to suit any network. Nothing in the
/// file is executed.
public struct CheckpointInspection: Sendable, Codable, Equatable {
  /// One tensor as stored.
  public struct TensorEntry: Sendable, Codable, Equatable {
    /// The name `Checkpoint.tensors` has it under.
    public let name: String
    /// The stored element type, as safetensors spells it.
    public let dtype: ScalarType
    public let shape: [Int]
  }

  public let format: Checkpoint.Format
  /// Whether no reader of the format would run code or be misled by the file. Patchwork itself runs nothing
  /// in either case.
  public let safe: Bool
  /// Why the file is not safe, or why it holds no tensors; nil when there is nothing to say.
  public let reason: String?
  /// The tensors in the order of the file; empty when the file is refused.
  public let tensors: [TensorEntry]
  /// What the file's pickles name, as `module.name`, each once, sorted.
  public let globals: [String]
}

extension Checkpoint {
  /// Looks into a file.
  ///
  /// A pickle that names something dangerous, and an archive built to mislead, give `safe == false` with the
  /// reason, and so does a name this reader does not know: reading goes on past it, but another reader would
  /// import it.
  ///
  /// - Throws: `FileError` when the file cannot be read, `CheckpointError` when it is damaged or of another
  ///   format.
  public static func inspect(_ path: String) throws -> CheckpointInspection {
    try inspect(try CheckpointFile(reading: path))
  }

  /// Looks into bytes already in memory.
  static func inspect(_ file: CheckpointFile) throws -> CheckpointInspection {
    let format = try Format(sniffing: file)
    var globals: [PickleGlobal] = []
    var entries: [CheckpointInspection.TensorEntry] = []
    var refusal: CheckpointError?
    do {
      if format == .onnx {
        entries = try ONNXFile(file).inspection()
      } else {
        let contents = try format.contents(of: file, policy: .note, globals: &globals)
        entries = contents.layouts.map { .init(name: $0, dtype: $1.type, shape: $1.sizes) }
      }
    } catch let error as CheckpointError {
      refusal = error
    }
    let names = Set(globals.map(\.description)).sorted()
    func inspection(safe: Bool, _ reason: String?) -> CheckpointInspection {
      CheckpointInspection(format: format, safe: safe, reason: reason, tensors: entries, globals: names)
    }
    if let dangerous = globals.first(where: { $0.judgement == .dangerous }) {
      let error = CheckpointError.dangerousGlobal(path: file.path, name: dangerous.description)
      return inspection(safe: false, error.description)
    }
    if let refusal, refusal.isSuspicious { return inspection(safe: false, refusal.description) }
    if let refusal, !refusal.isAbsenceOfTensors { throw refusal }
    if let unknown = globals.first(where: { $0.judgement == .unknown }) {
      let error = CheckpointError.unknownGlobal(path: file.path, name: unknown.description)
      return inspection(safe: false, error.description)
    }
    return inspection(safe: true, refusal?.description)
  }
}
