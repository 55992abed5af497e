import Tensors

/// A range of each image along one of its dimensions: channels of a split, or rows and columns of a crop.
public struct Slice: Layer, Hashable {
  /// Which dimension, counted with the batch: 1 for channels.
  public let dimension: Int
  /// The part that is kept.
  public let range: Range<Int>

  /// - Precondition: `dimension` is not the batch's; `range` is not negative.
  public init(dimension: Int, range: Range<Int>) {
    precondition(dimension > 0 && range.lowerBound >= 0, "a slice is of an image's own dimensions")
    self.dimension = dimension
    self.range = range
  }

  public var window: Window? { dimension == 1 || range.lowerBound == 0 ? .pixel : nil }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard let input = inputs.first, input.rank > dimension, input[dimension] >= range.upperBound else {
      throw LayerError.wrongInputShape(
        layer: "slice", expected: "at least \(range.upperBound) entries along dimension \(dimension)",
        found: "\(inputs)")
    }
    return shape(of: input)
  }

  private func shape(of input: Shape) -> Shape {
    var sizes = input.dimensions
    sizes[dimension] = range.count
    return Shape(sizes)
  }

  // out[…, i, …] = in[…, first + i, …]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0].shape
    return Tensor(uninitialized: shape(of: input)) { target in
      inputs[0].withUnsafeBuffer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        forEachRun(of: input, pass.workers) { whole, part, count in
          (target + part).update(from: source + whole, count: count)
        }
      }
    }
  }

  // d in[…, first + i, …] = d out[…, i, …], zero outside the range
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let (layer, input) = (self, inputs[0].shape)
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      var found = Tensor(zeros: input)
      found.withUnsafeMutableBuffer { target in
        gradient.withUnsafeBuffer { source in
          guard let source = source.baseAddress, let target = target.baseAddress else { return }
          layer.forEachRun(of: input, pass.workers) { whole, part, count in
            (target + whole).update(from: source + part, count: count)
          }
        }
      }
      return Gradients(inputs: [found])
    }
  }

  /// Calls `body` with where each run of kept elements begins in the input and in the output, and its length.
  private func forEachRun(of input: Shape, _ workers: Workers, _ body: (Int, Int, Int) -> Void) {
    let inner = input.dimensions[(dimension + 1)...].reduce(1, *)
    let outer = input.dimensions[..<dimension].reduce(1, *)
    let (length, whole) = (range.count * inner, input[dimension] * inner)
    workers.forEachRange(of: outer, length: max(1, (1 << 16) / max(length, 1))) { indices in
      for index in indices { body(index * whole + range.lowerBound * inner, index * length, length) }
    }
  }
}
