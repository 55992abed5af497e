import Probes

extension BenchmarkTask {
  /// A BagNet's evidence for class 0 at every pixel of the first picture, padded as published maps are. Other
  /// networks have no such map and are refused.
  static let heatmap = BenchmarkTask(
    name: "heatmap", title: "heatmap",
    summary: "a BagNet's evidence at every pixel of one picture, padded"
  ) { subject in
    let probe = HeatmapProbe(classifier: try subject.model.local())
    let picture = subject.images.slice(0..<1)
    return PreparedBenchmark(operations: nil, pictures: 1) {
      _ = try probe.denseEvidence(
        in: picture, name: "picture 1", for: 0, padded: true, on: subject.workers)
    }
  }
}
