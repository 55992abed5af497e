import Tensors

/// The softmax of each cell over its channels: shares that sum to 1.
///
/// After a 1×1 convolution that gives `−β · |x − c|²` for each of many centres c, it is the soft assignment of a
/// descriptor to visual words (van Gemert et al. 2008); as β grows, all goes to the nearest. Shapes:
/// `[batch, channels, height, width]` in and out.
public struct ChannelSoftmax: Layer, Hashable {
  public init() {}

  public var window: Window? { .pixel }
  public var response: LayerResponse? { nil }
  public var treatsCellsAlone: Bool { true }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    try LayerError.featureMap("channel softmax", inputs)
  }

  // out[n, c, p] = exp(in[n, c, p] − m) / Σ_k exp(in[n, k, p] − m), m = max_k in[n, k, p]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0]
    let blocks = CellBlocks(input.shape)
    return Tensor(uninitialized: input.shape) { result in
      input.withUnsafeBuffer { input in
        guard let input = input.baseAddress, let result = result.baseAddress else { return }
        let (from, to) = (input, result)
        blocks.forEach(on: pass.workers) { start, count, scratch in
          let (greatest, total) = (scratch, scratch + CellBlocks.length)
          greatest.update(from: from + start, count: count)
          for channel in 1..<max(blocks.channels, 1) {
            let x = from + start + channel * blocks.pixels
            for cell in 0..<count { greatest[cell] = x[cell] > greatest[cell] ? x[cell] : greatest[cell] }
          }
          total.update(repeating: 0, count: count)
          for channel in 0..<blocks.channels {
            let place = start + channel * blocks.pixels
            let (x, y) = (from + place, to + place)
            for cell in 0..<count {
              let value = exponential(x[cell] - greatest[cell])
              y[cell] = value
              total[cell] += value
            }
          }
          for cell in 0..<count { total[cell] = 1 / total[cell] }
          for channel in 0..<blocks.channels {
            let y = to + start + channel * blocks.pixels
            for cell in 0..<count { y[cell] *= total[cell] }
          }
        }
      }
    }
  }

  // d in[c] = out[c] · (d out[c] − Σ_k d out[k] · out[k])
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let output = forward(inputs, pass)
    return LayerRecording(output: output) { gradient in
      let blocks = CellBlocks(output.shape)
      let result = Tensor(uninitialized: output.shape) { result in
        output.withUnsafeBuffer { output in
          gradient.withUnsafeBuffer { gradient in
            guard let output = output.baseAddress, let gradient = gradient.baseAddress,
              let result = result.baseAddress
            else { return }
            let (shares, slope, to) = (output, gradient, result)
            blocks.forEach(on: pass.workers) { start, count, mean in
              mean.update(repeating: 0, count: count)
              for channel in 0..<blocks.channels {
                let place = start + channel * blocks.pixels
                let (y, g) = (shares + place, slope + place)
                for cell in 0..<count { mean[cell] += g[cell] * y[cell] }
              }
              for channel in 0..<blocks.channels {
                let place = start + channel * blocks.pixels
                let (y, g, d) = (shares + place, slope + place, to + place)
                for cell in 0..<count { d[cell] = y[cell] * (g[cell] - mean[cell]) }
              }
            }
          }
        }
      }
      return Gradients(inputs: [result])
    }
  }
}

/// e to the power `x` for `x` ≤ 0, to about two units in the last place; below −87 it is e⁻⁸⁷. NaN stays NaN.
///
/// Without branches or calls, so that loops over it are vectorised, and each lane gets the bits it would get
/// alone.
@inline(__always)
func exponential(_ x: Float) -> Float {
  let x = x < -87 ? -87 : x
  // x = n · ln 2 + r with |r| ≤ ln 2 / 2; adding 1.5 · 2²³ rounds to a whole number, and its low bits are n.
  let shifted = x * 1.442_695_041 + 12_582_912
  let n = shifted - 12_582_912
  let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
  var series: Float = 1 / 5040
  series = series * r + 1 / 720
  series = series * r + 1 / 120
  series = series * r + 1 / 24
  series = series * r + 1 / 6
  series = series * r + 0.5
  series = series * r + 1
  series = series * r + 1
  // 2ⁿ by its exponent bits.
  let power = Float(bitPattern: (shifted.bitPattern &+ 127) << 23)
  return series * power
}
