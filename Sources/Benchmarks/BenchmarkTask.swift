/// Something a network can be timed at.
///
/// A new task is one file with a value of this type and one line in the catalogue.
public struct BenchmarkTask: Sendable {
  /// As the command line takes it: `input-gradient`.
  public let name: String
  /// What a case is called after the network's name: `forward+input-gradient`.
  public let title: String
  /// What one repetition does, in a few words.
  public let summary: String
  /// Whether it is timed when nothing is asked for.
  public let isDefault: Bool
  /// Does what happens once, such as folding, and gives what is timed.
  let prepare: @Sendable (BenchmarkSubject) throws -> PreparedBenchmark

  init(
    name: String, title: String, summary: String, isDefault: Bool = false,
    prepare: @escaping @Sendable (BenchmarkSubject) throws -> PreparedBenchmark
  ) {
    self.name = name
    self.title = title
    self.summary = summary
    self.isDefault = isDefault
    self.prepare = prepare
  }

  /// Every task there is.
  public static let catalogue: [BenchmarkTask] = [
    .forward, .inputGradient, .trainingStep, .stickerStep, .occlusion, .heatmap, .positions,
  ]

  /// The task of that name; nil when there is none.
  public static func named(_ name: String) -> BenchmarkTask? { catalogue.first { $0.name == name } }
}

/// What is timed.
struct PreparedBenchmark {
  /// Multiplications and additions of one repetition; nil where they cannot be counted in passes.
  let operations: Double?
  /// How many of the batch's pictures one repetition takes; nil for all.
  var pictures: Int?
  /// One repetition.
  let run: () throws -> Void
}
