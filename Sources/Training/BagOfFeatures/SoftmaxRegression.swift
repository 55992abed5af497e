import Layers
import Tensors

/// A linear decision among classes: multinomial logistic regression with an L2 penalty on standardised features.
///
/// Features are shifted to mean 0 and scaled to deviation 1 on the examples; the scaling is folded into the
/// weights, so that the decision is linear in the features as they come.
public struct SoftmaxRegression: Sendable {
  /// `[classes, features]`
  public let weight: Tensor
  /// `[classes]`
  public let bias: Tensor

  fileprivate init(weight: Tensor, bias: Tensor) { (self.weight, self.bias) = (weight, bias) }

  /// - Parameters:
  ///   - features: `[examples, features]`
  ///   - labels: one class index an example.
  ///   - classes: at least 2.
  ///   - penalty: the factor of half the squared weights (of standardised features) that is added to the mean
  ///     cross-entropy; above 0 there is exactly one solution.
  public init(
    _ features: Tensor, labels: [Int], classes: Int, penalty: Double, workers: Workers
  ) {
    let problem = RegressionProblem(features, labels: labels, classes: classes, workers: workers)
    self = problem.decision(at: problem.solution(penalty: penalty, from: problem.origin))
  }

  /// One decision for each penalty, in their order; each begins where the one before it ended, so that falling
  /// penalties are quick.
  public static func path(
    _ features: Tensor, labels: [Int], classes: Int, penalties: [Double], workers: Workers
  ) -> [SoftmaxRegression] {
    let problem = RegressionProblem(features, labels: labels, classes: classes, workers: workers)
    var point = problem.origin
    return penalties.map { penalty in
      point = problem.solution(penalty: penalty, from: point)
      return problem.decision(at: point)
    }
  }

  /// The class of greatest logit of each example, the lowest among equals.
  public func decisions(_ features: Tensor, on workers: Workers) -> [Int] {
    let logits = Linear(weight: weight, bias: bias).forward([features], Pass(workers: workers, wanted: []))
    let (classes, numbers) = (logits.shape[1], logits.elements)
    return (0..<logits.shape[0]).map { row in
      (1..<max(classes, 1)).reduce(0) {
        numbers[row * classes + $1] > numbers[row * classes + $0] ? $1 : $0
      }
    }
  }

  /// The share of examples decided as labelled.
  public func accuracy(_ features: Tensor, labels: [Int], on workers: Workers) -> Double {
    let right = zip(decisions(features, on: workers), labels).count { $0 == $1 }
    return Double(right) / Double(max(labels.count, 1))
  }
}

/// The mean cross-entropy of a linear decision on standardised features. A point is all weights, class after class,
/// then the biases.
private struct RegressionProblem {
  private let features: Tensor
  private let labels: [Int]
  private let classes: Int
  private let scaling: Scaling
  private let workers: Workers

  /// Examples of a block; blocks' gradients are summed in their order.
  private static let block = 512

  init(_ features: Tensor, labels: [Int], classes: Int, workers: Workers) {
    precondition(features.shape[0] == labels.count && classes >= 2, "one class an example, of at least two")
    scaling = Scaling(features)
    self.features = scaling.standardised(features)
    (self.labels, self.classes, self.workers) = (labels, classes, workers)
  }

  private var inputs: Int { features.shape[1] }
  var origin: [Double] { [Double](repeating: 0, count: classes * (inputs + 1)) }

  func solution(penalty: Double, from start: [Double]) -> [Double] {
    LimitedMemoryBFGS().minimum(from: start) { value(at: $0, penalty: penalty) }.point
  }

  func decision(at point: [Double]) -> SoftmaxRegression {
    let folded = scaling.folded(point, classes: classes)
    return SoftmaxRegression(
      weight: Tensor(folded.weight, shape: [classes, inputs]), bias: Tensor(folded.bias, shape: [classes]))
  }

  // value = mean_n −log softmax(W x_n + b)[label_n] + penalty / 2 · |W|²
  // d W = mean_n (softmax − one-hot)_n x_nᵀ + penalty · W;  d b = mean_n (softmax − one-hot)_n
  private func value(at point: [Double], penalty: Double) -> (value: Double, gradient: [Double]) {
    let (examples, size, weights) = (labels.count, inputs, classes * inputs)
    let numbers = point.map { Float($0) }
    let blocks = (examples + RegressionProblem.block - 1) / RegressionProblem.block
    var losses = [Double](repeating: 0, count: blocks)
    // The gradient of each block.
    let parts = Tensor(uninitialized: [max(blocks, 1), point.count]) { target in
      target.initialize(repeating: 0)
      features.withUnsafeBuffer { features in
        numbers.withUnsafeBufferPointer { point in
          losses.withUnsafeMutableBufferPointer { sums in
            guard let features = features.baseAddress, let point = point.baseAddress,
              let target = target.baseAddress
            else { return }
            nonisolated(unsafe) let (losses, rows, numbers, parts) = (sums, features, point, target)
            workers.forEach(blocks) { index in
              let first = index * RegressionProblem.block
              let count = min(RegressionProblem.block, examples - first)
              let logits = Tensor(uninitialized: [count, classes]) { logits in
                guard let logits = logits.baseAddress else { return }
                for row in 0..<count {
                  (logits + row * classes).update(from: numbers + weights, count: classes)
                }
                matrixProduct(
                  m: count, n: classes, k: size, a: rows + first * size, aStride: size, b: numbers,
                  bStride: size, transposedB: true, beta: 1, c: logits, cStride: classes)
              }
              let (values, slope) = Loss.crossEntropy().evaluate(
                logits, classes: Array(labels[first..<first + count]))
              losses[index] = values.reduce(0, +)
              let part = parts + index * (weights + classes)
              slope.withUnsafeBuffer { slope in
                guard let slope = slope.baseAddress else { return }
                matrixProduct(
                  m: classes, n: size, k: count, a: slope, aStride: classes, transposedA: true,
                  b: rows + first * size, bStride: size, c: part, cStride: size)
                for row in 0..<count {
                  for label in 0..<classes { part[weights + label] += slope[row * classes + label] }
                }
              }
            }
          }
        }
      }
    }
    var value = losses.reduce(0, +) / Double(examples)
    var gradient = [Double](repeating: 0, count: point.count)
    parts.withUnsafeBuffer { parts in
      for block in 0..<blocks {
        for index in gradient.indices { gradient[index] += Double(parts[block * point.count + index]) }
      }
    }
    for index in gradient.indices { gradient[index] /= Double(examples) }
    for index in 0..<weights {
      value += penalty / 2 * point[index] * point[index]
      gradient[index] += penalty * point[index]
    }
    return (value, gradient)
  }
}

/// Mean and deviation of each feature over the examples.
private struct Scaling {
  let mean: [Double]
  /// 1 for a feature that does not move.
  let deviation: [Double]

  init(_ features: Tensor) {
    let (rows, columns) = (features.shape[0], features.shape[1])
    var (sums, squares) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
    features.withUnsafeBuffer { buffer in
      for row in 0..<rows {
        for column in 0..<columns { sums[column] += Double(buffer[row * columns + column]) }
      }
    }
    let mean = sums.map { $0 / Double(max(rows, 1)) }
    features.withUnsafeBuffer { buffer in
      for row in 0..<rows {
        for column in 0..<columns {
          let distance = Double(buffer[row * columns + column]) - mean[column]
          squares[column] += distance * distance
        }
      }
    }
    let plain = squares.map { ($0 / Double(max(rows, 1))).squareRoot() }
    self.mean = mean
    // What is no more than rounding is left as it is: less its mean it is zero.
    deviation = zip(plain, mean).map { $0 > 1e-5 * abs($1) ? $0 : 1 }
  }

  func standardised(_ features: Tensor) -> Tensor {
    let columns = mean.count
    return Tensor(uninitialized: features.shape) { target in
      features.withUnsafeBuffer { source in
        for index in source.indices {
          let column = index % columns
          target[index] = Float((Double(source[index]) - mean[column]) / deviation[column])
        }
      }
    }
  }

  /// The decision on features as they come, from weights and biases for standardised ones.
  func folded(_ point: [Double], classes: Int) -> (weight: [Float], bias: [Float]) {
    let columns = mean.count
    var weight: [Float] = []
    var bias: [Float] = []
    for label in 0..<classes {
      var shift = point[classes * columns + label]
      for column in 0..<columns {
        let scaled = point[label * columns + column] / deviation[column]
        weight.append(Float(scaled))
        shift -= scaled * mean[column]
      }
      bias.append(Float(shift))
    }
    return (weight, bias)
  }
}
