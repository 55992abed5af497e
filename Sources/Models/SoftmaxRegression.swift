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

  /// - Parameters:
  ///   - features: `[examples, features]`
  ///   - labels: one class index an example.
  ///   - classes: at least 2.
  ///   - penalty: the factor of half the squared weights (of standardised features) that is added to the mean
  ///     cross-entropy; above 0 there is exactly one solution.
  public init(
    _ features: Tensor, labels: [Int], classes: Int, penalty: Double, workers: Workers
  ) {
    let scaling = Scaling(features)
    let (standard, inputs) = (scaling.standardised(features), features.shape[1])
    let pass = Pass(workers: workers, wanted: .parameters)
    let examples = Double(labels.count)

    func split(_ point: [Double]) -> Linear {
      let numbers = point.map { Float($0) }
      return Linear(
        weight: Tensor(Array(numbers[..<(classes * inputs)]), shape: [classes, inputs]),
        bias: Tensor(Array(numbers[(classes * inputs)...]), shape: [classes]))
    }

    let start = [Double](repeating: 0, count: classes * (inputs + 1))
    let best = LimitedMemoryBFGS().minimum(from: start) { point in
      let recorded = split(point).recordingForward([standard], pass)
      var (values, slope) = Loss.crossEntropy().evaluate(recorded.output, classes: labels)
      slope.scale(by: Float(1 / examples))
      let found = recorded.pullback(slope).parameters
      var value = values.reduce(0, +) / examples
      var gradient: [Double] = []
      gradient.reserveCapacity(point.count)
      for key in ["weight", "bias"] { gradient += (found[key]?.elements ?? []).map { Double($0) } }
      for index in 0..<classes * inputs {
        value += penalty / 2 * point[index] * point[index]
        gradient[index] += penalty * point[index]
      }
      values = []
      return (value, gradient)
    }
    let folded = scaling.folded(best.point, classes: classes)
    weight = Tensor(folded.weight, shape: [classes, inputs])
    bias = Tensor(folded.bias, shape: [classes])
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

/// Mean and deviation of each feature over the examples.
private struct Scaling {
  let mean: [Double]
  /// Never zero: a feature that hardly moves is not blown up.
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
    let floor = max(1e-12, 0.01 * plain.reduce(0, +) / Double(max(columns, 1)))
    self.mean = mean
    deviation = plain.map { max($0, floor) }
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
