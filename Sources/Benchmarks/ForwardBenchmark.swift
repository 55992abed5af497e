extension BenchmarkTask {
  /// Logits alone, as `evaluate` asks for them: batch norms folded, nothing kept for a pullback.
  static let forward = BenchmarkTask(
    name: "forward", title: "forward", summary: "logits", isDefault: true
  ) { subject in
    PreparedBenchmark(operations: try subject.forwardOperations()) {
      _ = try subject.classifier.logits(of: subject.images, on: subject.workers)
    }
  }
}
