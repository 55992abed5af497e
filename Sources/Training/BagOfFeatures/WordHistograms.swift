import Layers
import Models
import Tensors

/// Each picture's histogram of visual words, with its class.
struct WordHistograms {
  /// `[pictures, words]`; each row sums to 1.
  let rows: Tensor
  let labels: [Int]
  let skipped: [SkippedImage]

  private init(rows: Tensor, labels: [Int], skipped: [SkippedImage]) {
    (self.rows, self.labels, self.skipped) = (rows, labels, skipped)
  }

  /// - Parameters:
  ///   - indices: which pictures, in order.
  ///   - network: from normalised pixels to `[batch, words, 1, 1]`.
  ///   - progress: called with pictures done and in all; throwing ends it.
  init(
    of images: any ImageSource, at indices: [Int], network: Network, preprocessing: Preprocessing,
    batchSize: Int, workers: Workers, progress: (Int, Int) throws -> Void
  ) throws {
    let encoder = network.normalising(by: preprocessing)
    var values: [Float] = []
    var labels: [Int] = []
    var skipped: [SkippedImage] = []
    for start in stride(from: 0, to: indices.count, by: batchSize) {
      let batch = Array(indices[start..<min(start + batchSize, indices.count)])
      let loaded = try images.load(batch)
      skipped += loaded.refusals.map {
        SkippedImage(image: images.name(at: $0.index), reason: $0.reason)
      }
      if let pixels = loaded.images {
        values += try encoder.forward(pixels, on: workers).elements
        labels += loaded.positions.map { images.label(at: batch[$0]) }
      }
      try progress(start + batch.count, indices.count)
    }
    rows = Tensor(values, shape: [labels.count, labels.isEmpty ? 0 : values.count / labels.count])
    self.labels = labels
    self.skipped = skipped
  }

  /// Every `spacing`-th row as the second part, the others as the first. Pictures stand class after class, so
  /// both hold all classes alike.
  func split(everyOneIn spacing: Int) -> (fitting: WordHistograms, heldBack: WordHistograms) {
    let held = labels.indices.filter { $0 % spacing == spacing - 1 }
    let kept = labels.indices.filter { $0 % spacing != spacing - 1 }
    return (picked(kept), picked(held))
  }

  private func picked(_ indices: [Int]) -> WordHistograms {
    let width = rows.shape[1]
    let values = rows.withUnsafeBuffer { buffer in
      indices.flatMap { buffer[$0 * width..<($0 + 1) * width] }
    }
    return WordHistograms(
      rows: Tensor(values, shape: [indices.count, width]), labels: indices.map { labels[$0] }, skipped: [])
  }
}
