import Testing

@testable import Layers
@testable import Tensors

/// Sizes at which the work is cut into several tiles and channel parts, against direct sums.
@Suite("Convolution in tiles")
struct ConvolutionTilesTests {
  struct Problem: CustomTestStringConvertible {
    let testDescription: String
    let input: Shape
    let outputs: Int
    let window: Window
    var groups = 1
  }

  static let problems = [
    Problem(testDescription: "1 x 1, 40 x 40", input: [2, 5, 40, 40], outputs: 3, window: .pixel),
    Problem(
      testDescription: "3 x 3 padded, 40 x 40", input: [1, 3, 40, 40], outputs: 4,
      window: Window(kernel: 3, padding: 1)),
    Problem(
      testDescription: "3 x 3 / 2, wide", input: [1, 2, 35, 90], outputs: 2,
      window: Window(kernel: 3, stride: 2, padding: 1)),
    Problem(
      testDescription: "7 x 7 / 2, 83 x 83", input: [1, 3, 83, 83], outputs: 2,
      window: Window(kernel: 7, stride: 2, padding: 3)),
    Problem(
      testDescription: "many channels in groups", input: [1, 140, 18, 17], outputs: 4,
      window: Window(kernel: 3, padding: 1), groups: 2),
    Problem(
      testDescription: "rows longer than a tile", input: [1, 1, 3, 1500], outputs: 2,
      window: Window(kernel: 3)),
    Problem(
      testDescription: "1 x 1 / 2", input: [2, 6, 23, 30], outputs: 7,
      window: Window(kernel: 1, stride: 2)),
    Problem(
      testDescription: "stride beyond the kernel", input: [1, 3, 29, 31], outputs: 5,
      window: Window(kernel: 2, stride: 3, padding: 1)),
    Problem(
      testDescription: "dilated by the stride", input: [1, 3, 33, 34], outputs: 4,
      window: Window(kernel: 3, stride: 2, padding: 2, dilation: 2)),
    Problem(
      testDescription: "many small images", input: [21, 3, 6, 7], outputs: 9,
      window: Window(kernel: 3, padding: 1)),
    Problem(
      testDescription: "long sums", input: [3, 300, 5, 5], outputs: 6, window: .pixel),
    Problem(
      testDescription: "many rows", input: [1, 2, 9, 9], outputs: 530, window: .pixel),
    Problem(
      testDescription: "uneven window", input: [1, 2, 12, 40], outputs: 3,
      window: Window(
        vertical: .init(kernel: 2, stride: 2, before: 1, after: 0),
        horizontal: .init(kernel: 4, stride: 1, before: 0, after: 2))),
    Problem(
      testDescription: "every channel for itself", input: [2, 37, 23, 70], outputs: 37,
      window: Window(kernel: 3, padding: 1), groups: 37),
    Problem(
      testDescription: "every channel for itself / 2", input: [2, 5, 31, 41], outputs: 5,
      window: Window(kernel: 3, stride: 2, padding: 1), groups: 5),
    Problem(
      testDescription: "every channel for itself, unpadded", input: [2, 3, 7, 9], outputs: 3,
      window: Window(kernel: 3), groups: 3),
    Problem(
      testDescription: "every channel for itself, padded unevenly", input: [1, 6, 28, 33], outputs: 6,
      window: Window(
        vertical: .init(kernel: 5, stride: 2, before: 1, after: 2),
        horizontal: .init(kernel: 3, stride: 2, before: 0, after: 1)), groups: 6),
    Problem(
      testDescription: "dilated with stride", input: [1, 20, 50, 44], outputs: 2,
      window: Window(kernel: 3, stride: 1, padding: 2, dilation: 2)),
  ]

  private func columns(_ problem: Problem) -> ColumnSource {
    let window = problem.window
    return ColumnSource(
      source: problem.input,
      vertical: .forward(window.vertical, output: window.vertical.outputSize(for: problem.input[2])),
      horizontal: .forward(
        window.horizontal, output: window.horizontal.outputSize(for: problem.input[3])),
      channelsPerPart: 8, chunkColumns: 384)
  }

  @Test func theProblemsAreCut() {
    let sources = Self.problems.map(columns)
    #expect(sources.count { $0.chunks.count > 1 } > 5)
    #expect(sources.contains { $0.chunks.contains { $0.images.count > 1 } })
    #expect(sources.contains { $0.scratchLength > 0 } && sources.contains { $0.scratchLength == 0 })
    #expect(Self.problems.contains { $0.input[1] / $0.groups > PackedWeights.partLength })
  }

  @Test(arguments: problems)
  func chunksCoverEveryCellOnce(problem: Problem) {
    let source = columns(problem)
    let cells = source.vertical.count * source.horizontal.count
    let covered = source.chunks.flatMap { chunk in
      chunk.images.flatMap { image in chunk.cells.map { image * cells + $0 } }
    }
    #expect(covered == Array(0..<problem.input[0] * cells))
  }

  @Test(arguments: problems)
  func equalsDirectSums(problem: Problem) throws {
    let layer = layer(problem)
    let input = randomTensor(problem.input, seed: 11)
    let direct = DirectConvolution(layer, input: problem.input)
    let shape = try layer.outputShape(for: [problem.input])
    let gradient = randomTensor(shape, seed: 12)
    let expected = direct.evaluate(input: input, weight: layer.weight, gradient: gradient)
    for threads in 1...2 {
      var pass = everything
      pass.workers = Workers(count: threads)
      let recorded = layer.recordingForward([input], pass)
      expectClose(recorded.output, expected.output, "output", tolerance: 1e-5)
      let gradients = recorded.pullback(gradient)
      expectClose(gradients.inputs[0], expected.inputGradient, "input gradient", tolerance: 1e-5)
      expectClose(
        gradients.parameters["weight"], expected.weightGradient, "weight gradient", tolerance: 1e-5)
    }
  }

  /// The fused end of a tile must find its own bias, its own rows of a wider shortcut and its own images.
  @Test(arguments: problems)
  func biasShortcutAndClipFallOnTheRightPixels(problem: Problem) throws {
    let plain = layer(problem)
    let input = randomTensor(problem.input, seed: 13)
    let shape = try plain.outputShape(for: [problem.input])
    for extra in [0, 3] {
      let shortcut = randomTensor([shape[0], shape[1], shape[2] + extra, shape[3] + extra], seed: 14)
      var fused = plain
      fused.bias = randomTensor([shape[1]], seed: 15)
      fused.addsShortcut = true
      fused.clip = Clip(floor: -0.5, ceiling: 0.75)
      var expected = plain.forward([input], everything)
      let bias = fused.bias?.elements ?? []
      for image in 0..<shape[0] {
        for channel in 0..<shape[1] {
          for row in 0..<shape[2] {
            for column in 0..<shape[3] {
              let sum =
                expected[image, channel, row, column] + bias[channel] + shortcut[image, channel, row, column]
              expected[image, channel, row, column] = min(max(sum, -0.5), 0.75)
            }
          }
        }
      }
      #expect(fused.forward([input, shortcut], everything) == expected)
    }
  }

  private func layer(_ problem: Problem) -> Convolution {
    Convolution(
      weight: randomTensor(
        [
          problem.outputs, problem.input[1] / problem.groups, problem.window.vertical.kernel,
          problem.window.horizontal.kernel,
        ], seed: 10), geometry: problem.window, groups: problem.groups)
  }
}

/// A convolution as its definition says, one product after the other, in double precision.
struct DirectConvolution {
  let window: Window
  let groups: Int
  let input, output, weight: Shape

  init(_ layer: Convolution, input: Shape) {
    window = layer.geometry
    groups = layer.groups
    self.input = input
    weight = layer.weight.shape
    output = [
      input[0], weight[0], window.vertical.outputSize(for: input[2]),
      window.horizontal.outputSize(for: input[3]),
    ]
  }

  func evaluate(
    input x: Tensor, weight w: Tensor, gradient g: Tensor
  ) -> (output: Tensor, inputGradient: Tensor, weightGradient: Tensor) {
    let (x, w, g) = (x.elements, w.elements, g.elements)
    var y = [Double](repeating: 0, count: output.count)
    var dx = [Double](repeating: 0, count: input.count)
    var dw = [Double](repeating: 0, count: weight.count)
    forEachProduct { out, pixel, tap in
      y[out] += Double(x[pixel]) * Double(w[tap])
      dx[pixel] += Double(g[out]) * Double(w[tap])
      dw[tap] += Double(g[out]) * Double(x[pixel])
    }
    return (
      Tensor(y.map(Float.init), shape: output), Tensor(dx.map(Float.init), shape: input),
      Tensor(dw.map(Float.init), shape: weight)
    )
  }

  /// Calls `body` with the flat indices of an output, an input pixel and the weight that joins them.
  private func forEachProduct(_ body: (Int, Int, Int) -> Void) {
    let (vertical, horizontal) = (window.vertical, window.horizontal)
    var out = 0
    for image in 0..<output[0] {
      for channel in 0..<output[1] {
        let group = channel / (output[1] / groups)
        for row in 0..<output[2] {
          for column in 0..<output[3] {
            for part in 0..<weight[1] {
              let plane = image * input[1] + group * weight[1] + part
              for tapY in 0..<vertical.kernel {
                let y = row * vertical.stride + tapY * vertical.dilation - vertical.before
                guard y >= 0, y < input[2] else { continue }
                for tapX in 0..<horizontal.kernel {
                  let x = column * horizontal.stride + tapX * horizontal.dilation - horizontal.before
                  guard x >= 0, x < input[3] else { continue }
                  body(
                    out, (plane * input[2] + y) * input[3] + x,
                    ((channel * weight[1] + part) * vertical.kernel + tapY) * horizontal.kernel + tapX)
                }
              }
            }
            out += 1
          }
        }
      }
    }
  }
}
