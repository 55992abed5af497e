import Foundation
import Layers
import Models
import Tensors

/// How fast the engine runs, beside what this machine's matrix product reaches in the same run.
public struct EngineBenchmark: Sendable {
  /// Which pass is timed.
  public enum Task: String, Sendable, CaseIterable, Codable {
    case forward
    case inputGradient = "forward+input-gradient"
  }

  /// One timed case.
  public struct Case: Sendable, Hashable, Codable {
    /// Architecture and task: `bagnet33 forward`.
    public let name: String
    public let batch: Int
    /// The median over the repetitions, of a whole batch.
    public let seconds: Double
    public let gflops: Double
    public let fractionOfGemm: Double
  }

  public let workers: Workers
  /// Timed repetitions of each case; their median counts. One untimed pass goes before.
  public let repetitions: Int

  public init(workers: Workers, repetitions: Int) {
    self.workers = workers
    self.repetitions = max(1, repetitions)
  }

  /// GFLOP a second of 1,024³ matrix products, one on each worker with one BLAS thread each.
  public func measureMatrixProduct() -> Double {
    let side = 1024
    let a = Tensor(repeating: 0.5, shape: [side, side])
    var c = Tensor(zeros: [workers.count, side, side])
    let rounds = 4
    let seconds = median {
      c.withUnsafeMutableBuffer { target in
        a.withUnsafeBuffer { source in
          guard let a = source.baseAddress, let c = target.baseAddress else { return }
          workers.forEach(workers.count) { block in
            for _ in 0..<rounds {
              matrixProduct(
                m: side, n: side, k: side, a: a, aStride: side, b: a, bStride: side,
                c: c + block * side * side, cStride: side)
            }
          }
        }
      }
    }
    return 2e-9 * pow(Double(side), 3) * Double(rounds * workers.count) / seconds
  }

  /// Times one architecture with random parameters at its published width.
  ///
  /// - Parameter side: the picture's height and width in pixels.
  /// - Throws: `ModelError` or `LayerError` when there is no such network or the picture is too small.
  public func measure(
    _ architecture: Architecture, batch: Int, side: Int, task: Task, gemmGflops: Double
  ) throws -> Case {
    let network = try architecture.randomNetwork(seed: 1).folded()
    var generator = SeededGenerator(seed: 2)
    let images = Tensor(uniform: 0...1, shape: [batch, 3, side, side], using: &generator)
    let operations = try network.operationCount(for: images.shape)
    let classes = try network.outputShape(for: images.shape)
    let seconds: Double
    switch task {
    case .forward:
      seconds = try median { _ = try network.forward(images, on: workers) }
    case .inputGradient:
      let gradient = Tensor(repeating: 1, shape: classes)
      seconds = try median {
        let recording = try network.recordingForward(images, Pass(workers: workers, wanted: .inputs))
        _ = recording.pullback(gradient)
      }
    }
    let gflops = 1e-9 * operations * (task == .forward ? 1 : 2) / seconds
    return Case(
      name: "\(architecture.name) \(task.rawValue)", batch: batch, seconds: seconds, gflops: gflops,
      fractionOfGemm: gflops / gemmGflops)
  }

  /// The median duration of `body` over the repetitions, after one that does not count.
  private func median(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    try body()
    let times = try (0..<repetitions).map { _ in
      let duration = try clock.measure(body)
      return Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
    }.sorted()
    let middle = times.count / 2
    return times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
  }
}
