import CKernels
import Tensors

/// 2-D convolution, with what usually follows it done while its output is still in the cache: the bias (or a
/// folded batch norm's shift), a shortcut added with crop, and clipping (ReLU).
///
/// Inputs: `[batch, in, height, width]` and, when `addsShortcut`, `[batch, out, h ≥ height′, w ≥ width′]`,
/// cropped at the bottom and right. Output: `[batch, out, height′, width′]`.
public struct Convolution: Layer {
  /// `[out, in / groups, kernel height, kernel width]`
  public var weight: Tensor
  /// `[out]`
  public var bias: Tensor?
  public var geometry: Window
  public var groups: Int
  /// Whether a second input is added to the output.
  public var addsShortcut: Bool
  /// Output below is raised to `clip.floor` and above lowered to `clip.ceiling`.
  public var clip: Clip?

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

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("convolution", inputs)
    let channels = weight.shape[1] * groups
    guard input[1] == channels else {
      throw LayerError.wrongInputShape(
        layer: "convolution", expected: "\(channels) channels", found: "\(input)")
    }
    let (height, width) = try LayerError.spatialSize("convolution", geometry, on: input)
    let output: Shape = [input[0], weight.shape[0], height, width]
    if addsShortcut {
      guard inputs.count == 2, Add.canCrop(inputs[1], to: output) else {
        throw LayerError.wrongInputShape(
          layer: "convolution with shortcut", expected: "a shortcut of at least \(output)",
          found: "\(inputs.dropFirst())")
      }
    }
    return output
  }

  // MARK: Forward

  // out[n, o, p] = clip(Σ_{c,ky,kx} weight[o, c, ky, kx] · in[n, c, p·stride + tap] + bias[o] + shortcut[n, o, p])
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let plan = ConvolutionPlan(self, input: inputs[0].shape)
    let shortcut = addsShortcut ? inputs[1] : nil
    let output: Shape = [plan.batch, plan.outputChannels, plan.outputHeight, plan.outputWidth]
    return Tensor(uninitialized: output) { result in
      inputs[0].withUnsafeBuffer { input in
        weight.withUnsafeBuffer { weight in
          guard let x = input.baseAddress, let w = weight.baseAddress, let y = result.baseAddress else {
            return
          }
          let tiles = plan.forwardTiles
          pass.workers.forEach(plan.batch * groups * tiles.count, scratch: plan.scratch(for: tiles)) {
            block, columns in
            let (image, group, tile) = plan.split(block, tiles: tiles)
            let target = y + plan.outputOffset(image, group) + tile.lowerBound
            let (source, stride) = plan.columns(
              of: x + plan.inputOffset(image, group), tile: tile, scratch: columns)
            matrixProduct(
              m: plan.outputsPerGroup, n: tile.count, k: plan.taps,
              a: w + group * plan.outputsPerGroup * plan.taps, aStride: plan.taps,
              b: source, bStride: stride, c: target, cStride: plan.outputPixels)
            finish(
              target, plan: plan, image: image, channels: group * plan.outputsPerGroup, tile: tile,
              shortcut: shortcut)
          }
        }
      }
    }
  }

  /// Adds bias and shortcut to a finished tile and clips it.
  private func finish(
    _ target: UnsafeMutablePointer<Float>, plan: ConvolutionPlan, image: Int, channels: Int,
    tile: Range<Int>, shortcut: Tensor?
  ) {
    guard bias != nil || shortcut != nil || clip != nil else { return }
    let floor = clip?.floor ?? -.infinity
    let ceiling = clip?.ceiling ?? .infinity
    func apply(_ range: Range<Int>, addend: UnsafePointer<Float>?, addendStride: Int) {
      let start = target + (range.lowerBound - tile.lowerBound)
      if let bias {
        bias.withUnsafeBuffer { bias in
          pk_bias_activation(
            start, plan.outputsPerGroup, range.count, plan.outputPixels,
            bias.baseAddress.map { $0 + channels }, addend, addendStride, floor, ceiling)
        }
      } else {
        pk_bias_activation(
          start, plan.outputsPerGroup, range.count, plan.outputPixels, nil, addend, addendStride, floor,
          ceiling)
      }
    }
    guard let shortcut else { return apply(tile, addend: nil, addendStride: 0) }
    let (height, width) = (shortcut.shape[2], shortcut.shape[3])
    let first = (image * plan.outputChannels + channels) * height * width
    shortcut.withUnsafeBuffer { buffer in
      guard let base = buffer.baseAddress else { return }
      if height == plan.outputHeight && width == plan.outputWidth {
        return apply(tile, addend: base + first + tile.lowerBound, addendStride: height * width)
      }
      // Cropped: the shortcut's rows are longer than ours, so the tile is finished row by row.
      var position = tile.lowerBound
      while position < tile.upperBound {
        let (row, column) = (position / plan.outputWidth, position % plan.outputWidth)
        let end = min(tile.upperBound, (row + 1) * plan.outputWidth)
        apply(
          position..<end, addend: base + first + row * width + column, addendStride: height * width)
        position = end
      }
    }
  }

  // MARK: Backward

  // d in[n, c, ·] = Σ_o weight[o, c, tap] · d out[n, o, ·], scattered to the taps
  // d weight[o, c, tap] = Σ_{n, p} d out[n, o, p] · in[n, c, p·stride + tap];  d bias[o] = Σ_{n, p} d out[n, o, p]
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let output = forward(inputs, pass)
    let plan = ConvolutionPlan(self, input: inputs[0].shape)
    let wantsParameters = pass.wanted.contains(.parameters)
    let input = wantsParameters ? inputs[0] : nil
    let clipped = clip.map { ($0, output) }
    let shortcutShape = addsShortcut ? inputs[1].shape : nil
    let layer = self
    return LayerRecording(output: output) { gradient in
      var gradient = gradient
      if let (clip, output) = clipped {
        gradient.mask(where: output, isBetween: clip.floor, and: clip.ceiling, on: pass.workers)
      }
      var gradients = Gradients(inputs: [])
      gradients.inputs.append(
        pass.wanted.contains(.inputs)
          ? layer.inputGradient(gradient, plan: plan, on: pass.workers) : nil)
      if let input {
        gradients.parameters["weight"] = layer.weightGradient(
          gradient, input: input, plan: plan, on: pass.workers)
        if layer.bias != nil { gradients.parameters["bias"] = sumOverImagesAndPixels(gradient) }
      }
      if let shortcutShape {
        gradients.inputs.append(Add.padded(gradient, to: shortcutShape))
      }
      return gradients
    }
  }

  private func inputGradient(
    _ gradient: Tensor, plan: ConvolutionPlan, on workers: Workers
  ) -> Tensor {
    let shape: Shape = [plan.batch, plan.inputChannels, plan.inputHeight, plan.inputWidth]
    return Tensor(uninitialized: shape) { result in
      gradient.withUnsafeBuffer { gradient in
        weight.withUnsafeBuffer { weight in
          guard let g = gradient.baseAddress, let w = weight.baseAddress, let dx = result.baseAddress
          else { return }
          if plan.isPointwise {
            let tiles = plan.forwardTiles
            workers.forEach(plan.batch * groups * tiles.count) { block in
              let (image, group, tile) = plan.split(block, tiles: tiles)
              matrixProduct(
                m: plan.inputsPerGroup, n: tile.count, k: plan.outputsPerGroup,
                a: w + group * plan.outputsPerGroup * plan.taps, aStride: plan.taps, transposedA: true,
                b: g + plan.outputOffset(image, group) + tile.lowerBound, bStride: plan.outputPixels,
                c: dx + plan.inputOffset(image, group) + tile.lowerBound, cStride: plan.inputPixels)
            }
            return
          }
          // A block owns some input channels of one image, so that no two blocks add to the same pixel.
          let tiles = plan.backwardTiles
          let parts = plan.channelParts
          workers.forEach(plan.batch * groups * parts.count, scratch: plan.backwardScratch) {
            block, columns in
            let (image, group, part) = plan.split(block, tiles: parts)
            let target = dx + plan.inputOffset(image, group) + part.lowerBound * plan.inputPixels
            target.update(repeating: 0, count: part.count * plan.inputPixels)
            for tile in tiles {
              matrixProduct(
                m: part.count * plan.tapsPerChannel, n: tile.count, k: plan.outputsPerGroup,
                a: w + group * plan.outputsPerGroup * plan.taps + part.lowerBound * plan.tapsPerChannel,
                aStride: plan.taps, transposedA: true,
                b: g + plan.outputOffset(image, group) + tile.lowerBound, bStride: plan.outputPixels,
                c: columns, cStride: tile.count)
              plan.scatter(columns, channels: part.count, tile: tile, to: target)
            }
          }
        }
      }
    }
  }

  private func weightGradient(
    _ gradient: Tensor, input: Tensor, plan: ConvolutionPlan, on workers: Workers
  ) -> Tensor {
    // Images are dealt into fixed chunks; each sums its own gradient, and the chunks are added in order.
    let chunks = min(plan.batch, 8)
    let size = weight.count
    var partial = Tensor(zeros: [chunks, size])
    partial.withUnsafeMutableBuffer { partial in
      gradient.withUnsafeBuffer { gradient in
        input.withUnsafeBuffer { input in
          guard let g = gradient.baseAddress, let x = input.baseAddress, let dw = partial.baseAddress
          else { return }
          let tiles = plan.forwardTiles
          workers.forEach(chunks * groups, scratch: plan.scratch(for: tiles)) { block, columns in
            let (chunk, group) = (block / groups, block % groups)
            let offset = group * plan.outputsPerGroup * plan.taps
            for image in chunk * plan.batch / chunks..<(chunk + 1) * plan.batch / chunks {
              for tile in tiles {
                let (source, stride) = plan.columns(
                  of: x + plan.inputOffset(image, group), tile: tile, scratch: columns)
                matrixProduct(
                  m: plan.outputsPerGroup, n: plan.taps, k: tile.count,
                  a: g + plan.outputOffset(image, group) + tile.lowerBound, aStride: plan.outputPixels,
                  b: source, bStride: stride, transposedB: true,
                  beta: 1, c: dw + chunk * size + offset, cStride: plan.taps)
              }
            }
          }
        }
      }
    }
    var total = partial.slice(0..<1).reshaped(to: weight.shape)
    for chunk in 1..<max(chunks, 1) {
      total.add(partial.slice(chunk..<chunk + 1).reshaped(to: weight.shape), on: workers)
    }
    return total
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
