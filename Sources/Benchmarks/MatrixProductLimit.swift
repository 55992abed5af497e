import Files
import Tensors

/// The speed of this machine's matrix product, which no network built on it can pass; measured again and again,
/// for on a busy machine it changes from minute to minute.
struct MatrixProductLimit: Sendable {
  private let workers: Workers
  /// GFLOP a second, in the order of measuring.
  private(set) var samples: [Double] = []

  /// Rows and columns of the matrices.
  private static let side = 1024
  /// Products that each worker computes for one timing.
  private static let rounds = 2
  /// Timings of one measurement.
  private static let timings = 3

  init(workers: Workers) { self.workers = workers }

  /// GFLOP a second of 1,024³ products now, one on each worker with one BLAS thread each: the median of three.
  mutating func measure() -> Double {
    let (side, rounds) = (MatrixProductLimit.side, MatrixProductLimit.rounds)
    let a = Tensor(repeating: 0.5, shape: [side, side])
    var c = Tensor(zeros: [workers.count, side, side])
    let clock = ContinuousClock()
    let times = (0..<MatrixProductLimit.timings).map { _ in
      clock.measure {
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
      }.inSeconds
    }
    let operations = 2 * Double(side * side * side) * Double(rounds * workers.count)
    let speed = 1e-9 * operations / EngineBenchmark.median(times)
    samples.append(speed)
    return speed
  }
}
