import Testing

@testable import Layers
@testable import Tensors

@Suite("Window")
struct WindowTests {
  private static func randomAxes(_ count: Int, seed: UInt64) -> [Window.Axis] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      Window.Axis(
        kernel: 1 + generator.uniform(below: 7), stride: 1 + generator.uniform(below: 4),
        before: generator.uniform(below: 4), after: generator.uniform(below: 4),
        dilation: 1 + generator.uniform(below: 3))
    }
  }

  @Test func outputSizeCountsTheWindowsThatFit() {
    for axis in Self.randomAxes(300, seed: 1) {
      for input in 1...30 {
        let padded = input + axis.before + axis.after
        let fitting = (0...padded).count { $0 * axis.stride + axis.extent <= padded }
        #expect(axis.outputSize(for: input) == fitting, "\(axis) on \(input)")
      }
    }
  }

  /// Rounding up adds the window that reaches past the end, unless it begins in the padding there. Padding is
  /// at most half the kernel, as PyTorch demands of pools.
  @Test func roundingUpCountsTheWindowThatReachesPastTheEnd() {
    for var axis in Self.randomAxes(300, seed: 2) {
      axis.before = min(axis.before, axis.kernel / 2)
      axis.after = min(axis.after, axis.kernel / 2)
      for input in 1...30 {
        let padded = input + axis.before + axis.after
        var windows = 0
        while axis.extent <= padded, windows * axis.stride < input + axis.before,
          windows == 0 || (windows - 1) * axis.stride + axis.extent < padded
        {
          windows += 1
        }
        #expect(axis.outputSize(for: input, roundingUp: true) == windows, "\(axis) on \(input)")
      }
    }
  }

  @Test func validOutputsAreThoseWhoseTapReadsAPixel() {
    for axis in Self.randomAxes(200, seed: 3) {
      for input in [1, 2, 5, 12, 23] {
        let output = axis.outputSize(for: input)
        for tap in 0..<axis.kernel {
          let expected = (0..<max(0, output)).filter {
            (0..<input).contains($0 * axis.stride + tap * axis.dilation - axis.before)
          }
          let found = axis.validOutputs(tap: tap, input: input, output: output)
          #expect(Array(found) == expected, "\(axis), tap \(tap) on \(input)")
        }
      }
    }
  }

  @Test func extentReachesFromFirstToLastTap() {
    #expect(Window.Axis(kernel: 3).extent == 3)
    #expect(Window.Axis(kernel: 3, dilation: 4).extent == 9)
    #expect(Window.Axis(kernel: 1, dilation: 9).extent == 1)
  }

  @Test func onlyAPlainOneByOneIsPointwise() {
    #expect(Window.pixel.isPointwise)
    #expect(Window(kernel: 1).isPointwise)
    #expect(!Window(kernel: 1, stride: 2).isPointwise)
    #expect(!Window(kernel: 1, padding: 1).isPointwise)
    #expect(!Window(kernel: 3, padding: 1).isPointwise)
  }
}
