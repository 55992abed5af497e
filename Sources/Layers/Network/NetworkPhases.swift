import Tensors

extension Network {
  /// The output as if every stride were 1: a cell for every pixel at which a receptive field begins and fits.
  ///
  /// Instead of running the whole network on stride² shifted pictures, each strided layer multiplies the
  /// batch by the shifts of its own input. What lies before the n-th halving is so computed 4ⁿ⁻¹ times and
  /// not 64 times (the “shift and stitch” of Sermanet et al. 2014, 1312.6229, done layer by layer).
  ///
  /// - Parameters:
  ///   - input: `[1, channels, height, width]`, no smaller than one receptive field.
  ///   - memory: the batch is cut before a layer where the tensors still needed take more bytes. A strided
  ///     residual block needs about six times as much while it runs, and each earlier cut waits with its
  ///     parts: count on ten times this beside the weights.
  ///   - progress: called with the shifts done, and in all stride²; throwing ends the pass.
  /// - Returns: `[channels, height − size + 1, width − size + 1]`
  /// - Throws: `LayerError` when the input does not suit.
  /// - Precondition: the network pads nothing and has a receptive field.
  public func forwardAtEveryPixel(
    _ input: Tensor, on workers: Workers, memory: Int = 1 << 25,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> Tensor {
    guard let field = receptiveField, field.offset == 0, nodes.allSatisfy({ $0.layer.window?.pads == false })
    else { preconditionFailure("every pixel has a cell of its own only where nothing is padded") }
    let shape = try LayerError.featureMap("picture", [input.shape])
    _ = try outputShape(for: shape)
    let (rows, columns) = (shape[2] - field.size + 1, shape[3] - field.size + 1)
    // Enough pixels below and to the right for every shift to have as many cells; what they give is cut off.
    func padded(_ cells: Int) -> Int {
      (cells + field.stride - 1) / field.stride * field.stride + field.size - 1
    }
    let start = Add.padded(input, to: [1, shape[1], padded(rows), padded(columns)])
    var run = PhasedRun(
      network: self, pass: Pass(workers: workers, wanted: []), memory: memory,
      phaseCount: field.stride * field.stride)
    try run.run(from: 0, values: [0: start], progress: progress)
    return Network.interleaved(
      run.outputs, phases: phases(of: output), stride: field.stride, rows: rows, columns: columns)
  }

  /// The shifts of each phase of a value, in the order of its batch.
  private func phases(of value: Value) -> [(row: Int, column: Int)] {
    var strides: [[Int]] = [[]]
    for node in nodes {
      let own = node.layer.window.map { $0.vertical.stride } ?? 1
      strides.append(strides[node.inputs[0].index] + (own > 1 ? [own] : []))
    }
    var phases = [(row: 0, column: 0)]
    var reach = 1
    for stride in strides[value.index] {
      phases = phases.flatMap { phase in
        (0..<stride * stride).map {
          (phase.row + reach * ($0 / stride), phase.column + reach * ($0 % stride))
        }
      }
      reach *= stride
    }
    return phases
  }

  /// Cell (i, j) of the phase with shift (y, x) becomes cell (i·stride + y, j·stride + x).
  private static func interleaved(
    _ parts: [Tensor], phases: [(row: Int, column: Int)], stride: Int, rows: Int, columns: Int
  ) -> Tensor {
    let channels = parts[0].shape[1]
    var result = Tensor(zeros: [channels, rows, columns])
    result.withUnsafeMutableBuffer { target in
      var phase = 0
      for part in parts {
        let (height, width) = (part.shape[2], part.shape[3])
        part.withUnsafeBuffer { cells in
          for image in 0..<part.shape[0] {
            let shift = phases[phase + image]
            for channel in 0..<channels {
              for i in 0..<height {
                let row = i * stride + shift.row
                guard row < rows else { continue }
                for j in 0..<width {
                  let column = j * stride + shift.column
                  guard column < columns else { continue }
                  target[(channel * rows + row) * columns + column] =
                    cells[((image * channels + channel) * height + i) * width + j]
                }
              }
            }
          }
        }
        phase += part.shape[0]
      }
    }
    return result
  }
}

/// One walk through a network with shifts in the batch, depth first where memory is short.
private struct PhasedRun {
  let network: Network
  let pass: Pass
  let memory: Int
  let phaseCount: Int
  /// For each value the last node that reads it.
  private let lastUse: [Int]
  /// Parts of the output in the order of their phases.
  private(set) var outputs: [Tensor] = []
  private var done = 0

  init(network: Network, pass: Pass, memory: Int, phaseCount: Int) {
    self.network = network
    self.pass = pass
    self.memory = memory
    self.phaseCount = phaseCount
    lastUse = network.lastUses()
  }

  /// Runs the nodes from `start` on, given every value that they still need.
  mutating func run(
    from start: Int, values: [Int: Tensor], progress: (Int, Int) throws -> Void
  ) throws {
    var values = values
    for index in start..<network.nodes.count {
      if let parts = cut(values) {
        values = [:]
        for part in parts { try run(from: index, values: part, progress: progress) }
        return
      }
      let node = network.nodes[index]
      var inputs = node.inputs.map { value in
        guard let tensor = values[value.index] else { preconditionFailure("a value was let go") }
        return tensor
      }
      let stride = node.layer.window?.vertical.stride ?? 1
      if stride > 1 { inputs[0] = shifts(of: inputs[0], below: stride) }
      for value in node.inputs where lastUse[value.index] == index { values[value.index] = nil }
      if lastUse[index + 1] >= 0 { values[index + 1] = node.layer.forward(inputs, pass) }
    }
    guard let result = values[network.output.index] else { preconditionFailure("the output was let go") }
    outputs.append(result)
    done += result.shape[0]
    try progress(done, phaseCount)
  }

  /// The values in parts of the batch that fit into the memory; nil when they fit as they are or cannot be
  /// cut: in the middle of a strided block some have been multiplied and some not.
  private func cut(_ values: [Int: Tensor]) -> [[Int: Tensor]]? {
    guard let count = values.values.first?.shape[0], count > 1,
      values.values.allSatisfy({ $0.shape[0] == count })
    else { return nil }
    let bytes = values.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride }
    guard bytes > memory else { return nil }
    let length = max(1, memory / (bytes / count))
    return stride(from: 0, to: count, by: length).map { first in
      values.mapValues { $0.slice(first..<min(first + length, count)) }
    }
  }

  /// For each image the `stride`² images without its first rows and columns, all of one size:
  /// `[batch · stride², channels, height − stride + 1, width − stride + 1]`.
  private func shifts(of tensor: Tensor, below stride: Int) -> Tensor {
    let (count, channels) = (tensor.shape[0], tensor.shape[1])
    let (height, width) = (tensor.shape[2], tensor.shape[3])
    let (rows, columns) = (height - stride + 1, width - stride + 1)
    let copies = stride * stride
    return Tensor(uninitialized: [count * copies, channels, rows, columns]) { target in
      tensor.withUnsafeBuffer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        let (from, to) = (source, target)
        pass.workers.forEach(count * copies) { image in
          let (top, left) = (image % copies / stride, image % stride)
          for channel in 0..<channels {
            let plane = from + (image / copies * channels + channel) * height * width
            let copy = to + (image * channels + channel) * rows * columns
            for row in 0..<rows {
              (copy + row * columns).update(from: plane + (row + top) * width + left, count: columns)
            }
          }
        }
      }
    }
  }
}

extension Window {
  /// Whether it reaches beyond its input.
  fileprivate var pads: Bool {
    vertical.before != 0 || vertical.after != 0 || horizontal.before != 0 || horizontal.after != 0
      || vertical.stride != horizontal.stride
  }
}
