import Models
import Tensors

/// Clean images of pictures that come again, up to a number of bytes.
///
/// The first pictures that fit stay; nothing is put out for another. Attacks draw their pictures in a new
/// order each round, so that any fixed set of them is met as often as any other, and a memory that is too
/// small serves its share instead of none. A picture that is not remembered is asked about anew, with the
/// same bytes as result.
struct CleanMemory: Sendable {
  let budget: Int
  private var used = 0
  private var remembered: [Int: CleanImage] = [:]

  /// - Parameter budget: bytes.
  init(budget: Int) { self.budget = budget }

  /// The clean images of `pictures`, whose n-th is known by the n-th of `keys`.
  mutating func cleanImages(
    of pictures: Tensor, keys: [Int], for classifier: any Classifier, on workers: Workers
  ) throws -> [CleanImage] {
    var found = keys.map { remembered[$0] }
    let missing = found.indices.filter { found[$0] == nil }
    guard !missing.isEmpty else { return found.compactMap { $0 } }
    let shape = Shape(Array(pictures.shape.dimensions.dropFirst()))
    let batch = Tensor(stacking: missing.map { pictures.slice($0..<$0 + 1).reshaped(to: shape) })
    for (place, image) in zip(missing, try classifier.cleanImages(of: batch, on: workers)) {
      found[place] = image
      guard remembered[keys[place]] == nil, used + image.byteCount <= budget else { continue }
      remembered[keys[place]] = image
      used += image.byteCount
    }
    return found.compactMap { $0 }
  }
}
