import Models
import Tensors

/// How often a network is right on the pictures held back from its training.
public enum ValidationProbe {
  /// Pictures the network sees at once.
  private static let batch = 64

  /// Top-1 in 0…1.
  ///
  /// - Parameter pictures: as the network's card prepares them, all of one size.
  /// - Throws: `TrainingError` for logits that are no numbers, and what pictures throw.
  public static func top1(
    of classifier: any Classifier, on pictures: TrainingPictures, workers: Workers
  ) throws -> Double {
    var correct = 0
    for start in stride(from: 0, to: pictures.count, by: batch) {
      let positions = start..<min(start + batch, pictures.count)
      let images = Tensor(stacking: try positions.map { try pictures.picture($0).tensor })
      let logits = try classifier.checkedLogits(of: images, on: workers) { "picture \(start + $0)" }
      correct += zip(positions, Predictions.top1(of: logits)).count { pictures.labels[$0] == $1 }
    }
    return Double(correct) / Double(max(pictures.count, 1))
  }
}
