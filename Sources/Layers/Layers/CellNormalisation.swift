import Tensors

/// Divides the channels of each cell by their length, softened by 1: `in / √(1 + Σ_c in²)`.
///
/// What contrast normalisation is to a patch (Coates, Lee & Ng 2011): strong and weak copies of the same
/// pattern come out alike, and what is much weaker than length 1 stays weak. The layer before it decides by its
/// scale what counts as weak. Shapes: `[batch, channels, height, width]` in and out.
public struct CellNormalisation: Layer, Hashable {
  public init() {}

  public var window: Window? { .pixel }
  public var response: LayerResponse? { nil }
  public var treatsCellsAlone: Bool { true }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    try LayerError.featureMap("cell normalisation", inputs)
  }

  // out[n, c, p] = in[n, c, p] / √(1 + Σ_k in[n, k, p]²)
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0]
    let blocks = CellBlocks(input.shape)
    return Tensor(uninitialized: input.shape) { result in
      input.withUnsafeBuffer { input in
        guard let input = input.baseAddress, let result = result.baseAddress else { return }
        let (from, to) = (input, result)
        blocks.forEach(on: pass.workers) { start, count, scratch in
          CellNormalisation.scales(from + start, blocks, count, into: scratch)
          for channel in 0..<blocks.channels {
            let (x, y) = (from + start + channel * blocks.pixels, to + start + channel * blocks.pixels)
            for cell in 0..<count { y[cell] = x[cell] * scratch[cell] }
          }
        }
      }
    }
  }

  // r = 1 / √(1 + Σ_k in[k]²), out = r · in;  d in[c] = r · (d out[c] − out[c] · Σ_k d out[k] · out[k])
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let input = inputs[0]
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      let blocks = CellBlocks(input.shape)
      let result = Tensor(uninitialized: input.shape) { result in
        input.withUnsafeBuffer { input in
          gradient.withUnsafeBuffer { gradient in
            guard let input = input.baseAddress, let gradient = gradient.baseAddress,
              let result = result.baseAddress
            else { return }
            let (from, slope, to) = (input, gradient, result)
            blocks.forEach(on: pass.workers) { start, count, scratch in
              let projection = scratch + CellBlocks.length
              CellNormalisation.scales(from + start, blocks, count, into: scratch)
              projection.update(repeating: 0, count: count)
              for channel in 0..<blocks.channels {
                let place = start + channel * blocks.pixels
                let (x, g) = (from + place, slope + place)
                for cell in 0..<count { projection[cell] += g[cell] * x[cell] }
              }
              for cell in 0..<count { projection[cell] *= scratch[cell] * scratch[cell] }
              for channel in 0..<blocks.channels {
                let place = start + channel * blocks.pixels
                let (x, g, d) = (from + place, slope + place, to + place)
                for cell in 0..<count {
                  d[cell] = scratch[cell] * (g[cell] - x[cell] * projection[cell])
                }
              }
            }
          }
        }
      }
      return Gradients(inputs: [result])
    }
  }

  /// `1 / √(1 + Σ_c in²)` of `count` cells.
  private static func scales(
    _ cells: UnsafePointer<Float>, _ blocks: CellBlocks, _ count: Int,
    into scales: UnsafeMutablePointer<Float>
  ) {
    scales.update(repeating: 1, count: count)
    for channel in 0..<blocks.channels {
      let x = cells + channel * blocks.pixels
      for cell in 0..<count { scales[cell] += x[cell] * x[cell] }
    }
    for cell in 0..<count { scales[cell] = 1 / scales[cell].squareRoot() }
  }
}
