import CKernels
import Tensors

/// Batch normalisation (Ioffe & Szegedy 2015, 1502.03167) of each channel of
/// `[batch, channels, height, width]`.
///
/// In evaluation, by the running statistics; in training, by the batch's own, with new running statistics as
/// updates.
public struct BatchNorm: Layer, FinishingLayer {
  /// All `[channels]`.
  public var weight, bias, runningMean, runningVariance: Tensor
  /// Added to the variance.
  public var epsilon: Float
  /// The share of the batch's statistics in the new running ones.
  public var momentum: Float

  /// Whether a second input is added to the output, cropped at the bottom and right.
  public var addsShortcut: Bool
  /// Output below is raised to `clip.floor` and above lowered to `clip.ceiling`.
  public var clip: Clip?

  public init(
    weight: Tensor, bias: Tensor, runningMean: Tensor, runningVariance: Tensor, epsilon: Float = 1e-5,
    momentum: Float = 0.1, addsShortcut: Bool = false, clip: Clip? = nil
  ) {
    self.weight = weight
    self.bias = bias
    self.runningMean = runningMean
    self.runningVariance = runningVariance
    self.epsilon = epsilon
    self.momentum = momentum
    self.addsShortcut = addsShortcut
    self.clip = clip
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
    if addsShortcut { try LayerError.requireShortcut("batch norm", inputs, to: input) }
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

  // out = clip((in − mean) / √(variance + ε) · weight + bias + shortcut)
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    normalised(inputs, statistics(of: inputs[0], pass), passed: nil, pass)
  }

  // With x̂ = (in − mean)·r, r = 1/√(variance + ε), m values a channel, d out as it comes through the clip:
  // d weight = Σ d out·x̂, d bias = Σ d out
  // evaluation: d in = d out · weight · r
  // training:   d in = weight · r · (d out − (d bias + x̂ · d weight) / m)
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let layer = self
    let shapes = inputs.map(\.shape)
    var isTraining = false
    if case .training = pass.mode { isTraining = true }
    let statistics = statistics(of: inputs[0], pass)
    let passed = clip == nil || pass.wanted.isEmpty ? nil : PassedMask(shape: shapes[0])
    let needsInput = isTraining || pass.wanted.contains(.parameters)
    let (input, training) = (needsInput ? inputs[0] : nil, isTraining)
    return LayerRecording(
      output: normalised(inputs, statistics, passed: passed, pass),
      updates: isTraining ? runningUpdates(statistics, count: shapes[0].count / max(weight.count, 1)) : [:],
      passed: passed, inputs: inputs.count, on: pass.workers
    ) { gradient, arrivals in
      let sums = input.map { layer.sums(gradient, input: $0, statistics, pass) }
      var gradients = Gradients(inputs: [nil])
      if let sums, pass.wanted.contains(.parameters) {
        gradients.parameters["weight"] = Tensor(sums.weight.map(Float.init), shape: layer.weight.shape)
        gradients.parameters["bias"] = Tensor(sums.bias.map(Float.init), shape: layer.bias.shape)
      }
      if pass.wanted.contains(.inputs) {
        let found = layer.inputGradient(
          gradient, input: training ? input : nil, statistics, sums, pass)
        gradients.inputs[0] = arrivals[0].receive(found, on: pass.workers)
      }
      if layer.addsShortcut {
        gradients.inputs.append(arrivals[1].receive(Add.padded(gradient, to: shapes[1]), on: pass.workers))
      }
      return gradients
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

  /// The running statistics, or in training the batch's own.
  private func statistics(of input: Tensor, _ pass: Pass) -> Statistics {
    guard case .training = pass.mode else { return runningStatistics }
    let count = Double(input.count / max(weight.count, 1))
    let moments = BatchNorm.perChannel(input.shape, pass) { channel, planes in
      // Squares about a value of the channel's own: about 0 they would lose a large mean's digits.
      var (pivot, sum, squares) = (Float(0), 0.0, 0.0)
      input.withUnsafeBuffer { buffer in
        guard let x = buffer.baseAddress, let first = planes.first?.lowerBound else { return }
        pivot = x[first]
        for plane in planes {
          pk_moments(x + plane.lowerBound, plane.count, pivot, &sum, &squares)
        }
      }
      let distance = sum / count
      return (Double(pivot) + distance, max(0, squares / count - distance * distance))
    }
    let variance = moments.map(\.1)
    return Statistics(
      mean: moments.map(\.0), variance: variance,
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

  private func normalised(
    _ inputs: [Tensor], _ statistics: Statistics, passed: PassedMask?, _ pass: Pass
  ) -> Tensor {
    let shape = inputs[0].shape
    let (weight, bias) = (weight.elements, bias.elements)
    let shortcut = addsShortcut ? Add.cropped(inputs[1], to: shape) : nil
    let floor = clip?.floor ?? -.infinity
    let ceiling = clip?.ceiling ?? .infinity
    return BatchNorm.perPlane(shape, pass) { channel, plane, pixels, target in
      let scale = Double(weight[channel]) * statistics.reciprocalDeviation[channel]
      let shift = Double(bias[channel]) - statistics.mean[channel] * scale
      func fill(_ addend: UnsafePointer<Float>?) {
        inputs[0].withUnsafeBuffer { source in
          guard let x = source.baseAddress else { return }
          pk_scale_shift(
            target, x + plane * pixels, pixels, Float(scale), Float(shift), addend, floor, ceiling,
            passed.map { $0.bytes + plane * $0.bytesPerPlane })
        }
      }
      guard let shortcut else { return fill(nil) }
      shortcut.withUnsafeBuffer { fill($0.baseAddress.map { $0 + plane * pixels }) }
    }
  }

  /// Σ d out·x̂ and Σ d out of each channel.
  private func sums(
    _ gradient: Tensor, input: Tensor, _ statistics: Statistics, _ pass: Pass
  ) -> (weight: [Double], bias: [Double]) {
    let sums = BatchNorm.perChannel(input.shape, pass) { channel, planes in
      let pivot = Float(statistics.mean[channel])
      var (plain, product) = (0.0, 0.0)
      gradient.withUnsafeBuffer { gradient in
        input.withUnsafeBuffer { input in
          guard let g = gradient.baseAddress, let x = input.baseAddress else { return }
          for plane in planes {
            pk_gradient_moments(
              g + plane.lowerBound, x + plane.lowerBound, plane.count, pivot, &plain, &product)
          }
        }
      }
      let centred = product - (statistics.mean[channel] - Double(pivot)) * plain
      return (centred * statistics.reciprocalDeviation[channel], plain)
    }
    return (sums.map(\.0), sums.map(\.1))
  }

  /// - Parameter input: in training, where the statistics depend on it too.
  private func inputGradient(
    _ gradient: Tensor, input: Tensor?, _ statistics: Statistics, _ sums: (weight: [Double], bias: [Double])?,
    _ pass: Pass
  ) -> Tensor {
    let weight = weight.elements
    let count = Double(gradient.count / max(weight.count, 1))
    return BatchNorm.perPlane(gradient.shape, pass) { channel, plane, pixels, target in
      let scale = Double(weight[channel]) * statistics.reciprocalDeviation[channel]
      gradient.withUnsafeBuffer { buffer in
        guard let g = buffer.baseAddress.map({ $0 + plane * pixels }) else { return }
        guard let input, let sums else {
          return pk_scale_shift(target, g, pixels, Float(scale), 0, nil, -.infinity, .infinity, nil)
        }
        // d in = scale·d out − (slope·in + constant)
        let slope = scale * sums.weight[channel] * statistics.reciprocalDeviation[channel] / count
        let constant = scale * sums.bias[channel] / count - slope * statistics.mean[channel]
        input.withUnsafeBuffer { input in
          guard let x = input.baseAddress.map({ $0 + plane * pixels }) else { return }
          pk_combine(target, g, x, pixels, Float(scale), Float(slope), Float(constant))
        }
      }
    }
  }

  /// A tensor of `shape` filled plane by plane: `body(channel, plane, pixels, target)`.
  private static func perPlane(
    _ shape: Shape, _ pass: Pass, _ body: (Int, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    return Tensor(uninitialized: shape) { result in
      guard let start = result.baseAddress else { return }
      // A few planes make a block worth a thread's while.
      let length = max(1, 8192 / max(pixels, 1))
      let planes = shape[0] * channels
      pass.workers.forEach((planes + length - 1) / length) { block in
        for plane in block * length..<min(planes, (block + 1) * length) {
          body(plane % channels, plane, pixels, start + plane * pixels)
        }
      }
    }
  }

  /// Two numbers for each channel, from pieces of its planes short enough that fp32 sums over them stay exact
  /// to rounding.
  private static func perChannel(
    _ shape: Shape, _ pass: Pass, _ body: (Int, [Range<Int>]) -> (Double, Double)
  ) -> [(Double, Double)] {
    let (batch, channels, pixels) = (shape[0], shape[1], shape[2] * shape[3])
    var result = [(Double, Double)](repeating: (0, 0), count: channels)
    result.withUnsafeMutableBufferPointer { result in
      pass.workers.forEach(channels) { channel in
        let pieces = (0..<batch).flatMap { image in
          let start = (image * channels + channel) * pixels
          return stride(from: start, to: start + pixels, by: 4096).map { $0..<min($0 + 4096, start + pixels) }
        }
        result[channel] = body(channel, pieces)
      }
    }
    return result
  }
}
