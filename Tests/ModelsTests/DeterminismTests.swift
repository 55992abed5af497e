import TestSupport
import Testing

@testable import Layers
@testable import Models
@testable import Tensors

/// Results must be the same bytes on one thread or many.
@Suite("Determinism")
struct DeterminismTests {
  static let networks = GoldenNetwork.all.filter {
    ["bagnet17", "resnet18", "squeezenet1_1"].contains($0.architecture)
  }

  private func pixels(_ batch: Int) -> Tensor {
    let shape: Shape = [batch, 3, 70, 66]
    return Tensor(formulaNumbers("determinism", shape.count).map { Float($0) }, shape: shape)
  }

  @Test(arguments: networks, [1, 5])
  func everyByteIsTheSameOnAnyNumberOfThreads(golden: GoldenNetwork, batch: Int) throws {
    let network = try golden.network()
    for mode in [Pass.Mode.evaluation, .training(seed: 3)] {
      var reference: (output: Tensor, gradients: Network.NetworkGradients, updates: [String: Tensor])?
      for threads in 1...3 {
        let pass = Pass(workers: Workers(count: threads), mode: mode, wanted: [.inputs, .parameters])
        let recording = try network.recordingForward(pixels(batch), pass)
        let gradients = recording.pullback(
          Tensor(formulaNumbers("gradient", 10 * batch).map { Float($0 - 0.5) }, shape: [batch, 10]))
        let trained = network.parameters.keys.filter { !$0.contains(".running_") }
        #expect(Set(gradients.parameters.keys) == Set(trained))
        guard let reference else {
          reference = (recording.output, gradients, recording.updates)
          continue
        }
        #expect(recording.output == reference.output)
        #expect(gradients.input == reference.gradients.input)
        #expect(gradients.parameters == reference.gradients.parameters)
        #expect(recording.updates == reference.updates)
      }
    }
  }

  @Test(arguments: networks)
  func foldedInferenceIsTheSameOnAnyNumberOfThreads(golden: GoldenNetwork) throws {
    let classifier = try golden.classifier()
    let one = try classifier.logits(of: pixels(5), on: Workers(count: 1))
    for threads in 2...3 {
      #expect(try classifier.logits(of: pixels(5), on: Workers(count: threads)) == one)
    }
  }

  /// The last linear layer multiplies all images at once, and BLAS may sum in another order for another number
  /// of rows: equal to rounding, not to the bit.
  @Test(arguments: networks)
  func anImagesLogitsDoNotDependOnItsBatch(golden: GoldenNetwork) throws {
    let classifier = try golden.classifier()
    let (images, workers) = (pixels(5), Workers(count: 2))
    let together = try classifier.logits(of: images, on: workers)
    for image in 0..<5 {
      let alone = try classifier.logits(of: images.slice(image..<image + 1), on: workers)
      expectClose(
        alone.elements, together.slice(image..<image + 1).elements, "logits of image \(image)",
        tolerance: 1e-6)
    }
  }

  @Test func aLogitMapIsTheSameBytesInAnyBatch() throws {
    let classifier = try GoldenNetwork.named("bagnet17").localClassifier()
    let (images, workers) = (pixels(5), Workers(count: 2))
    let together = try classifier.logitMap(of: images, on: workers)
    for image in 0..<5 {
      let alone = try classifier.logitMap(of: images.slice(image..<image + 1), on: workers)
      #expect(alone == together.slice(image..<image + 1))
    }
  }
}
