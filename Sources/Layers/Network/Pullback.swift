import Tensors

/// The pullbacks of a network's layers in order, and how gradients meet between them.
struct Pullback: Sendable {
  private struct Step: Sendable {
    let name: String
    let inputs: [Network.Value]
    let pullback: LayerRecording.Pullback
    let joining: LayerRecording.JoiningPullback?
    let passed: PassedMask?

    /// Whether each input is another value, so that each has its own arrival.
    var joins: Bool { joining != nil && Set(inputs).count == inputs.count }
  }

  private let layers: [(name: String, inputs: [Network.Value])]
  /// Which values' gradients are asked for or lead to one that is.
  private let needed: [Bool]
  private let workers: Workers
  /// For each value the first node that reads it on a way to an output: the last to send it a gradient.
  private let lastSender: [Int?]
  private var steps: [Step?] = []

  /// - Parameter outputs: the values that gradients will come from.
  init(network: Network, outputs: [Network.Value], needed: [Bool], workers: Workers) {
    layers = network.nodes.map { ($0.name, $0.inputs) }
    self.needed = needed
    self.workers = workers
    var reaches = [Bool](repeating: false, count: needed.count)
    for output in outputs { reaches[output.index] = true }
    var senders = [Int?](repeating: nil, count: needed.count)
    for index in network.nodes.indices.reversed() where reaches[index + 1] {
      for value in network.nodes[index].inputs {
        reaches[value.index] = true
        senders[value.index] = index
      }
    }
    lastSender = senders
  }

  /// Adds the next node's recording, or nil when no gradient is asked of it.
  mutating func append(_ recording: LayerRecording?) {
    let (name, inputs) = layers[steps.count]
    steps.append(
      recording.map {
        Step(
          name: name, inputs: inputs, pullback: $0.pullback, joining: $0.joiningPullback,
          passed: $0.passed)
      })
  }

  /// Takes the gradients with respect to the outputs back; each output stands once.
  func walk(
    _ starts: [(output: Network.Value, gradient: Tensor)], wantsInput: Bool
  ) -> Network.NetworkGradients {
    var gradients = Network.NetworkGradients()
    var pending = [Tensor?](repeating: nil, count: needed.count)
    for (output, gradient) in starts {
      var start = Arrival()
      if lastSender[output.index] == nil { start.gate = gate(of: output) }
      pending[output.index] = start.receive(gradient, on: workers)
    }
    for index in steps.indices.reversed() {
      guard let step = steps[index], let incoming = pending[index + 1].take() else { continue }
      var found: Gradients
      if step.joins, let joining = step.joining {
        var arrivals = step.inputs.map { arrival(at: $0, from: index, &pending) }
        found = joining(consume incoming, &arrivals)
        for (value, tensor) in zip(step.inputs, found.inputs) where needed[value.index] {
          pending[value.index] = tensor
        }
      } else {
        found = step.pullback(consume incoming)
        // The gate belongs after the last of a node's gradients to one value.
        for (slot, value) in step.inputs.enumerated() where needed[value.index] {
          // Taken out, so that it has one owner and is joined in place.
          guard let tensor = found.inputs[slot].take() else { continue }
          var arrival = arrival(at: value, from: index, &pending)
          if step.inputs[(slot + 1)...].contains(value) { arrival.gate = nil }
          pending[value.index] = arrival.receive(consume tensor, on: workers)
        }
      }
      for (key, tensor) in found.parameters { gradients.parameters["\(step.name).\(key)"] = tensor }
    }
    gradients.input = wantsInput ? pending[0] : nil
    return gradients
  }

  /// What a gradient that node `sender` sends to `value` meets; takes the sum out of `pending`.
  private func arrival(
    at value: Network.Value, from sender: Int, _ pending: inout [Tensor?]
  ) -> Arrival {
    guard needed[value.index] else { return Arrival() }
    return Arrival(
      sum: pending[value.index].take(), gate: lastSender[value.index] == sender ? gate(of: value) : nil)
  }

  /// The clip of the layer that made a value, where its pullback counts on gradients that went through it.
  private func gate(of value: Network.Value) -> PassedMask? {
    value.index > 0 ? steps[value.index - 1].flatMap { $0.joins ? $0.passed : nil } : nil
  }
}
