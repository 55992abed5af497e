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

  public var window: Window? { .pixel }
  public var response: LayerResponse? { clip == nil ? .weighted : nil }
  public var treatsCellsAlone: Bool { false }

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
        let shortcut = layer.addsShortcut ? Add.padded(gradient, to: shapes[1]) : nil
        let found = layer.inputGradient(
          consume gradient, input: training ? input : nil, statistics, sums, pass)
        gradients.inputs[0] = arrivals[0].receive(found, on: pass.workers)
        if let shortcut { gradients.inputs.append(arrivals[1].receive(shortcut, on: pass.workers)) }
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
    let (batch, channels, pixels) = (input.shape[0], input.shape[1], input.shape[2] * input.shape[3])
    let moments = perChannel(pass) { channel in
      // Squares about a value of the channel's own: about 0 they would lose a large mean's digits.
      var (pivot, sum, squares) = (Float(0), 0.0, 0.0)
      input.withUnsafeBuffer { buffer in
        guard let x = buffer.baseAddress, batch > 0, pixels > 0 else { return }
        pivot = x[channel * pixels]
        pk_moments(x + channel * pixels, batch, channels * pixels, pixels, pivot, &sum, &squares)
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
    let scales = zip(weight.elements, statistics.reciprocalDeviation).map { Double($0) * $1 }
    let shifts = zip(bias.elements, zip(statistics.mean, scales)).map { Double($0) - $1.0 * $1.1 }
    let (scale, shift) = (scales.map(Float.init), shifts.map(Float.init))
    let shortcut = addsShortcut ? Add.cropped(inputs[1], to: shape) : nil
    let floor = clip?.floor ?? -.infinity
    let ceiling = clip?.ceiling ?? .infinity
    var result = Tensor(uninitialized: shape) { _ in }
    inPlaneBlocks(&result, pass) { planes, channels, pixels, target in
      func fill(_ addend: UnsafePointer<Float>?) {
        inputs[0].withUnsafeBuffer { source in
          guard let x = source.baseAddress else { return }
          pk_scale_shift(
            target, x + planes.lowerBound * pixels, planes.count, pixels,
            Array(scale[channels]), Array(shift[channels]), addend, floor, ceiling,
            passed.map { $0.bytes + planes.lowerBound * $0.bytesPerPlane })
        }
      }
      guard let shortcut else { return fill(nil) }
      shortcut.withUnsafeBuffer { fill($0.baseAddress.map { $0 + planes.lowerBound * pixels }) }
    }
    return result
  }

  /// Σ d out·x̂ and Σ d out of each channel.
  private func sums(
    _ gradient: Tensor, input: Tensor, _ statistics: Statistics, _ pass: Pass
  ) -> (weight: [Double], bias: [Double]) {
    let (batch, channels, pixels) = (input.shape[0], input.shape[1], input.shape[2] * input.shape[3])
    let sums = perChannel(pass) { channel in
      let pivot = Float(statistics.mean[channel])
      var (plain, product) = (0.0, 0.0)
      gradient.withUnsafeBuffer { gradient in
        input.withUnsafeBuffer { input in
          guard let g = gradient.baseAddress, let x = input.baseAddress else { return }
          pk_gradient_moments(
            g + channel * pixels, x + channel * pixels, batch, channels * pixels, pixels, pivot, &plain,
            &product)
        }
      }
      let centred = product - (statistics.mean[channel] - Double(pivot)) * plain
      return (centred * statistics.reciprocalDeviation[channel], plain)
    }
    return (sums.map(\.0), sums.map(\.1))
  }

  /// - Parameters:
  ///   - gradient: overwritten where nothing else holds it.
  ///   - input: in training, where the statistics depend on it too.
  private func inputGradient(
    _ gradient: consuming Tensor, input: Tensor?, _ statistics: Statistics,
    _ sums: (weight: [Double], bias: [Double])?, _ pass: Pass
  ) -> Tensor {
    // The shortcut's gradient may be the same tensor.
    let kept = addsShortcut ? gradient : nil
    var result = addsShortcut ? Tensor(uninitialized: gradient.shape) { _ in } : gradient
    func withSource(
      _ start: Int, _ target: UnsafeMutablePointer<Float>, _ body: (UnsafePointer<Float>) -> Void
    ) {
      guard let kept else { return body(target) }
      kept.withUnsafeBuffer { if let g = $0.baseAddress { body(g + start) } }
    }
    let scales = zip(weight.elements, statistics.reciprocalDeviation).map { Double($0) * $1 }
    let scale = scales.map(Float.init)
    guard let input, let sums else {
      let none = [Float](repeating: 0, count: scale.count)
      inPlaneBlocks(&result, pass) { planes, channels, pixels, target in
        withSource(planes.lowerBound * pixels, target) { g in
          pk_scale_shift(
            target, g, planes.count, pixels, Array(scale[channels]), Array(none[channels]), nil,
            -.infinity, .infinity, nil)
        }
      }
      return result
    }
    // d in = scale·d out − (slope·in + constant)
    let count = Double(result.count / max(weight.count, 1))
    let slopes = scales.indices.map {
      scales[$0] * sums.weight[$0] * statistics.reciprocalDeviation[$0] / count
    }
    let constants = scales.indices.map {
      scales[$0] * sums.bias[$0] / count - slopes[$0] * statistics.mean[$0]
    }
    let (slope, constant) = (slopes.map(Float.init), constants.map(Float.init))
    inPlaneBlocks(&result, pass) { planes, channels, pixels, target in
      input.withUnsafeBuffer { input in
        guard let x = input.baseAddress else { return }
        withSource(planes.lowerBound * pixels, target) { g in
          pk_combine(
            target, g, x + planes.lowerBound * pixels, planes.count, pixels, Array(scale[channels]),
            Array(slope[channels]), Array(constant[channels]))
        }
      }
    }
    return result
  }

  /// Calls `body(planes, channels, pixels, target)` with blocks of one image's planes.
  private func inPlaneBlocks(
    _ tensor: inout Tensor, _ pass: Pass,
    _ body: (Range<Int>, Range<Int>, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let shape = tensor.shape
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    // A few planes make a block worth a thread's while.
    let length = min(channels, max(1, 16384 / max(pixels, 1)))
    let blocks = (channels + length - 1) / max(length, 1)
    tensor.withUnsafeMutableBuffer { result in
      guard let start = result.baseAddress else { return }
      pass.workers.forEach(shape[0] * blocks) { block in
        let first = block / blocks * channels
        let part = block % blocks * length..<min(channels, (block % blocks + 1) * length)
        body(
          first + part.lowerBound..<first + part.upperBound, part, pixels,
          start + (first + part.lowerBound) * pixels)
      }
    }
  }

  /// Two numbers for each channel.
  private func perChannel(_ pass: Pass, _ body: (Int) -> (Double, Double)) -> [(Double, Double)] {
    let channels = weight.count
    var result = [(Double, Double)](repeating: (0, 0), count: channels)
    result.withUnsafeMutableBufferPointer { result in
      pass.workers.forEach((channels + 7) / 8) { block in
        for channel in block * 8..<min(channels, block * 8 + 8) { result[channel] = body(channel) }
      }
    }
    return result
  }
}

extension BatchNorm: TrainableLayer {
  mutating func setParameter(_ key: String, to tensor: Tensor) {
    switch key {
    case "weight": weight = tensor
    case "bias": bias = tensor
    case "running_mean": runningMean = tensor
    default: runningVariance = tensor
    }
  }
}
