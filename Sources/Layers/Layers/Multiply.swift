import Tensors

/// The product of a feature map and another of its size, or of one factor a channel as squeeze-and-excitation has
/// it (Hu et al. 2017, 1709.01507).
///
/// Inputs: `[batch, channels, height, width]` and the same or `[batch, channels, 1, 1]`. Output: the first's shape.
public struct Multiply: Layer {
  public init() {}

  public var window: Window? { .pixel }
  public var response: LayerResponse? { nil }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard inputs.count == 2, inputs[0].rank >= 2,
      inputs[1] == inputs[0] || inputs[0].rank == 4 && inputs[1] == [inputs[0][0], inputs[0][1], 1, 1]
    else {
      throw LayerError.wrongInputShape(
        layer: "multiply", expected: "two values of one shape, or the second [batch, channels, 1, 1]",
        found: "\(inputs)")
    }
    return inputs[0]
  }

  // out[n, c, p] = a[n, c, p] · b[n, c, p or 0]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    Multiply.product(inputs[0], inputs[1], on: pass.workers)
  }

  // d a = d out · b;  d b = d out · a, summed over the pixels that one factor serves
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let (first, second) = (inputs[0], inputs[1])
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      Gradients(inputs: [
        Multiply.product(gradient, second, on: pass.workers),
        Multiply.planeSums(gradient, first, to: second.shape, on: pass.workers),
      ])
    }
  }

  /// `b` has the shape of `a` or one element for each of its planes.
  private static func product(_ a: Tensor, _ b: Tensor, on workers: Workers) -> Tensor {
    let length = a.count / max(b.count, 1)
    return Tensor(uninitialized: a.shape) { target in
      a.withUnsafeBuffer { a in
        b.withUnsafeBuffer { b in
          let (a, b, target) = (a, b, target)
          guard length > 1 else {
            return workers.forEachRange(of: target.count) { range in
              for index in range { target[index] = a[index] * b[index] }
            }
          }
          workers.forEach(b.count) { plane in
            let factor = b[plane]
            for index in plane * length..<(plane + 1) * length { target[index] = a[index] * factor }
          }
        }
      }
    }
  }

  /// a · b, summed to `shape`.
  private static func planeSums(_ a: Tensor, _ b: Tensor, to shape: Shape, on workers: Workers) -> Tensor {
    let length = a.count / max(shape.count, 1)
    guard length > 1 else { return product(a, b, on: workers) }
    return Tensor(uninitialized: shape) { target in
      a.withUnsafeBuffer { a in
        b.withUnsafeBuffer { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          for plane in target.indices {
            target[plane] = Float(dot(a + plane * length, b + plane * length, count: length))
          }
        }
      }
    }
  }
}
