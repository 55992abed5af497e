import Tensors

/// A fully connected layer: `[batch, in]` → `[batch, out]`.
public struct Linear: Layer {
  /// `[out, in]`
  public var weight: Tensor
  /// `[out]`
  public var bias: Tensor?

  public init(weight: Tensor, bias: Tensor? = nil) {
    precondition(weight.shape.rank == 2)
    self.weight = weight
    self.bias = bias
  }

  public var parameters: [String: Tensor] {
    bias.map { ["weight": weight, "bias": $0] } ?? ["weight": weight]
  }

  public var window: Window? { nil }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard let input = inputs.first, input.rank == 2, input[1] == weight.shape[1] else {
      throw LayerError.wrongInputShape(
        layer: "linear", expected: "[batch, \(weight.shape[1])]", found: "\(inputs)")
    }
    return [input[0], weight.shape[0]]
  }

  /// Outputs (or inputs, on the way back) that one block computes.
  private static let blockLength = 128

  // out[n, o] = Σ_i weight[o, i] · in[n, i] + bias[o]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let (batch, width, outputs) = (inputs[0].shape[0], weight.shape[1], weight.shape[0])
    return Tensor(uninitialized: [batch, outputs]) { result in
      inputs[0].withUnsafeBuffer { input in
        weight.withUnsafeBuffer { weight in
          guard let x = input.baseAddress, let w = weight.baseAddress, let y = result.baseAddress else {
            return
          }
          pass.workers.forEach((outputs + Linear.blockLength - 1) / Linear.blockLength) { block in
            let first = block * Linear.blockLength
            let count = min(Linear.blockLength, outputs - first)
            matrixProduct(
              m: batch, n: count, k: width, a: x, aStride: width, b: w + first * width, bStride: width,
              transposedB: true, c: y + first, cStride: outputs)
          }
        }
      }
      guard let bias else { return }
      bias.withUnsafeBuffer { bias in
        for image in 0..<batch {
          for output in 0..<outputs { result[image * outputs + output] += bias[output] }
        }
      }
    }
  }

  // d in[n, i] = Σ_o d out[n, o] · weight[o, i];  d weight[o, i] = Σ_n d out[n, o] · in[n, i];  d bias = Σ_n d out
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let layer = self
    let input = pass.wanted.contains(.parameters) ? inputs[0] : nil
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      var gradients = Gradients(inputs: [nil])
      if pass.wanted.contains(.inputs) {
        gradients.inputs[0] = Linear.product(gradient, layer.weight, on: pass.workers)
      }
      if let input {
        gradients.parameters["weight"] = Linear.product(
          gradient, input, transposed: true, on: pass.workers)
        if layer.bias != nil {
          gradients.parameters["bias"] = sumOverImagesAndPixels(gradient)
        }
      }
      return gradients
    }
  }

  /// a·b, or aᵀ·b, in fixed blocks of columns.
  private static func product(
    _ a: Tensor, _ b: Tensor, transposed: Bool = false, on workers: Workers
  ) -> Tensor {
    let rows = transposed ? a.shape[1] : a.shape[0]
    let columns = b.shape[1]
    return Tensor(uninitialized: [rows, columns]) { result in
      a.withUnsafeBuffer { left in
        b.withUnsafeBuffer { right in
          guard let l = left.baseAddress, let r = right.baseAddress, let c = result.baseAddress else {
            return
          }
          workers.forEach((columns + blockLength - 1) / blockLength) { block in
            let first = block * blockLength
            matrixProduct(
              m: rows, n: min(blockLength, columns - first), k: b.shape[0], a: l, aStride: a.shape[1],
              transposedA: transposed, b: r + first, bStride: columns, c: c + first, cStride: columns)
          }
        }
      }
    }
  }
}
