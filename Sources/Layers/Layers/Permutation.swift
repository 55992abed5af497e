import Tensors

/// The dimensions of each image in another order, as a channel shuffle has it (Zhang et al. 2017, 1707.01083).
public struct Permutation: Layer, Hashable {
  /// For each dimension of the output, counted without the batch, that of the input; each once.
  public let order: [Int]

  public init(order: [Int]) {
    precondition(order.sorted() == Array(order.indices), "an order names each dimension once, found \(order)")
    self.order = order
  }

  public var window: Window? { nil }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard let input = inputs.first, input.rank == order.count + 1 else {
      throw LayerError.wrongInputShape(
        layer: "permutation", expected: "\(order.count) dimensions an image", found: "\(inputs)")
    }
    return Shape([input[0]] + order.map { input[$0 + 1] })
  }

  // out[n, i(order 0), i(order 1), …] = in[n, i(0), i(1), …]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    Permutation.permuted(inputs[0], order, on: pass.workers)
  }

  // d in = d out in the inverse order
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let inverse = order.indices.sorted { order[$0] < order[$1] }
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      Gradients(inputs: [Permutation.permuted(gradient, inverse, on: pass.workers)])
    }
  }

  private static func permuted(_ tensor: Tensor, _ order: [Int], on workers: Workers) -> Tensor {
    let sizes = Array(tensor.shape.dimensions.dropFirst())
    var strides = [Int](repeating: 1, count: sizes.count)
    for index in sizes.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * sizes[index + 1]
    }
    // Dimensions at the end that stay where they are move as one run.
    var kept = order.count
    while kept > 0, order[kept - 1] == kept - 1 { kept -= 1 }
    let run = sizes[kept...].reduce(1, *)
    let outer = order.prefix(kept)
    let (counts, steps) = (outer.map { sizes[$0] }, outer.map { strides[$0] })
    let runs = counts.reduce(1, *)
    let image = runs * run
    return Tensor(uninitialized: Shape([tensor.shape[0]] + order.map { sizes[$0] })) { target in
      tensor.withUnsafeBuffer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        workers.forEachRange(of: tensor.shape[0] * runs, length: max(1, (1 << 16) / max(run, 1))) { range in
          for index in range {
            var (rest, place) = (index % runs, index / runs * image)
            for dimension in counts.indices.reversed() {
              place += rest % counts[dimension] * steps[dimension]
              rest /= counts[dimension]
            }
            (target + index * run).update(from: source + place, count: run)
          }
        }
      }
    }
  }
}
