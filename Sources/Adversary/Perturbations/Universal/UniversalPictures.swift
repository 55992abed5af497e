import Models
import Tensors

/// The pictures a universal attack learns from, with what the network names on each unchanged.
struct UniversalPictures {
  /// The class named, by index; pictures that cannot be read have none.
  let predictions: [Int: Int]
  /// The indices of pictures that can be read, ascending.
  let usable: [Int]
  /// Of one picture.
  let shape: Shape
  private let images: any ImageSource
  private let classifier: any Classifier
  private let workers: Workers
  private let batchSize = 16

  /// - Throws: `AdversaryError.noImages`, `.noReadableImages`, `.imagesShape`, `.answerNotFinite`, and what the
  ///   pictures or the network throw.
  init(_ images: any ImageSource, of classifier: any Classifier, workers: Workers) throws {
    guard images.count > 0 else { throw AdversaryError.noImages(found: 0, ofTarget: 0) }
    var predictions: [Int: Int] = [:]
    var shape: Shape?
    var reason: String?
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let indices = Array(start..<min(start + batchSize, images.count))
      let loaded = try images.load(indices)
      reason = reason ?? loaded.refusals.first?.reason
      guard let pictures = loaded.images else { continue }
      let own = Shape(Array(pictures.shape.dimensions.dropFirst()))
      guard shape ?? own == own else {
        throw AdversaryError.imagesShape(found: "pictures of \(own) beside \(shape ?? own)")
      }
      shape = own
      let readable = loaded.positions.map { indices[$0] }
      let named = try UniversalPictures.named(pictures, readable, images, classifier, workers)
      for (index, prediction) in zip(readable, named) { predictions[index] = prediction }
    }
    guard let shape else {
      throw AdversaryError.noReadableImages(count: images.count, reason: reason ?? "none was given")
    }
    self.predictions = predictions
    self.shape = shape
    self.images = images
    self.classifier = classifier
    self.workers = workers
    usable = predictions.keys.sorted()
  }

  /// The share of pictures for which the network names another class with the change.
  func fooling(of universal: UniversalPerturbation) throws -> Double {
    var fooled = 0
    for start in stride(from: 0, to: usable.count, by: batchSize) {
      let indices = Array(usable[start..<min(start + batchSize, usable.count)])
      let loaded = try images.load(indices)
      guard let pictures = loaded.images else { continue }
      let readable = loaded.positions.map { indices[$0] }
      let changed = try universal.added(to: pictures, on: workers)
      let named = try UniversalPictures.named(changed, readable, images, classifier, workers)
      fooled += zip(readable, named).count { predictions[$0] != $1 }
    }
    return Double(fooled) / Double(max(usable.count, 1))
  }

  /// The classes named for some pictures.
  private static func named(
    _ pictures: Tensor, _ indices: [Int], _ images: any ImageSource, _ classifier: any Classifier,
    _ workers: Workers
  ) throws -> [Int] {
    let task = PerturbationTask(
      images: pictures, goals: indices.map { .leave(images.label(at: $0)) }, items: indices,
      names: indices.map(images.name(at:)), seed: 0)
    var queries = try PictureQueries(task, of: classifier, on: workers)
    return try queries.predictions(of: pictures, rows: Array(indices.indices))
  }
}
