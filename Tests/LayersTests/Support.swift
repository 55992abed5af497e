import Foundation
import Testing

@testable import Layers
@testable import Tensors

// MARK: - PyTorch's numbers

/// What PyTorch computed for small layers: `Golden/layers.json`.
struct Golden: Decodable {
  struct Array: Decodable {
    let shape: [Int]
    let values: [Float]
    var tensor: Tensor { Tensor(values, shape: Shape(shape)) }
  }

  struct Case<Settings: Decodable & Sendable>: Decodable, CustomTestStringConvertible {
    let name: String
    let settings: Settings
    let inputs: [Array]
    let parameters: [String: Array]
    let output: Array
    let outputGradient: Array
    let inputGradients: [Array]
    let parameterGradients: [String: Array]
    /// New running statistics of a batch norm.
    let runningAfter: [String: Array]?
    var testDescription: String { name }
  }

  struct None: Decodable {}

  struct Convolution: Decodable {
    let stride, pads, dilation: [Int]
    let groups: Int
    let shortcut: Bool
    let clip: [Float?]?
  }

  struct BatchNorm: Decodable { let training: Bool }

  struct Clip: Decodable {
    let low: Float
    let high: Float?
  }

  struct MaxPool: Decodable {
    let kernel, stride, padding, dilation: Int
    let ceil: Bool
  }

  struct AveragePool: Decodable {
    let kernel, stride, padding: Int
    let ceil, counted: Bool
  }

  struct AdaptiveAveragePool: Decodable { let rows, columns: Int }

  struct Normalisation: Decodable { let mean, deviation: [Float] }

  struct LeakyReLU: Decodable { let slope: Float }

  struct ZeroPad: Decodable { let top, left, bottom, right: Int }

  struct Reshape: Decodable { let dimensions: [Int] }

  struct Permutation: Decodable { let order: [Int] }

  struct Slice: Decodable { let dimension, start, end: Int }

  struct Loss: Decodable, CustomTestStringConvertible {
    let name: String
    let logits: Array
    let classes: [Int]
    /// nil for the margin.
    let smoothing: Double?
    let values: Array
    let gradient: Array
    var testDescription: String { name }
  }

  let convolution: [Case<Convolution>]
  let batchNorm: [Case<BatchNorm>]
  let clip: [Case<Clip>]
  let maxPool: [Case<MaxPool>]
  let averagePool: [Case<AveragePool>]
  let adaptiveAveragePool: [Case<AdaptiveAveragePool>]
  let globalAveragePool, linear, add, concatenation, flatten: [Case<None>]
  let normalisation: [Case<Normalisation>]
  let loss: [Loss]
  let multiply, sigmoid: [Case<None>]
  let leakyRelu: [Case<LeakyReLU>]
  let zeroPad: [Case<ZeroPad>]
  let reshape: [Case<Reshape>]
  let permutation: [Case<Permutation>]
  let slice: [Case<Slice>]

  static let layers: Golden = {
    do {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/layers.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Golden.self, from: Data(contentsOf: file))
    } catch {
      print("Golden/layers.json cannot be read: \(error); run make_layers.py")
      preconditionFailure("no golden numbers")
    }
  }()
}

/// Checks a layer's output and all its gradients against PyTorch's, on one thread and on two.
func expectPyTorchsNumbers<Settings>(
  _ layer: some Layer, _ golden: Golden.Case<Settings>, mode: Pass.Mode = .evaluation
) throws {
  let inputs = golden.inputs.map(\.tensor)
  #expect(try layer.outputShape(for: inputs.map(\.shape)) == golden.output.tensor.shape)
  #expect(golden.inputGradients.count == inputs.count)
  for threads in 1...2 {
    let pass = Pass(workers: Workers(count: threads), mode: mode, wanted: [.inputs, .parameters])
    expectClose(layer.forward(inputs, pass), golden.output.tensor, "output")
    let recorded = layer.recordingForward(inputs, pass)
    expectClose(recorded.output, golden.output.tensor, "recorded output")
    let gradients = recorded.pullback(golden.outputGradient.tensor)
    #expect(gradients.inputs.count == inputs.count)
    for (index, expected) in golden.inputGradients.enumerated() {
      expectClose(gradients.inputs[index], expected.tensor, "gradient of input \(index)")
    }
    #expect(Set(gradients.parameters.keys) == Set(golden.parameterGradients.keys))
    for (key, expected) in golden.parameterGradients {
      expectClose(gradients.parameters[key], expected.tensor, "gradient of \(key)")
    }
  }
}

/// Checks two tensors for equality to fp32 rounding: `tolerance` times the greatest value expected, or times 1
/// where all are smaller.
func expectClose(
  _ found: Tensor?, _ expected: Tensor, _ what: String, tolerance: Float = 2e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let found else {
    Issue.record("\(what) is missing", sourceLocation: sourceLocation)
    return
  }
  #expect(found.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
  guard found.shape == expected.shape else { return }
  let scale = max(1, expected.elements.map(abs).max() ?? 0)
  let (worst, error) = zip(found.elements, expected.elements).map { abs($0 - $1) }.enumerated()
    .reduce((0, 0)) { $1.element > $0.1 || $1.element.isNaN ? ($1.offset, $1.element) : $0 }
  #expect(error <= tolerance * scale, "\(what), element \(worst)", sourceLocation: sourceLocation)
}

// MARK: - Finite differences

/// Checks a layer's gradients by central differences of `Σ output · direction` for a random direction.
///
/// - Parameters:
///   - make: the layer with the given parameters.
///   - step: how far each element is moved to either side. Large where the layer is linear, for then only
///     rounding errs.
///   - tolerance: relative to the greatest difference quotient.
func expectFiniteDifferencesAgree(
  inputs: [Tensor], parameters: [String: Tensor] = [:], mode: Pass.Mode = .evaluation, step: Float = 0.25,
  tolerance: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation,
  make: ([String: Tensor]) -> any Layer
) {
  let pass = Pass(workers: Workers(count: 2), mode: mode, wanted: [.inputs, .parameters])
  let recorded = make(parameters).recordingForward(inputs, pass)
  let direction = randomTensor(recorded.output.shape, seed: 99)
  let gradients = recorded.pullback(direction)

  func value(_ inputs: [Tensor], _ parameters: [String: Tensor]) -> Double {
    zip(make(parameters).forward(inputs, pass).elements, direction.elements)
      .reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
  /// The difference quotients by every element of `tensor`, against `gradient`.
  func compare(_ what: String, _ tensor: Tensor, _ gradient: Tensor?, _ value: (Tensor) -> Double) {
    guard let gradient, gradient.shape == tensor.shape else {
      Issue.record(
        "\(what): the gradient has shape \(String(describing: gradient?.shape)), not \(tensor.shape)",
        sourceLocation: sourceLocation)
      return
    }
    let quotients = (0..<tensor.count).map { index in
      var (above, below) = (tensor, tensor)
      above.withUnsafeMutableBuffer { $0[index] += step }
      below.withUnsafeMutableBuffer { $0[index] -= step }
      return (value(above) - value(below)) / (2 * Double(step))
    }
    let scale = max(quotients.map(abs).max() ?? 0, 1e-3)
    for (index, (quotient, found)) in zip(quotients, gradient.elements).enumerated() {
      #expect(
        abs(quotient - Double(found)) <= tolerance * scale, "\(what), element \(index)",
        sourceLocation: sourceLocation)
    }
  }

  #expect(gradients.inputs.count == inputs.count, sourceLocation: sourceLocation)
  for (index, input) in inputs.enumerated() {
    compare("input \(index)", input, gradients.inputs[index]) { changed in
      var inputs = inputs
      inputs[index] = changed
      return value(inputs, parameters)
    }
  }
  #expect(
    Set(gradients.parameters.keys) == Set(parameters.keys.filter { !$0.contains("running_") }),
    sourceLocation: sourceLocation)
  for (key, parameter) in parameters where !key.contains("running_") {
    compare(key, parameter, gradients.parameters[key]) { changed in
      var parameters = parameters
      parameters[key] = changed
      return value(inputs, parameters)
    }
  }
}

// MARK: - Numbers

/// Independent numbers in −1…1.
func randomTensor(_ shape: Shape, seed: UInt64) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  return Tensor(uniform: -1...1, shape: shape, using: &generator)
}

/// Multiples of `gap` around zero in random order, none of them zero and no two equal: moving one by less than
/// half of `gap` passes neither another nor zero.
func spacedTensor(_ shape: Shape, gap: Float, seed: UInt64) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  let half = shape.count / 2
  let values = (0..<shape.count).map { (Float($0 - half) + 0.5) * gap }.shuffled(using: &generator)
  return Tensor(values, shape: shape)
}

/// One thread, evaluation, all gradients.
let everything = Pass(workers: Workers(count: 1), wanted: [.inputs, .parameters])
