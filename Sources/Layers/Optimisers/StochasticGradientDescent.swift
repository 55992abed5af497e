import Tensors

/// Stochastic gradient descent with momentum (Polyak 1964), as PyTorch's `SGD` computes it without dampening:
/// weight decay is added to the gradient, and the learning rate multiplies the velocity and is no part of it.
///
///     g ← gradient + weightDecay · parameter
///     velocity ← momentum · velocity + g                          (from 0)
///     parameter ← parameter − learningRate · velocity
///     with Nesterov: parameter ← parameter − learningRate · (g + momentum · velocity)
///
/// (Nesterov's variant after Sutskever et al. 2013.) Every parameter with a gradient is decayed, or all but those
/// of one dimension: biases and the parameters of norms. Running statistics have no gradients and stay as they are.
public struct StochasticGradientDescent: Sendable {
  /// The step's length; may change from step to step.
  public var learningRate: Double
  /// The share of the velocity that each step keeps, in 0..<1; may change from step to step.
  public var momentum: Double
  /// How strongly parameters are drawn to zero: the factor of half their squared length in the loss.
  public let weightDecay: Double
  /// Whether parameters of one dimension, biases and those of norms, are decayed too.
  public let decaysVectors: Bool
  /// Whether the gradient is followed from where the velocity leads.
  public let isNesterov: Bool
  /// The velocity by the parameter's key; empty before the first step and without momentum.
  public private(set) var velocity: [String: Tensor]

  /// - Parameter velocity: of an earlier run.
  public init(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, decaysVectors: Bool = true,
    isNesterov: Bool = false, velocity: [String: Tensor] = [:]
  ) {
    precondition((0..<1).contains(momentum), "a momentum lies in 0..<1, found \(momentum)")
    precondition(!isNesterov || momentum > 0, "Nesterov's step needs a momentum")
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.decaysVectors = decaysVectors
    self.isNesterov = isNesterov
    self.velocity = velocity
  }

  /// Moves the parameters that have a gradient; the others stay.
  ///
  /// - Parameters:
  ///   - parameters: by key.
  ///   - gradients: by the same keys, each of its parameter's shape; traps for a key that no parameter has.
  public mutating func step(
    _ parameters: inout [String: Tensor], gradients: [String: Tensor], on workers: Workers
  ) {
    for (key, gradient) in gradients {
      guard let parameter = parameters[key] else {
        preconditionFailure("a gradient for '\(key)', which is no parameter")
      }
      parameters[key] = moved(parameter, key, by: gradient, on: workers)
    }
  }

  /// Moves the network's parameters that have a gradient; the others stay.
  ///
  /// - Parameter gradients: by checkpoint key, as a recording's pullback gives them.
  public mutating func step(_ network: inout Network, gradients: [String: Tensor], on workers: Workers) {
    var parameters = network.parameters.filter { gradients[$0.key] != nil }
    step(&parameters, gradients: gradients, on: workers)
    network.setParameters(parameters)
  }

  private mutating func moved(
    _ parameter: Tensor, _ key: String, by gradient: Tensor, on workers: Workers
  ) -> Tensor {
    precondition(
      gradient.shape == parameter.shape,
      "a gradient \(gradient.shape) for '\(key)', which is \(parameter.shape)")
    // Taken out, so that it has one owner and is written in place.
    var speed = velocity.removeValue(forKey: key)
    let decay = decaysVectors || parameter.shape.rank > 1 ? Float(weightDecay) : 0
    if speed == nil, momentum > 0 { speed = Tensor(zeros: parameter.shape) }
    let result = Tensor(uninitialized: parameter.shape) { target in
      parameter.withUnsafeBuffer { parameter in
        gradient.withUnsafeBuffer { gradient in
          guard let p = parameter.baseAddress, let g = gradient.baseAddress, let new = target.baseAddress
          else { return }
          if speed == nil {
            workers.forEachRange(of: target.count) { elements in
              descend(elements, p, g, decay, to: new)
            }
          } else {
            speed?.withUnsafeMutableBuffer { speed in
              guard let v = speed.baseAddress else { return }
              workers.forEachRange(of: target.count) { elements in
                descend(elements, p, g, decay, velocity: v, to: new)
              }
            }
          }
        }
      }
    }
    if let speed { velocity[key] = speed }
    return result
  }

  private func descend(
    _ elements: Range<Int>, _ p: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ decay: Float,
    to new: UnsafeMutablePointer<Float>
  ) {
    let rate = Float(learningRate)
    for index in elements { new[index] = p[index] - rate * (g[index] + decay * p[index]) }
  }

  private func descend(
    _ elements: Range<Int>, _ p: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ decay: Float,
    velocity v: UnsafeMutablePointer<Float>, to new: UnsafeMutablePointer<Float>
  ) {
    let (rate, kept) = (Float(learningRate), Float(momentum))
    // How much of the gradient is added to the velocity for this step alone.
    let ahead: Float = isNesterov ? 1 : 0
    let weight: Float = isNesterov ? kept : 1
    for index in elements {
      let slope = g[index] + decay * p[index]
      v[index] = kept * v[index] + slope
      new[index] = p[index] - rate * (ahead * slope + weight * v[index])
    }
  }
}
