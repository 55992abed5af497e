import Tensors

/// A network cut where all that follows treats each cell alone, so that the cells of many small maps go through
/// the rest side by side, as one long map.
///
/// Products take 24 cells at once and never mix two pictures in a vector of 8; on maps of 3 × 3 cells nearly half
/// of that is wasted, on the long map nothing. The sums are the same, bit for bit.
public struct SplitNetwork: Sendable {
  /// The network uncut.
  public let whole: Network
  private let parts: (head: Network, tail: Network)?

  public init(_ network: Network) {
    whole = network
    parts = network.splitBeforePointwiseTail()
  }

  /// Joining costs two copies, which pay where more than a fifth of the vectors would be empty.
  private static func isWorthJoining(_ shape: Shape) -> Bool {
    let cells = shape[2] * shape[3]
    return shape[0] > 1 && (cells + 7) / 8 * 8 * 5 > cells * 6
  }

  /// The output alone.
  ///
  /// - Throws: `LayerError` when the input's shape does not suit.
  public func forward(_ input: Tensor, on workers: Workers) throws -> Tensor {
    guard let (head, tail) = parts, Self.isWorthJoining(try head.outputShape(for: input.shape)) else {
      return try whole.forward(input, on: workers)
    }
    let maps = try head.forward(input, on: workers)
    let cells = try tail.forward(Self.joined(maps, on: workers), on: workers)
    return Self.apart(cells, maps.shape, on: workers)
  }

  /// The output and its pullback to the input, in evaluation.
  ///
  /// - Throws: `LayerError` when the input's shape does not suit.
  public func recordingForward(_ input: Tensor, on workers: Workers) throws -> Network.Recording {
    let pass = Pass(workers: workers, wanted: .inputs)
    guard let (head, tail) = parts, Self.isWorthJoining(try head.outputShape(for: input.shape)) else {
      return try whole.recordingForward(input, pass)
    }
    let first = try head.recordingForward(input, pass)
    let shape = first.output.shape
    let rest = try tail.recordingForward(Self.joined(first.output, on: workers), pass)
    return Network.Recording(output: Self.apart(rest.output, shape, on: workers), updates: [:]) { gradient in
      guard let cells = rest.pullback(Self.joined(gradient, on: workers)).input else {
        preconditionFailure("the input's gradient was asked for")
      }
      return first.pullback(Self.apart(cells, shape, on: workers))
    }
  }

  /// `[batch, channels, rows, columns]` → `[1, channels, 1, batch · rows · columns]`
  private static func joined(_ maps: Tensor, on workers: Workers) -> Tensor {
    let (batch, channels, cells) = (maps.shape[0], maps.shape[1], maps.shape[2] * maps.shape[3])
    return swapped(maps, batch, channels, to: [1, channels, 1, batch * cells], on: workers)
  }

  /// The pullback of `joined`; `shape` gives batch, rows and columns.
  private static func apart(_ joined: Tensor, _ shape: Shape, on workers: Workers) -> Tensor {
    let channels = joined.shape[1]
    return swapped(
      joined, channels, shape[0], to: [shape[0], channels, shape[2], shape[3]], on: workers)
  }

  /// `[outer, inner, cells]` → `[inner, outer, cells]`, under another shape.
  private static func swapped(
    _ tensor: Tensor, _ outer: Int, _ inner: Int, to shape: Shape, on workers: Workers
  ) -> Tensor {
    let cells = tensor.count / (outer * inner)
    return Tensor(uninitialized: shape) { target in
      tensor.withUnsafeBuffer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        workers.forEachRange(of: outer * inner, length: 4096) { range in
          for index in range {
            let place = index % outer * inner + index / outer
            (to + index * cells).update(from: from + place * cells, count: cells)
          }
        }
      }
    }
  }
}

extension Network {
  /// The network in two: the second part is as long as it can be while each of its layers treats every cell
  /// alone and all of them read but one value of the first. Nil when there is no such part.
  func splitBeforePointwiseTail() -> (head: Network, tail: Network)? {
    var outside: Set<Int> = []
    var cut: (node: Int, value: Int)?
    for index in nodes.indices.reversed() {
      guard nodes[index].layer.treatsCellsAlone else { break }
      outside.remove(index + 1)
      for value in nodes[index].inputs { outside.insert(value.index) }
      // Values made from here on stand inside; of those before, one may be read.
      let before = outside.filter { $0 <= index }
      if before.count == 1, let value = before.first, value > 0 { cut = (index, value) }
    }
    guard let cut else { return nil }
    return split(beforeNode: cut.node, reading: Value(index: cut.value))
  }

  /// The network in two before the first layer that mixes a whole map: its mean, or what lays it out in one line. What
  /// is left of the picture's plane is the last map of features, on which Grad-CAM looks.
  ///
  /// - Returns: nil when no layer does so, or what follows reads something else besides.
  public func splitAtLastMap() -> (head: Network, tail: Network)? {
    guard let first = nodes.firstIndex(where: { $0.layer.window == nil }), nodes[first].inputs.count == 1
    else { return nil }
    let map = nodes[first].inputs[0]
    let others = nodes[first...].flatMap(\.inputs).filter { $0.index <= first && $0 != map }
    return others.isEmpty ? split(beforeNode: first, reading: map) : nil
  }

  /// The network in two before a node, when those from it on read `value` alone of all before.
  private func split(beforeNode first: Int, reading value: Value) -> (head: Network, tail: Network)? {
    guard output.index > first else { return nil }
    var (head, tail) = (Network(), Network())
    for node in nodes[..<first] { head.append(node.name, node.layer, node.inputs) }
    head.output = value
    func renamed(_ other: Value) -> Value {
      other == value ? .input : Value(index: other.index - first)
    }
    for node in nodes[first...] { tail.append(node.name, node.layer, node.inputs.map(renamed)) }
    tail.output = renamed(output)
    return (head, tail)
  }
}
