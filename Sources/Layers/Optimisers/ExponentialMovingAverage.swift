import Tensors

/// Averages of a network's parameters and running statistics over the steps of its training, in which older steps
/// count exponentially less (Polyak & Juditsky 1992; in the form of Tarvainen & Valpola 2017, 1703.01780).
///
///     average ← the values themselves                              (first update)
///     average ← average + (1 − decay) · (value − average)          (after it)
public struct ExponentialMovingAverage: Sendable {
  /// What the average keeps of itself at each update, in 0..<1.
  public let decay: Double
  /// Whether the n-th update, counted from 0, keeps at most (1 + n) / (10 + n), so that a short training does not
  /// remember its random start.
  public let isWarm: Bool
  /// By checkpoint key; empty before the first update.
  public private(set) var values: [String: Tensor]
  /// Updates so far.
  public private(set) var updates: Int

  /// - Parameters:
  ///   - values: of an earlier run, with its number of `updates`.
  public init(decay: Double, isWarm: Bool = false, values: [String: Tensor] = [:], updates: Int = 0) {
    precondition((0..<1).contains(decay), "a decay lies in 0..<1, found \(decay)")
    self.decay = decay
    self.isWarm = isWarm
    self.values = values
    self.updates = updates
  }

  /// Takes the values after a step into the averages; the same keys and shapes every time.
  public mutating func update(_ parameters: [String: Tensor], on workers: Workers) {
    defer { updates += 1 }
    guard updates > 0 else {
      values = parameters
      return
    }
    let kept = isWarm ? min(decay, Double(1 + updates) / Double(10 + updates)) : decay
    let share = Float(1 - kept)
    for (key, parameter) in parameters {
      // Taken out, so that it has one owner and is written in place.
      guard var average = values.removeValue(forKey: key), average.shape == parameter.shape else {
        preconditionFailure("'\(key)' has no average of its shape")
      }
      average.withUnsafeMutableBuffer { average in
        parameter.withUnsafeBuffer { parameter in
          guard let a = average.baseAddress, let p = parameter.baseAddress else { return }
          let (target, source) = (a, p)
          workers.forEachRange(of: parameter.count) { elements in
            for index in elements { target[index] += share * (source[index] - target[index]) }
          }
        }
      }
      values[key] = average
    }
  }
}
