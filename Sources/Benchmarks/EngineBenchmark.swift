import Files
import Tensors

/// How fast the engine runs, beside what this machine's matrix product reaches between the repetitions.
public struct EngineBenchmark: Sendable {
  /// One timed case.
  public struct Case: Sendable, Hashable {
    /// The network's name and the task's title: `bagnet33 forward`.
    public let name: String
    /// As `BenchmarkTask.named` takes it.
    public let task: String
    /// The pictures that one repetition takes.
    public let batch: Int
    /// The pictures' size in pixels.
    public let height, width: Int
    /// Of each timed repetition in order, for all its pictures.
    public let allSeconds: [Double]
    /// What the matrix product reached before this case and after each of its repetitions: the median.
    public let gemmGflops: Double
    /// Multiplications and additions of one repetition; nil where the task has no such count.
    public let operations: Double?

    /// The median over the repetitions.
    public var seconds: Double { EngineBenchmark.median(allSeconds) }
    public var gflops: Double? { operations.map { 1e-9 * $0 / seconds } }
    /// The share of the matrix product's speed measured beside it.
    public var fractionOfGemm: Double? { gflops.map { $0 / gemmGflops } }
  }

  /// Timed repetitions of each case; one untimed goes before.
  public let repetitions: Int
  private var limit: MatrixProductLimit

  public init(workers: Workers, repetitions: Int) {
    self.repetitions = max(1, repetitions)
    limit = MatrixProductLimit(workers: workers)
  }

  /// The median of the matrix product's speed over all measurements so far; nil before the first case.
  public var gemmGflops: Double? { limit.samples.isEmpty ? nil : EngineBenchmark.median(limit.samples) }

  /// Times a task on a network.
  ///
  /// - Throws: `LayerError`, `ModelError` or `ProbeError` when the pictures do not suit the network or the task.
  public mutating func measure(_ task: BenchmarkTask, on subject: BenchmarkSubject) throws -> Case {
    let prepared = try task.prepare(subject)
    try prepared.run()
    let clock = ContinuousClock()
    var limits = [limit.measure()]
    let times = try (0..<repetitions).map { _ in
      let seconds = try clock.measure(prepared.run).inSeconds
      limits.append(limit.measure())
      return seconds
    }
    return Case(
      name: "\(subject.name) \(task.title)", task: task.name,
      batch: prepared.pictures ?? subject.images.shape[0], height: subject.images.shape[2],
      width: subject.images.shape[3], allSeconds: times,
      gemmGflops: EngineBenchmark.median(limits), operations: prepared.operations)
  }

  /// The middle value, or the mean of the two in the middle; traps when there is none.
  static func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "no value has no median")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
