import Tensors

/// The greatest value under a moving window, with PyTorch's `ceil_mode`; padding never wins.
public struct MaxPool: Layer {
  public let geometry: Window
  /// Whether a last window may reach past the end.
  public let roundingUp: Bool

  public init(geometry: Window, roundingUp: Bool = false) {
    self.geometry = geometry
    self.roundingUp = roundingUp
  }

  public var window: Window? { geometry }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("max pool", inputs)
    let (height, width) = try LayerError.spatialSize(
      "max pool", geometry, on: input, roundingUp: roundingUp)
    return [input[0], input[1], height, width]
  }

  // out[n, c, p] = max over the window's taps inside the input
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    pooled(inputs[0], pass.workers, places: nil)
  }

  // d in[n, c, argmax(p)] += d out[n, c, p]; the first of equal values wins, as in PyTorch
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let input = inputs[0].shape
    let outputPixels = outputSize(input).height * outputSize(input).width
    let places = Places(count: input[0] * input[1] * outputPixels)
    let output = pooled(inputs[0], pass.workers, places: places)
    return LayerRecording(output: output) { gradient in
      let inputPixels = input[2] * input[3]
      return Gradients(inputs: [
        Tensor(uninitialized: input) { target in
          gradient.withUnsafeBuffer { source in
            guard let dx = target.baseAddress, let g = source.baseAddress else { return }
            pass.workers.forEach(input[0] * input[1]) { plane in
              let start = dx + plane * inputPixels
              start.update(repeating: 0, count: inputPixels)
              for pixel in 0..<outputPixels {
                let index = plane * outputPixels + pixel
                let place = Int(places.pointer[index])
                if place >= 0 { start[place] += g[index] }
              }
            }
          }
        }
      ])
    }
  }

  private func outputSize(_ input: Shape) -> (height: Int, width: Int) {
    (
      geometry.vertical.outputSize(for: input[2], roundingUp: roundingUp),
      geometry.horizontal.outputSize(for: input[3], roundingUp: roundingUp)
    )
  }

  private func pooled(_ input: Tensor, _ workers: Workers, places: Places?) -> Tensor {
    let shape = input.shape
    let (height, width) = outputSize(shape)
    let (rows, columns) = (geometry.vertical, geometry.horizontal)
    return Tensor(uninitialized: [shape[0], shape[1], height, width]) { result in
      input.withUnsafeBuffer { source in
        guard let x = source.baseAddress, let y = result.baseAddress else { return }
        let taps = columns.taps(input: shape[3], output: width)
        workers.forEach(shape[0] * shape[1], scratch: width) { plane, scratch in
          let image = x + plane * shape[2] * shape[3]
          // Where no places are asked for, one row of them still serves to tell the first tap.
          let spare = UnsafeMutableRawPointer(scratch).bindMemory(to: Int32.self, capacity: width)
          for row in 0..<height {
            let index = (plane * height + row) * width
            let place = places.map { $0.pointer + index } ?? spare
            let best = y + index
            best.update(repeating: -.infinity, count: width)
            place.update(repeating: -1, count: width)
            for tapY in 0..<rows.kernel {
              let inputRow = row * rows.stride + tapY * rows.dilation - rows.before
              guard inputRow >= 0, inputRow < shape[2] else { continue }
              let line = image + inputRow * shape[3]
              for (outputs, shift) in taps {
                for column in outputs {
                  let value = line[column * columns.stride + shift]
                  if value > best[column] || value.isNaN || place[column] < 0 {
                    best[column] = value
                    place[column] = Int32(
                      truncatingIfNeeded: inputRow * shape[3] + column * columns.stride + shift)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Where each maximum was found: offsets in the input's plane, −1 for a window wholly in the padding.
  /// Written once, by the forward pass.
  private final class Places: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Int32>
    init(count: Int) { pointer = .allocate(capacity: max(count, 1)) }
    deinit { pointer.deallocate() }
  }
}
