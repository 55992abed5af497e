import Tensors

/// The sum of two feature maps; the second is cropped at the bottom and right to the first's size, as a
/// BagNet's shortcut is.
public struct Add: Layer {
  public init() {}

  public var window: Window? { .pixel }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { true }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard inputs.count == 2, inputs[0].rank == 4, Add.canCrop(inputs[1], to: inputs[0]) else {
      throw LayerError.wrongInputShape(
        layer: "add", expected: "two feature maps, the second no smaller", found: "\(inputs)")
    }
    return inputs[0]
  }

  /// Whether `shape` is `target` or larger only in height and width.
  static func canCrop(_ shape: Shape, to target: Shape) -> Bool {
    shape.rank == 4 && shape[0] == target[0] && shape[1] == target[1] && shape[2] >= target[2]
      && shape[3] >= target[3]
  }

  // out = a + crop(b)
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    var total = inputs[0]
    total.add(Add.cropped(inputs[1], to: total.shape), on: pass.workers)
    return total
  }

  // d a = d out, d b = d out with zeros where it was cropped
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shape = inputs[1].shape
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      let shortcut = Add.padded(gradient, to: shape)
      return Gradients(inputs: [gradient, shortcut])
    }
  }

  /// The top left part of a feature map.
  static func cropped(_ tensor: Tensor, to shape: Shape) -> Tensor {
    if tensor.shape == shape { return tensor }
    return Tensor(uninitialized: shape) { target in
      tensor.withUnsafeBuffer { source in
        copyRows(
          from: source, width: tensor.shape[3], height: tensor.shape[2], to: target, width: shape[3],
          height: shape[2], planes: shape[0] * shape[1])
      }
    }
  }

  /// A feature map with zeros below and to the right of it.
  static func padded(_ tensor: Tensor, to shape: Shape) -> Tensor {
    if tensor.shape == shape { return tensor }
    var result = Tensor(zeros: shape)
    result.withUnsafeMutableBuffer { target in
      tensor.withUnsafeBuffer { source in
        copyRows(
          from: source, width: tensor.shape[3], height: tensor.shape[2], to: target, width: shape[3],
          height: shape[2], planes: shape[0] * shape[1])
      }
    }
    return result
  }

  /// Copies the rows and columns that both sides have.
  private static func copyRows(
    from source: UnsafeBufferPointer<Float>, width: Int, height: Int,
    to target: UnsafeMutableBufferPointer<Float>, width targetWidth: Int, height targetHeight: Int,
    planes: Int
  ) {
    guard let source = source.baseAddress, let target = target.baseAddress else { return }
    for plane in 0..<planes {
      for row in 0..<min(height, targetHeight) {
        (target + (plane * targetHeight + row) * targetWidth)
          .update(from: source + (plane * height + row) * width, count: min(width, targetWidth))
      }
    }
  }
}
