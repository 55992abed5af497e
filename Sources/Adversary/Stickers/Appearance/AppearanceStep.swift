import Tensors

/// A change of a sticker's colours as light, a printer or a camera makes it, with its pullback.
protocol AppearanceStep: Sendable {
  /// The colours `[3, side, side]` after the change, and the way from a gradient on them to one on the colours before.
  func apply(_ colours: Tensor) -> Appearance
}

/// Changed colours with their pullback.
struct Appearance: Sendable {
  /// `[3, side, side]`
  let colours: Tensor
  /// From a gradient on `colours` to one on the colours before, both `[3, side, side]`.
  let pullback: @Sendable (Tensor) -> Tensor

  /// The elements of two tensors of one shape, combined one by one.
  static func combined(_ left: Tensor, _ right: Tensor, _ body: (Float, Float) -> Float) -> Tensor {
    precondition(left.shape == right.shape)
    return Tensor(uninitialized: left.shape) { result in
      left.withUnsafeBuffer { left in
        right.withUnsafeBuffer { right in
          for index in result.indices { result[index] = body(left[index], right[index]) }
        }
      }
    }
  }
}
