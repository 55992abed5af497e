import CKernels
import Tensors

/// One bit for each cell of a clipped feature map: whether the value lay strictly between the clip's floor and
/// ceiling, so that a gradient passes. All that the pullback through a ReLU needs, in a 32nd of the memory.
///
/// Each plane begins on a byte. Written once, by the forward pass.
final class PassedMask: @unchecked Sendable {
  /// `[batch, channels, height, width]`
  let shape: Shape
  let bytes: UnsafeMutablePointer<UInt8>
  var bytesPerPlane: Int { PassedMask.bytesPerPlane(shape) }

  init(shape: Shape) {
    self.shape = shape
    bytes = .allocate(capacity: max(shape[0] * shape[1] * PassedMask.bytesPerPlane(shape), 1))
  }

  deinit { bytes.deallocate() }

  private static func bytesPerPlane(_ shape: Shape) -> Int { (shape[2] * shape[3] + 7) / 8 }

  /// Sets to zero the elements of `gradient` whose bit is unset.
  func gate(_ gradient: inout Tensor, on workers: Workers) {
    precondition(gradient.shape == shape, "cannot gate \(gradient.shape) by a mask of \(shape)")
    let pixels = shape[2] * shape[3]
    gradient.withUnsafeMutableBuffer { buffer in
      guard let start = buffer.baseAddress else { return }
      workers.forEach(shape[0] * shape[1]) { plane in
        gate(start + plane * pixels, plane: plane)
      }
    }
  }

  /// Sets to zero the floats of one plane whose bit is unset.
  func gate(_ values: UnsafeMutablePointer<Float>, plane: Int) {
    pk_gate(values, bytes + plane * bytesPerPlane, shape[2] * shape[3])
  }
}
