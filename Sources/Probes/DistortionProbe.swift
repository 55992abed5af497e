import Distortions
import Models
import Synchronization
import Tensors

/// How accuracy falls with the strength of a distortion (Geirhos et al. 2018, 1808.08750; for networks trained for
/// shape: Geirhos et al. 2019, 1811.12231).
public struct DistortionProbe: Sendable {
  public let classifier: any Classifier
  /// What every picture is shown under, each at all its levels.
  public let kinds: [DistortionKind]
  /// Decides everything random; a picture's numbers depend on its name besides, and on nothing else.
  public let seed: UInt64
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(
    classifier: any Classifier, kinds: [DistortionKind] = DistortionKind.usual, seed: UInt64,
    batchSize: Int = 16
  ) {
    self.classifier = classifier
    self.kinds = kinds
    self.seed = seed
    self.batchSize = batchSize
  }

  /// Asks about every picture under every condition; the lower index counts among equal logits.
  ///
  /// A quarter of a batch of pictures is read at a time, since many are made of each.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with the answers to each few pictures; throwing ends the run.
  /// - Throws: `ProbeError`, and what the pictures, the network or `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: DistortionResult? = nil, workers: Workers,
    commit: (ProbeBatch<DistortionAnswer>) throws -> Void = { _ in }
  ) throws -> DistortionResult {
    let conditions = kinds.flatMap { kind in kind.levels.map { (kind: kind, level: $0) } }
    let answered = Dictionary(
      (earlier?.answers ?? []).map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
    let (answers, skipped) = try BatchedRun(batchSize: (batchSize + 3) / 4)(
      over: images, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      let names = indices.map(images.name(at:))
      let originals = names.indices.map { row in
        pictures.slice(row..<row + 1).reshaped(to: Shape(Array(pictures.shape.dimensions.dropFirst())))
      }
      // One after another: all conditions of the first picture, then those of the second.
      var named: [Int] = []
      let count = names.count * conditions.count
      for start in stride(from: 0, to: count, by: batchSize) {
        let shown = Array(start..<min(start + batchSize, count))
        let distorted = try made(shown.count, on: workers) { place in
          let (row, condition) = shown[place].quotientAndRemainder(dividingBy: conditions.count)
          return try conditions[condition].kind.distort(
            originals[row], to: conditions[condition].level, seed: seed, name: names[row])
        }
        let logits = try classifier.checkedLogits(of: distorted, on: workers) {
          names[shown[$0] / conditions.count]
        }
        named += Predictions.top1(of: logits)
      }
      return indices.enumerated().map { row, index in
        let own = row * conditions.count..<(row + 1) * conditions.count
        return DistortionAnswer(image: names[row], label: images.label(at: index), answers: Array(named[own]))
      }
    }
    return DistortionResult(
      model: classifier.card.name, conditions: DistortionConditions(kinds), answers: answers, skipped: skipped
    )
  }

  /// Pictures made side by side and stacked in order.
  private func made(
    _ count: Int, on workers: Workers, _ make: (Int) throws -> Tensor
  ) throws -> Tensor {
    let results = Mutex([Result<Tensor, any Error>?](repeating: nil, count: count))
    workers.forEach(count) { place in
      let picture = Result { try make(place) }
      results.withLock { $0[place] = picture }
    }
    return Tensor(stacking: try results.withLock { $0 }.compactMap { try $0?.get() })
  }
}
