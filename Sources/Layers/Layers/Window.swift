/// The geometry of a convolution or pooling: how its window lies on the input along each axis.
public struct Window: Hashable, Sendable {
  /// One axis of a window, in input cells.
  public struct Axis: Hashable, Sendable {
    public var kernel: Int
    public var stride: Int
    /// Cells of padding before the first and after the last input cell.
    public var before: Int
    public var after: Int
    public var dilation: Int

    public init(kernel: Int, stride: Int = 1, before: Int = 0, after: Int = 0, dilation: Int = 1) {
      self.kernel = kernel
      self.stride = stride
      self.before = before
      self.after = after
      self.dilation = dilation
    }

    /// The cells from the window's first to its last tap.
    public var extent: Int { (kernel - 1) * dilation + 1 }

    /// The number of windows on `input` cells; negative or 0 when not even one fits.
    ///
    /// With `roundingUp`, a window that begins inside the input or the padding before it may reach past the
    /// end, as PyTorch's `ceil_mode`.
    public func outputSize(for input: Int, roundingUp: Bool = false) -> Int {
      let span = input + before + after - extent
      guard span >= 0 else { return 0 }
      var size = (span + (roundingUp ? stride - 1 : 0)) / stride + 1
      if roundingUp, (size - 1) * stride >= input + before { size -= 1 }
      return size
    }

    /// For each tap: the output cells it falls inside the input for, and the input cell of output 0.
    func taps(input: Int, output: Int) -> [(outputs: Range<Int>, shift: Int)] {
      (0..<kernel).map { tap in
        (validOutputs(tap: tap, input: input, output: output), tap * dilation - before)
      }
    }

    /// The output cells whose tap at `offset` (from the window's start) falls inside `input` cells.
    func validOutputs(tap: Int, input: Int, output: Int) -> Range<Int> {
      let shift = tap * dilation - before
      let first = max(0, -floorDivide(shift, stride))
      let last = floorDivide(input - 1 - shift, stride)
      return first..<max(first, min(output, last + 1))
    }
  }

  public var vertical: Axis
  public var horizontal: Axis

  public init(vertical: Axis, horizontal: Axis) {
    self.vertical = vertical
    self.horizontal = horizontal
  }

  /// The same along both axes, padded alike on all sides.
  public init(kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1) {
    let axis = Axis(kernel: kernel, stride: stride, before: padding, after: padding, dilation: dilation)
    self.init(vertical: axis, horizontal: axis)
  }

  /// One cell in, one cell out.
  public static let pixel = Window(kernel: 1)

  /// Whether output cells are input cells: a 1×1 kernel, no stride, no padding.
  var isPointwise: Bool { vertical == Axis(kernel: 1) && horizontal == Axis(kernel: 1) }
}
