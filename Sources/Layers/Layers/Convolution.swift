import CKernels
import Tensors

/// 2-D convolution, with what usually follows it done while its output is still in the cache: the bias (or a
/// folded batch norm's shift), a shortcut added with crop, and clipping (ReLU).
///
/// Inputs: `[batch, in, height, width]` and, when `addsShortcut`, `[batch, out, h ≥ height′, w ≥ width′]`,
/// cropped at the bottom and right. Output: `[batch, out, height′, width′]`.
public struct Convolution: Layer, FinishingLayer {
  /// `[out, in / groups, kernel height, kernel width]`
  public var weight: Tensor {
    didSet { packings = WeightPackings() }
  }
  /// `[out]`
  public var bias: Tensor?
  public let geometry: Window
  public let groups: Int
  /// Whether a second input is added to the output.
  public var addsShortcut: Bool
  /// Output below is raised to `clip.floor` and above lowered to `clip.ceiling`.
  public var clip: Clip?
  /// The weight in the order the kernels read it.
  private var packings = WeightPackings()

  public init(
    weight: Tensor, bias: Tensor? = nil, geometry: Window, groups: Int = 1, addsShortcut: Bool = false,
    clip: Clip? = nil
  ) {
    precondition(weight.shape.rank == 4 && weight.shape[0] % groups == 0)
    self.weight = weight
    self.bias = bias
    self.geometry = geometry
    self.groups = groups
    self.addsShortcut = addsShortcut
    self.clip = clip
  }

  public var parameters: [String: Tensor] {
    bias.map { ["weight": weight, "bias": $0] } ?? ["weight": weight]
  }

  public var window: Window? { geometry }
  public var response: LayerResponse? { clip == nil ? .weighted : nil }
  public var treatsCellsAlone: Bool { geometry.isPointwise }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("convolution", inputs)
    let channels = weight.shape[1] * groups
    guard input[1] == channels else {
      throw LayerError.wrongInputShape(
        layer: "convolution", expected: "\(channels) channels", found: "\(input)")
    }
    let (height, width) = try LayerError.spatialSize("convolution", geometry, on: input)
    let output: Shape = [input[0], weight.shape[0], height, width]
    if addsShortcut { try LayerError.requireShortcut("convolution", inputs, to: output) }
    return output
  }

  // MARK: Forward

  // out[n, o, p] = clip(Σ_{c,ky,kx} weight[o, c, ky, kx] · in[n, c, p·stride + tap] + bias[o] + shortcut[n, o, p])
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor { forward(inputs, pass, passed: nil) }

  /// - Parameter passed: filled with where the clip let values through.
  private func forward(_ inputs: [Tensor], _ pass: Pass, passed: PassedMask?) -> Tensor {
    let output = outputSize(for: inputs[0].shape)
    let product = forwardProduct(input: inputs[0].shape, output: output)
    let finish = ConvolutionProduct.Finish(
      bias: bias ?? Tensor(zeros: [weight.shape[0]]), floor: clip?.floor ?? -.infinity,
      ceiling: clip?.ceiling ?? .infinity, shortcut: addsShortcut ? inputs[1] : nil, passed: passed)
    return Tensor(uninitialized: output) { result in
      inputs[0].withUnsafeBuffer { input in
        guard let x = input.baseAddress, let y = result.baseAddress else { return }
        product.run(from: x, into: y, finish, on: pass.workers)
      }
    }
  }

  private func outputSize(for input: Shape) -> Shape {
    [
      input[0], weight.shape[0], geometry.vertical.outputSize(for: input[2]),
      geometry.horizontal.outputSize(for: input[3]),
    ]
  }

  private func forwardProduct(input: Shape, output: Shape) -> ConvolutionProduct {
    let vertical = SampledAxis.forward(geometry.vertical, output: output[2])
    let horizontal = SampledAxis.forward(geometry.horizontal, output: output[3])
    let packed = packings.packing(0) {
      PackedWeights(
        weight, groups: groups, vertical: vertical, horizontal: horizontal, towardsInput: false)
    }
    return ConvolutionProduct(
      source: input, target: output, groups: groups, vertical: vertical, horizontal: horizontal,
      weights: packed)
  }

  // MARK: Backward

  // d in[n, c, ·] = Σ_o weight[o, c, tap] · d out[n, o, ·], for the taps that meet each input cell
  // d weight[o, c, tap] = Σ_{n, p} d out[n, o, p] · in[n, c, p·stride + tap];  d bias[o] = Σ_{n, p} d out[n, o, p]
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shapes = inputs.map(\.shape)
    let outputShape = outputSize(for: shapes[0])
    let passed = clip == nil || pass.wanted.isEmpty ? nil : PassedMask(shape: outputShape)
    let output = forward(inputs, pass, passed: passed)
    let input = pass.wanted.contains(.parameters) ? inputs[0] : nil
    let layer = self
    return LayerRecording(output: output, passed: passed, inputs: inputs.count, on: pass.workers) {
      gradient, arrivals in
      var gradients = Gradients(inputs: [])
      if let input {
        gradients.parameters["weight"] = ConvolutionWeightGradient(
          layer, input: shapes[0], output: outputShape)(
            gradient: gradient, input: input, on: pass.workers)
        if layer.bias != nil { gradients.parameters["bias"] = sumOverImagesAndPixels(gradient) }
      }
      let wantsInput = pass.wanted.contains(.inputs)
      gradients.inputs.append(
        wantsInput ? layer.inputGradient(gradient, shapes[0], &arrivals[0], on: pass.workers) : nil)
      if layer.addsShortcut {
        gradients.inputs.append(arrivals[1].receive(Add.padded(gradient, to: shapes[1]), on: pass.workers))
      }
      return gradients
    }
  }

  private func inputGradient(
    _ gradient: Tensor, _ input: Shape, _ arrival: inout Arrival, on workers: Workers
  ) -> Tensor {
    let products = backwardProducts(input: input, output: outputSize(for: input))
    // With a stride, cells come in several products, or one of a single cell; the gate is one more pass over all.
    let gatesInPlace = products.allSatisfy(\.isDense)
    let finish = ConvolutionProduct.Finish(
      accumulates: arrival.sum != nil, gate: gatesInPlace ? arrival.gate : nil)
    func run(into target: UnsafeMutableBufferPointer<Float>) {
      gradient.withUnsafeBuffer { gradient in
        guard let source = gradient.baseAddress, let target = target.baseAddress else { return }
        for product in products { product.run(from: source, into: target, finish, on: workers) }
      }
    }
    var total = arrival.sum.take() ?? Tensor(uninitialized: input) { _ in }
    total.withUnsafeMutableBuffer(run)
    if !gatesInPlace { arrival.gate?.gate(&total, on: workers) }
    return total
  }

  /// One product for each remainder of the input's rows and columns modulo the stride.
  private func backwardProducts(input: Shape, output: Shape) -> [ConvolutionProduct] {
    let vertical = SampledAxis.backward(geometry.vertical, input: input[2])
    let horizontal = SampledAxis.backward(geometry.horizontal, input: input[3])
    return vertical.indices.flatMap { y in
      horizontal.indices.map { x in
        let packed = packings.packing(1 + y * geometry.horizontal.stride + x) {
          PackedWeights(
            weight, groups: groups, vertical: vertical[y], horizontal: horizontal[x], towardsInput: true)
        }
        return ConvolutionProduct(
          source: output, target: input, groups: groups, vertical: vertical[y], horizontal: horizontal[x],
          weights: packed)
      }
    }
  }
}

/// The sum of `[batch, channels, height, width]` over all but the channels.
func sumOverImagesAndPixels(_ tensor: Tensor) -> Tensor {
  let (batch, channels) = (tensor.shape[0], tensor.shape[1])
  let pixels = tensor.count / max(batch * channels, 1)
  return Tensor(uninitialized: [channels]) { result in
    tensor.withUnsafeBuffer { buffer in
      guard let base = buffer.baseAddress else { return }
      for channel in 0..<channels {
        result[channel] = Float(
          (0..<batch).reduce(0.0) { $0 + sum(base + ($1 * channels + channel) * pixels, count: pixels) })
      }
    }
  }
}

extension Convolution: TrainableLayer {
  mutating func setParameter(_ key: String, to tensor: Tensor) {
    if key == "weight" { weight = tensor } else { bias = tensor }
  }
}

extension Convolution: SelectableLayer {
  public func keeping(outputs channels: Range<Int>) -> Convolution? {
    guard groups == 1, !addsShortcut else { return nil }
    var part = self
    part.weight = weight.slice(channels)
    part.bias = bias?.slice(channels)
    return part
  }
}
