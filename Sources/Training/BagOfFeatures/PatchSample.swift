import Layers
import Models
import Tensors

/// Patches at random places of a corpus' pictures, as many from each.
public struct PatchSample: Sendable {
  /// `[n, 3 · side · side]` of normalised pixels, colour after colour.
  public let patches: Tensor
  /// Pictures that could not be read.
  public let skipped: [SkippedImage]

  /// Draws the same patches for the same seed: each picture has its own stream of random numbers.
  ///
  /// - Parameters:
  ///   - images: in 0…1, prepared by the card.
  ///   - preprocessing: whose mean and deviation the patches are normalised by.
  ///   - side: the patch's side in pixels.
  ///   - count: patches in all, at most; no more than one picture's share fewer.
  ///   - batchSize: pictures read at once.
  ///   - progress: called with pictures done and in all; throwing ends it.
  /// - Throws: `TrainingError.pictureTooSmall` for a picture without room for a patch, and what reading throws.
  public init(
    from images: any PictureSource, preprocessing: Preprocessing, side: Int, count: Int, seed: UInt64,
    batchSize: Int, workers: Workers, progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let wanted = min(images.count, max(count, 1))
    let chosen = Array(
      Array(0..<images.count).shuffled(using: &generator).prefix(wanted).sorted())
    let share = max(1, count / max(wanted, 1))
    let normalised = Network().normalising(by: preprocessing)
    var values: [Float] = []
    values.reserveCapacity(wanted * share * 3 * side * side)
    var skipped: [SkippedImage] = []
    for start in stride(from: 0, to: chosen.count, by: batchSize) {
      let indices = Array(chosen[start..<min(start + batchSize, chosen.count)])
      let loaded = try images.load(indices)
      skipped += loaded.refusals.map {
        SkippedImage(image: images.name(at: $0.index), reason: $0.reason)
      }
      if let pixels = try loaded.images.map({ try normalised.forward($0, on: workers) }) {
        let shape = pixels.shape
        guard shape[2] >= side, shape[3] >= side else {
          throw TrainingError.pictureTooSmall(height: shape[2], width: shape[3], receptiveField: side)
        }
        pixels.withUnsafeBuffer { buffer in
          for (row, position) in loaded.positions.enumerated() {
            var places = SeededGenerator(seed: seed, stream: UInt64(indices[position]))
            for _ in 0..<share {
              let top = places.uniform(below: shape[2] - side + 1)
              let left = places.uniform(below: shape[3] - side + 1)
              for line in 0..<3 * side {
                let (channel, offset) = (line / side, line % side)
                let first = ((row * 3 + channel) * shape[2] + top + offset) * shape[3] + left
                values.append(contentsOf: buffer[first..<first + side])
              }
            }
          }
        }
      }
      try progress(start + indices.count, chosen.count)
    }
    patches = Tensor(values, shape: [values.count / (3 * side * side), 3 * side * side])
    self.skipped = skipped
  }
}
