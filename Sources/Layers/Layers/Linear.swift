import CKernels
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
  public var response: LayerResponse? { .weighted }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard let input = inputs.first, input.rank == 2, input[1] == weight.shape[1] else {
      throw LayerError.wrongInputShape(
        layer: "linear", expected: "[batch, \(weight.shape[1])]", found: "\(inputs)")
    }
    return [input[0], weight.shape[0]]
  }

  /// Columns that one block computes on the ways back.
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
          pass.workers.forEachRange(of: outputs, length: Int(PK_DOT_OUTPUTS)) { block in
            let first = block.lowerBound
            pk_dots(y + first, outputs, x, batch, width, w + first * width, block.count)
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
        gradients.inputs[0] = layer.inputGradient(gradient, on: pass.workers)
      }
      if let input {
        gradients.parameters["weight"] = Linear.weightGradient(gradient, input, on: pass.workers)
        if layer.bias != nil {
          gradients.parameters["bias"] = sumOverImagesAndPixels(gradient)
        }
      }
      return gradients
    }
  }

  private func inputGradient(_ gradient: Tensor, on workers: Workers) -> Tensor {
    let (batch, width) = (gradient.shape[0], weight.shape[1])
    return Tensor(uninitialized: [batch, width]) { result in
      gradient.withUnsafeBuffer { gradient in
        weight.withUnsafeBuffer { weight in
          guard let g = gradient.baseAddress, let w = weight.baseAddress, let x = result.baseAddress else {
            return
          }
          workers.forEachRange(of: width, length: Linear.blockLength) { block in
            let first = block.lowerBound
            pk_weighted_rows(x + first, g, batch, self.weight.shape[0], w + first, width, block.count)
          }
        }
      }
    }
  }

  private static func weightGradient(_ gradient: Tensor, _ input: Tensor, on workers: Workers) -> Tensor {
    let (batch, outputs, width) = (gradient.shape[0], gradient.shape[1], input.shape[1])
    return Tensor(uninitialized: [outputs, width]) { result in
      gradient.withUnsafeBuffer { gradient in
        input.withUnsafeBuffer { input in
          guard let g = gradient.baseAddress, let x = input.baseAddress, let w = result.baseAddress else {
            return
          }
          workers.forEachRange(of: width, length: blockLength) { block in
            let first = block.lowerBound
            matrixProduct(
              m: outputs, n: block.count, k: batch, a: g,
              aStride: outputs, transposedA: true, b: x + first, bStride: width, c: w + first,
              cStride: width)
          }
        }
      }
    }
  }
}

extension Linear: TrainableLayer {
  mutating func setParameter(_ key: String, to tensor: Tensor) {
    if key == "weight" { weight = tensor } else { bias = tensor }
  }
}

extension Linear: SelectableLayer {
  public func keeping(outputs channels: Range<Int>) -> Linear? {
    var part = self
    part.weight = weight.slice(channels)
    part.bias = bias?.slice(channels)
    return part
  }
}
