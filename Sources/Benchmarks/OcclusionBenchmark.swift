import Probes

extension BenchmarkTask {
  /// The occlusion map of the first picture for class 0: squares of 16 px, 8 px apart.
  static let occlusion = BenchmarkTask(
    name: "occlusion", title: "occlusion",
    summary: "the occlusion map of one picture: squares of 16 px, 8 px apart"
  ) { subject in
    let picture = subject.images.slice(0..<1)
    let probe = try OcclusionProbe(classifier: subject.classifier, side: 16, stride: 8)
    let squares = probe.squareCount(height: picture.shape[2], width: picture.shape[3])
    // The picture itself, and one for each square.
    return PreparedBenchmark(operations: try subject.operations(ofFullPasses: 1 + squares), pictures: 1) {
      _ = try probe.attribution(in: picture, name: "picture 1", for: 0, on: subject.workers)
    }
  }
}
