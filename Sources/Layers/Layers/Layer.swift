import Tensors

/// One step of a network.
///
/// `forward` gives the output; `recordingForward` gives it with a pullback that computes only the gradients
/// asked for. Feature maps are `[batch, channels, height, width]`.
public protocol Layer: Sendable {
  /// The parameters by the checkpoint's key: `weight`, `bias`, `running_mean`, …
  var parameters: [String: Tensor] { get }

  /// The shape of the output, or an error when the inputs' shapes do not suit.
  func outputShape(for inputs: [Shape]) throws -> Shape

  /// The output alone; keeps nothing.
  func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor

  /// The output and its pullback, which holds on to what the gradients in `pass.wanted` need.
  func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording

  // What follows has no default: a layer that says nothing of itself would be taken for what it is not.

  /// The square of its input that one output cell depends on; nil when there is no such bound.
  var window: Window? { get }

  /// What it does, in evaluation, to a change of its input; nil for what mixes values otherwise, such as products of
  /// two inputs.
  var response: LayerResponse? { get }

  /// Whether each output cell depends on the input cell at its place alone, to the last bit, and not on how many there
  /// are; false where nothing rests on it.
  var treatsCellsAlone: Bool { get }
}

extension Layer {
  public var parameters: [String: Tensor] { [:] }
}

/// A layer that can finish its output with what often follows while it is in the cache: a shortcut added as its
/// last input, and a clip.
protocol FinishingLayer: Layer {
  var addsShortcut: Bool { get set }
  var clip: Clip? { get set }
}

/// A layer whose parameters can be replaced, as training does.
///
/// Every layer with parameters conforms; a test sees to it.
protocol TrainableLayer: Layer {
  /// Replaces the parameter `key`, one of `parameters`' keys; another shape is the caller's mistake.
  mutating func setParameter(_ key: String, to tensor: Tensor)
}

/// A layer whose output channels have weights of their own each, so that some can be computed alone.
public protocol SelectableLayer: Layer {
  /// The layer with `channels` of its output alone; nil where it adds something to them or they hang together.
  func keeping(outputs channels: Range<Int>) -> Self?
}

/// How a forward pass runs.
public struct Pass: Sendable {
  /// Whether batch norm and dropout behave as in training.
  public enum Mode: Sendable, Hashable {
    case evaluation
    /// Batch statistics, and dropout drawn from `seed`.
    case training(seed: UInt64)
  }

  /// Which gradients the pullback will be asked for.
  public struct Wanted: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// With respect to the layer's (or network's) inputs.
    public static let inputs = Wanted(rawValue: 1)
    /// With respect to the parameters.
    public static let parameters = Wanted(rawValue: 2)
  }

  public var workers: Workers
  public var mode: Mode
  public var wanted: Wanted

  public init(workers: Workers, mode: Mode = .evaluation, wanted: Wanted = .inputs) {
    self.workers = workers
    self.mode = mode
    self.wanted = wanted
  }
}

/// A layer's output with its pullback.
public struct LayerRecording: Sendable {
  /// From the gradient with respect to the output to those with respect to inputs and parameters.
  public typealias Pullback = @Sendable (consuming Tensor) -> Gradients
  /// The same for a gradient that has gone through `passed` already, where each input's gradient is joined to
  /// its arrival while it is in the cache.
  typealias JoiningPullback = @Sendable (consuming Tensor, inout [Arrival]) -> Gradients

  public let output: Tensor
  public let pullback: Pullback
  /// New values of parameters that the forward pass itself changes: running statistics in training.
  public let updates: [String: Tensor]
  /// Where the layer's own clip let values through.
  let passed: PassedMask?
  let joiningPullback: JoiningPullback?

  public init(output: Tensor, updates: [String: Tensor] = [:], pullback: @escaping Pullback) {
    self.output = output
    self.updates = updates
    self.pullback = pullback
    passed = nil
    joiningPullback = nil
  }

  /// A recording whose pullback joins gradients itself.
  init(
    output: Tensor, updates: [String: Tensor] = [:], passed: PassedMask?, inputs: Int,
    on workers: Workers, joining: @escaping JoiningPullback
  ) {
    self.output = output
    self.updates = updates
    self.passed = passed
    joiningPullback = joining
    pullback = { gradient in
      var gradient = gradient
      passed?.gate(&gradient, on: workers)
      var arrivals = [Arrival](repeating: Arrival(), count: inputs)
      return joining(gradient, &arrivals)
    }
  }
}

/// What a gradient meets when it reaches a value of the network: the gradients that came before it, and the clip
/// that made the value.
struct Arrival {
  var sum: Tensor?
  /// Set for the last gradient to arrive.
  var gate: PassedMask?

  /// The gradient joined to the sum and sent through the gate; empties the arrival.
  mutating func receive(_ gradient: consuming Tensor, on workers: Workers) -> Tensor {
    var total = gradient
    if var sum = sum.take() {
      sum.add(total, on: workers)
      total = sum
    }
    gate.take()?.gate(&total, on: workers)
    return total
  }

  /// A gradient of `shape` made plane by plane, joined while each plane is in the cache.
  ///
  /// - Parameter fill: sets every float of the plane of that number.
  mutating func receive(
    _ shape: Shape, on workers: Workers, fill: (Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let pixels = shape[2] * shape[3]
    // A sum comes before the gate.
    let gate = sum == nil ? gate.take() : nil
    let made = Tensor(uninitialized: shape) { buffer in
      guard let start = buffer.baseAddress else { return }
      workers.forEach(shape[0] * shape[1]) { plane in
        fill(plane, start + plane * pixels)
        gate?.gate(start + plane * pixels, plane: plane)
      }
    }
    return receive(made, on: workers)
  }
}

/// What a pullback gives; a gradient that was not wanted is nil or absent.
public struct Gradients: Sendable {
  public var inputs: [Tensor?]
  public var parameters: [String: Tensor]

  public init(inputs: [Tensor?], parameters: [String: Tensor] = [:]) {
    self.inputs = inputs
    self.parameters = parameters
  }
}
