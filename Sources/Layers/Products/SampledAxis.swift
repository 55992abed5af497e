/// Along one axis: which source cells the cells of a product read, and where the product's cells land.
///
/// Cell `j` reads the source at `j · step + offset` for each tap and lands on `start + j · stride`. A
/// convolution's forward pass is one such product; its pullback to the input is one for each remainder modulo
/// the stride, since input cells of one remainder meet the same taps.
struct SampledAxis: Hashable, Sendable {
  struct Tap: Hashable, Sendable {
    /// Which tap of the kernel.
    let kernel: Int
    /// From the source cell `j · step`.
    let offset: Int
  }

  let count: Int
  let step: Int
  let taps: [Tap]
  let start: Int
  let stride: Int
  /// The least and the greatest offset of a tap; 0 where there is none.
  let firstOffset, lastOffset: Int

  private init(count: Int, step: Int, taps: [Tap], start: Int, stride: Int) {
    self.count = count
    self.step = step
    self.taps = taps
    self.start = start
    self.stride = stride
    firstOffset = taps.map(\.offset).min() ?? 0
    lastOffset = taps.map(\.offset).max() ?? 0
  }

  /// From a layer's input to its output.
  static func forward(_ axis: Window.Axis, output: Int) -> SampledAxis {
    SampledAxis(
      count: output, step: axis.stride,
      taps: (0..<axis.kernel).map { Tap(kernel: $0, offset: $0 * axis.dilation - axis.before) }, start: 0,
      stride: 1)
  }

  /// From the gradient with respect to the output to that with respect to `input` cells.
  ///
  /// Output `o` reads input `o · stride + tap · dilation − before`, so input `i` gets from tap `t` the
  /// gradient of output `(i + before − t · dilation) / stride` where that divides.
  static func backward(_ axis: Window.Axis, input: Int) -> [SampledAxis] {
    (0..<min(axis.stride, input)).map { start in
      let remainder = (start + axis.before) % axis.stride
      let taps = (0..<axis.kernel).compactMap { tap -> Tap? in
        let distance = start + axis.before - tap * axis.dilation
        guard (tap * axis.dilation) % axis.stride == remainder else { return nil }
        return Tap(kernel: tap, offset: distance / axis.stride)
      }
      return SampledAxis(
        count: (input - start - 1) / axis.stride + 1, step: 1, taps: taps, start: start,
        stride: axis.stride)
    }
  }

  /// Whether cells land one beside the other from the first on.
  var isDense: Bool { start == 0 && stride == 1 }

  /// Whether no tap of any cell falls outside `source` cells.
  func staysInside(_ source: Int) -> Bool {
    firstOffset >= 0 && (count - 1) * step + lastOffset < source
  }
}
