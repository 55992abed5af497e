import Foundation
import TestSupport
import Testing

@testable import Layers
@testable import Models
@testable import Tensors

/// What PyTorch computed for narrow networks: `Golden/networks.json`.
struct GoldenNetwork: Decodable, CustomTestStringConvertible {
  struct Map: Decodable {
    let shape: [Int]
    let values: [Float]
  }

  let architecture: String
  /// Every parameter's shape by its checkpoint key.
  let shapes: [String: [Int]]
  /// The pixels' shape.
  let input: [Int]
  let logits: [Float]
  let gradientStep: Int
  /// Every `gradientStep`-th entry of the gradient on the pixels.
  let gradient: [Float]
  let gradientSum, gradientMagnitude: Double
  /// A BagNet's logits for class 3 of image 1.
  let map: Map?

  var testDescription: String { architecture }

  static let all: [GoldenNetwork] = {
    struct Document: Decodable { let networks: [GoldenNetwork] }
    do {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/networks.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Document.self, from: Data(contentsOf: file)).networks
    } catch {
      print("Golden/networks.json cannot be read: \(error); run make_networks.py")
      preconditionFailure("no golden numbers")
    }
  }()

  static var local: [GoldenNetwork] { all.filter { $0.architecture.hasPrefix("bagnet") } }

  static func named(_ architecture: String) throws -> GoldenNetwork {
    try #require(all.first { $0.architecture == architecture })
  }

  /// The parameters both sides compute.
  var parameters: [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (key, shape) in shapes { result[key] = formulaParameter(key, Shape(shape)) }
    return result
  }

  func network() throws -> Network { try Architecture.named(architecture).network(parameters: parameters) }

  var pixels: Tensor {
    Tensor(formulaNumbers("pixels", input.reduce(1, *)).map { Float($0) }, shape: Shape(input))
  }

  func classifier() throws -> NetworkClassifier { try NetworkClassifier(card: card, network: network()) }

  func localClassifier() throws -> LocalNetworkClassifier {
    try LocalNetworkClassifier(card: card, network: network())
  }

  var card: ModelCard {
    ModelCard(
      name: "narrow \(architecture)", architecture: architecture, classes: (0..<10).map { "class\($0)" },
      preprocessing: Preprocessing(mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]))
  }
}

/// The parameter `key` as the script computes it.
private func formulaParameter(_ key: String, _ shape: Shape) -> Tensor {
  let unit = formulaNumbers(key, shape.count)
  let numbers: [Double]
  if key.hasSuffix("running_var") {
    numbers = unit.map { 0.5 + $0 }
  } else if shape.rank == 1, key.hasSuffix("weight") {
    numbers = unit.map { 0.5 + 0.5 * $0 }
  } else if shape.rank < 2 {
    numbers = unit.map { 0.4 * $0 - 0.2 }
  } else {
    let bound = (6 / Double(shape.count / shape[0])).squareRoot()
    numbers = unit.map { (2 * $0 - 1) * bound }
  }
  return Tensor(numbers.map { Float($0) }, shape: shape)
}

/// Checks numbers for equality to `tolerance` times the greatest expected.
func expectClose(
  _ found: [Float], _ expected: [Float], _ what: String, tolerance: Float,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  let scale = expected.map(abs).max() ?? 0
  #expect(scale > 0, "\(what)", sourceLocation: sourceLocation)
  let error = zip(found, expected).map { abs($0 - $1) }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
  #expect(error <= tolerance * scale, "\(what)", sourceLocation: sourceLocation)
}
