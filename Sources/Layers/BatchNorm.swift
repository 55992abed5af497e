import Tensors

/// Batch normalisation (Ioffe & Szegedy 2015, 1502.03167) of each channel of
/// `[batch, channels, height, width]`.
///
/// In evaluation, by the running statistics; in training, by the batch's own, with new running statistics as
/// updates.
public struct BatchNorm: Layer {
  /// All `[channels]`.
  public var weight, bias, runningMean, runningVariance: Tensor
  /// Added to the variance.
  public var epsilon: Float
  /// The share of the batch's statistics in the new running ones.
  public var momentum: Float

  public init(
    weight: Tensor, bias: Tensor, runningMean: Tensor, runningVariance: Tensor, epsilon: Float = 1e-5,
    momentum: Float = 0.1
  ) {
    self.weight = weight
    self.bias = bias
    self.runningMean = runningMean
    self.runningVariance = runningVariance
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public var parameters: [String: Tensor] {
    ["weight": weight, "bias": bias, "running_mean": runningMean, "running_var": runningVariance]
  }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("batch norm", inputs)
    guard input[1] == weight.count else {
      throw LayerError.wrongInputShape(
        layer: "batch norm", expected: "\(weight.count) channels", found: "\(input)")
    }
    return input
  }

  /// What evaluation does to channel `c`: `in · scale[c] + shift[c]`.
  public var evaluationAffine: (scale: [Float], shift: [Float]) {
    let (weight, bias) = (weight.elements, bias.elements)
    let (mean, variance) = (runningMean.elements, runningVariance.elements)
    let scale = weight.indices.map {
      Float(Double(weight[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot())
    }
    let shift = weight.indices.map { Float(Double(bias[$0]) - Double(mean[$0]) * Double(scale[$0])) }
    return (scale, shift)
  }

  // out = (in − mean) / √(variance + ε) · weight + bias
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    if case .training = pass.mode { return normalised(inputs[0], statistics(of: inputs[0], pass), pass) }
    return normalised(inputs[0], runningStatistics, pass)
  }

  // With x̂ = (in − mean)·r, r = 1/√(variance + ε), m values a channel:
  // d weight = Σ d out·x̂, d bias = Σ d out
  // evaluation: d in = d out · weight · r
  // training:   d in = weight · r · (d out − (d bias + x̂ · d weight) / m)
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let layer = self
    guard case .training = pass.mode else {
      let input = pass.wanted.contains(.parameters) ? inputs[0] : nil
      let statistics = runningStatistics
      return LayerRecording(output: normalised(inputs[0], statistics, pass)) { gradient in
        layer.gradients(gradient, input: input, statistics, training: false, pass)
      }
    }
    let input = inputs[0]
    let statistics = statistics(of: input, pass)
    return LayerRecording(
      output: normalised(input, statistics, pass),
      updates: runningUpdates(statistics, count: input.count / weight.count)
    ) { gradient in
      layer.gradients(gradient, input: input, statistics, training: true, pass)
    }
  }

  // MARK: Statistics

  /// For each channel: the mean, the biased variance and 1/√(variance + ε).
  private struct Statistics: Sendable {
    var mean, variance, reciprocalDeviation: [Double]
  }

  private var runningStatistics: Statistics {
    let variance = runningVariance.elements.map(Double.init)
    return Statistics(
      mean: runningMean.elements.map(Double.init), variance: variance,
      reciprocalDeviation: variance.map { 1 / ($0 + Double(epsilon)).squareRoot() })
  }

  private func statistics(of input: Tensor, _ pass: Pass) -> Statistics {
    let (batch, channels) = (input.shape[0], input.shape[1])
    let pixels = input.shape[2] * input.shape[3]
    let count = Double(batch * pixels)
    var mean = [Double](repeating: 0, count: channels)
    var variance = mean
    input.withUnsafeBuffer { buffer in
      mean.withUnsafeMutableBufferPointer { mean in
        variance.withUnsafeMutableBufferPointer { variance in
          guard let x = buffer.baseAddress else { return }
          pass.workers.forEach(channels, scratch: pixels) { channel, centred in
            let planes = (0..<batch).map { x + ($0 * channels + channel) * pixels }
            let centre = planes.reduce(0.0) { $0 + sum($1, count: pixels) } / count
            let squares = planes.reduce(0.0) { total, plane in
              for pixel in 0..<pixels { centred[pixel] = plane[pixel] - Float(centre) }
              return total + dot(centred, centred, count: pixels)
            }
            mean[channel] = centre
            variance[channel] = squares / count
          }
        }
      }
    }
    return Statistics(
      mean: mean, variance: variance,
      reciprocalDeviation: variance.map { 1 / ($0 + Double(epsilon)).squareRoot() })
  }

  private func runningUpdates(_ statistics: Statistics, count: Int) -> [String: Tensor] {
    let share = Double(momentum)
    let unbiased = Double(count) / Double(max(count - 1, 1))
    func mixed(_ old: Tensor, _ new: [Double]) -> Tensor {
      Tensor(zip(old.elements, new).map { Float((1 - share) * Double($0) + share * $1) }, shape: old.shape)
    }
    return [
      "running_mean": mixed(runningMean, statistics.mean),
      "running_var": mixed(runningVariance, statistics.variance.map { $0 * unbiased }),
    ]
  }

  // MARK: Passes over the pixels

  private func normalised(_ input: Tensor, _ statistics: Statistics, _ pass: Pass) -> Tensor {
    let (weight, bias) = (weight.elements, bias.elements)
    return perPlane(input.shape, pass) { channel, plane, pixels, target in
      let scale = Double(weight[channel]) * statistics.reciprocalDeviation[channel]
      let shift = Float(Double(bias[channel]) - statistics.mean[channel] * scale)
      let factor = Float(scale)
      input.withUnsafeBuffer { source in
        guard let source = source.baseAddress.map({ $0 + plane * pixels }) else { return }
        for pixel in 0..<pixels { target[pixel] = source[pixel] * factor + shift }
      }
    }
  }

  private func gradients(
    _ gradient: Tensor, input: Tensor?, _ statistics: Statistics, training: Bool, _ pass: Pass
  ) -> Gradients {
    let shape = gradient.shape
    let (batch, channels, pixels) = (shape[0], shape[1], shape[2] * shape[3])
    let weight = weight.elements
    // Σ d out and Σ d out·x̂ of each channel.
    var biasSums = [Double](repeating: 0, count: channels)
    var weightSums = biasSums
    if let input {
      gradient.withUnsafeBuffer { gradient in
        input.withUnsafeBuffer { input in
          guard let g = gradient.baseAddress, let x = input.baseAddress else { return }
          for channel in 0..<channels {
            var (plain, product) = (0.0, 0.0)
            for image in 0..<batch {
              let offset = (image * channels + channel) * pixels
              plain += sum(g + offset, count: pixels)
              product += dot(g + offset, x + offset, count: pixels)
            }
            biasSums[channel] = plain
            weightSums[channel] =
              (product - statistics.mean[channel] * plain) * statistics.reciprocalDeviation[channel]
          }
        }
      }
    }
    var result = Gradients(inputs: [nil])
    if pass.wanted.contains(.parameters) {
      result.parameters["weight"] = Tensor(weightSums.map(Float.init), shape: [channels])
      result.parameters["bias"] = Tensor(biasSums.map(Float.init), shape: [channels])
    }
    guard pass.wanted.contains(.inputs) else { return result }
    let count = Double(batch * pixels)
    result.inputs[0] = perPlane(shape, pass) { channel, plane, pixels, target in
      let scale = Double(weight[channel]) * statistics.reciprocalDeviation[channel]
      gradient.withUnsafeBuffer { buffer in
        guard let g = buffer.baseAddress.map({ $0 + plane * pixels }) else { return }
        guard training, let input else {
          for pixel in 0..<pixels { target[pixel] = g[pixel] * Float(scale) }
          return
        }
        // d in = scale·d out − slope·in − constant
        let slope = scale * weightSums[channel] * statistics.reciprocalDeviation[channel] / count
        let constant = scale * biasSums[channel] / count - slope * statistics.mean[channel]
        let (factor, tilt, offset) = (Float(scale), Float(slope), Float(constant))
        input.withUnsafeBuffer { input in
          guard let x = input.baseAddress.map({ $0 + plane * pixels }) else { return }
          for pixel in 0..<pixels { target[pixel] = g[pixel] * factor - x[pixel] * tilt - offset }
        }
      }
    }
    return result
  }

  /// A tensor of `shape` filled plane by plane: `body(channel, plane, pixels, target)`.
  private func perPlane(
    _ shape: Shape, _ pass: Pass, _ body: (Int, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    return Tensor(uninitialized: shape) { result in
      guard let start = result.baseAddress else { return }
      pass.workers.forEach(shape[0] * channels) { plane in
        body(plane % channels, plane, pixels, start + plane * pixels)
      }
    }
  }
}
