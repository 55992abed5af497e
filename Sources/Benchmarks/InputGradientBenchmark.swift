import Tensors

extension BenchmarkTask {
  /// Logits, and the gradient of their sum with respect to the pictures, as an attack asks for it. The pullback
  /// costs as many operations as the way there.
  static let inputGradient = BenchmarkTask(
    name: "input-gradient", title: "forward+input-gradient",
    summary: "logits, and the gradient of their sum to the pictures", isDefault: true
  ) { subject in
    PreparedBenchmark(operations: 2 * (try subject.forwardOperations())) {
      let recording = try subject.classifier.differentiableLogits(
        of: subject.images, on: subject.workers)
      _ = recording.imageGradient(Tensor(repeating: 1, shape: recording.logits.shape))
    }
  }
}
