import CKernels
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
  public var response: LayerResponse? { .maximum(self) }
  public var treatsCellsAlone: Bool { false }

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
    let size = outputSize(input)
    let places = Places(count: input[0] * input[1] * size.height * size.width)
    let output = pooled(inputs[0], pass.workers, places: places)
    let layer = self
    return LayerRecording(output: output, passed: nil, inputs: 1, on: pass.workers) { gradient, arrivals in
      let (inputPixels, outputPixels) = (input[2] * input[3], size.height * size.width)
      let found = gradient.withUnsafeBuffer { source in
        arrivals[0].receive(input, on: pass.workers) { plane, target in
          guard let g = source.baseAddress else { return }
          target.update(repeating: 0, count: inputPixels)
          layer.scatter(
            g + plane * outputPixels, size, places.pointer + plane * outputPixels, to: target,
            height: input[2], width: input[3])
        }
      }
      return Gradients(inputs: [found])
    }
  }

  /// Adds each output's gradient to the pixel that won it.
  private func scatter(
    _ gradient: UnsafePointer<Float>, _ size: (height: Int, width: Int),
    _ places: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<Float>, height: Int, width: Int
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let taps = (0..<vertical.kernel * horizontal.kernel).map {
      ($0 / horizontal.kernel * vertical.dilation, $0 % horizontal.kernel * horizontal.dilation)
    }
    let offsets = taps.map { $0.0 * width + $0.1 }
    func isInside(_ y: Int, _ x: Int) -> Bool { y >= 0 && y < height && x >= 0 && x < width }
    offsets.withUnsafeBufferPointer { offsets in
      for row in 0..<size.height {
        let y = row * vertical.stride - vertical.before
        for column in 0..<size.width {
          let index = row * size.width + column
          let x = column * horizontal.stride - horizontal.before
          let winner = Int(places[index])
          if isInside(y, x), y + vertical.extent <= height, x + horizontal.extent <= width {
            target[y * width + x + offsets[winner]] += gradient[index]
            continue
          }
          // Padding wins only over minus infinity alone; then the first real pixel takes the gradient, if any.
          let inside = isInside(y + taps[winner].0, x + taps[winner].1)
          let real = inside ? winner : taps.firstIndex { isInside(y + $0.0, x + $0.1) }
          if let real { target[y * width + x + offsets[real]] += gradient[index] }
        }
      }
    }
  }

  func outputSize(_ input: Shape) -> (height: Int, width: Int) {
    (
      geometry.vertical.outputSize(for: input[2], roundingUp: roundingUp),
      geometry.horizontal.outputSize(for: input[3], roundingUp: roundingUp)
    )
  }

  private func pooled(_ input: Tensor, _ workers: Workers, places: Places?) -> Tensor {
    let shape = input.shape
    let (height, width) = outputSize(shape)
    let (inputHeight, inputWidth) = (shape[2], shape[3])
    let vertical = SampledAxis.forward(geometry.vertical, output: height)
    let horizontal = SampledAxis.forward(geometry.horizontal, output: width)
    let staging = Staging(vertical, horizontal)
    let offsets = vertical.taps.flatMap { y in horizontal.taps.map { staging.offset(y, $0) } }
    let length = staging.rows(for: [0..<height * width], width) * staging.rowLength + 8
    return Tensor(uninitialized: [shape[0], shape[1], height, width]) { result in
      input.withUnsafeBuffer { source in
        guard let x = source.baseAddress, let y = result.baseAddress else { return }
        staging.withPlan(
          height: inputHeight, width: inputWidth, cellRows: 0..<height, filling: -.infinity
        ) { plan in
          workers.forEach(shape[0] * shape[1], scratch: length) { plane, staged in
            var plan = plan
            pk_stage(staged, x + plane * inputHeight * inputWidth, &plan)
            var taps = [UnsafePointer<Float>?](repeating: nil, count: offsets.count)
            for row in 0..<height {
              for (tap, offset) in offsets.enumerated() {
                taps[tap] = UnsafePointer(staged + row * staging.rowStep * staging.rowLength + offset)
              }
              let index = (plane * height + row) * width
              pk_maxima(y + index, places.map { $0.pointer + index }, taps, taps.count, width)
            }
          }
        }
      }
    }
  }

  /// Which tap won each output. Written once, by the forward pass.
  private final class Places: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<UInt16>
    init(count: Int) { pointer = .allocate(capacity: max(count, 1)) }
    deinit { pointer.deallocate() }
  }
}
