import Models
import Tensors
import Testing

@testable import Probes

/// One class: a linear form of the normalised pixels plus the square of another, as in
/// `Tests/Peers/occlusion.py`.
private struct FormulaClassifier: Classifier {
  let card = ModelCard(
    name: "formula", architecture: "formula", classes: ["one"],
    preprocessing: Preprocessing(mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3]))

  static func numbers(_ factor: Int, _ shift: Int, _ modulus: Int) -> [Double] {
    (0..<3 * 7 * 6).map { Double((factor * $0 + shift) % modulus) / Double(modulus) }
  }

  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    let (first, second) = (Self.numbers(53, 11, 97), Self.numbers(29, 5, 89))
    let logits = (0..<images.shape[0]).map { image -> Float in
      var (linear, root) = (0.0, 0.0)
      for (place, pixel) in images.slice(image..<image + 1).elements.enumerated() {
        let channel = place / 42
        let value = (Double(pixel) - [0.4, 0.5, 0.6][channel]) / [0.2, 0.25, 0.3][channel]
        linear += value * (first[place] - 0.5)
        root += value * 0.1 * (second[place] - 0.5)
      }
      return Float(linear + root * root)
    }
    return Tensor(logits, shape: [images.shape[0], 1])
  }

  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    DifferentiableLogits(logits: try logits(of: images, on: workers)) { _ in Tensor(zeros: images.shape) }
  }
}

/// Against captum 0.9's numbers; `Tests/Peers/occlusion.py` prints them.
@Suite struct OcclusionGoldenTests {
  private static let captum: [(side: Int, stride: Int, values: [Float])] = [
    (
      3, 2,
      [
        1.264383, 1.264383, 0.606766, -0.050851, 0.883629, 1.818109,
        1.264383, 1.264383, 0.606766, -0.050851, 0.883629, 1.818109,
        0.749931, 0.749931, 0.69169, 0.633449, 1.059884, 1.486319,
        0.235479, 0.235479, 0.776614, 1.317749, 1.236139, 1.15453,
        -0.323766, -0.323766, 0.650422, 1.624611, 0.930242, 0.235872,
        -0.883012, -0.883012, 0.524231, 1.931473, 0.624344, -0.682785,
        -0.883012, -0.883012, 0.524231, 1.931473, 0.624344, -0.682785,
      ]
    ),
    (
      4, 3,
      [
        1.544517, 1.544517, 1.544517, 1.69183, 1.839143, 1.839143,
        1.544517, 1.544517, 1.544517, 1.69183, 1.839143, 1.839143,
        1.544517, 1.544517, 1.544517, 1.69183, 1.839143, 1.839143,
        1.319465, 1.319465, 1.319465, 1.360713, 1.40196, 1.40196,
        1.094412, 1.094412, 1.094412, 1.029595, 0.964778, 0.964778,
        1.094412, 1.094412, 1.094412, 1.029595, 0.964778, 0.964778,
        1.094412, 1.094412, 1.094412, 1.029595, 0.964778, 0.964778,
      ]
    ),
    (
      5, 5,
      [
        3.08754, 3.08754, 3.08754, 3.08754, 3.08754, 0.859665,
        3.08754, 3.08754, 3.08754, 3.08754, 3.08754, 0.859665,
        3.08754, 3.08754, 3.08754, 3.08754, 3.08754, 0.859665,
        3.08754, 3.08754, 3.08754, 3.08754, 3.08754, 0.859665,
        3.08754, 3.08754, 3.08754, 3.08754, 3.08754, 0.859665,
        -0.270419, -0.270419, -0.270419, -0.270419, -0.270419, -0.248218,
        -0.270419, -0.270419, -0.270419, -0.270419, -0.270419, -0.248218,
      ]
    ),
    (
      9, 4,
      [
        3.471717, 3.471717, 3.471717, 3.471717, 3.471717, 3.471717,
        3.471717, 3.471717, 3.471717, 3.471717, 3.471717, 3.471717,
        3.471717, 3.471717, 3.471717, 3.471717, 3.471717, 3.471717,
        3.471717, 3.471717, 3.471717, 3.471717, 3.471717, 3.471717,
        3.471717, 3.471717, 3.471717, 3.471717, 3.471717, 3.471717,
        3.471717, 3.471717, 3.471717, 3.471717, 3.471717, 3.471717,
        3.471717, 3.471717, 3.471717, 3.471717, 3.471717, 3.471717,
      ]
    ),
  ]

  @Test(arguments: captum.indices) func agreesWithCaptum(index: Int) throws {
    let golden = Self.captum[index]
    let picture = Tensor(FormulaClassifier.numbers(37, 0, 101).map { Float($0) }, shape: [1, 3, 7, 6])
    let map = try OcclusionProbe(
      classifier: FormulaClassifier(), side: golden.side, stride: golden.stride
    ).attribution(in: picture, name: "p", for: 0, on: Workers(count: 1))
    #expect(abs(map.logit - 3.471717) < 1e-5)
    for (found, expected) in zip(map.values, golden.values) { #expect(abs(found - expected) < 2e-5) }
    #expect(map.values.count == golden.values.count)
  }
}
