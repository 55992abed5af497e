import Models
import Tensors

extension Classifier {
  /// The logits `[images.count, classes]`, checked.
  ///
  /// - Parameter name: of the n-th picture, for messages.
  /// - Throws: `ProbeError.logitsShape` or `.logitsNotFinite`, and what the network throws.
  func checkedLogits(of images: Tensor, on workers: Workers, name: (Int) -> String) throws -> Tensor {
    try checked(try logits(of: images, on: workers), count: images.shape[0], name: name)
  }

  /// The same for pictures of which only a part has changed.
  func checkedLogits(
    of changed: ChangedImages, on workers: Workers, name: (Int) -> String
  ) throws -> Tensor {
    try checked(try logits(of: changed, on: workers), count: changed.rectangles.count, name: name)
  }

  private func checked(_ logits: Tensor, count: Int, name: (Int) -> String) throws -> Tensor {
    let expected: Shape = [count, card.classes.count]
    guard logits.shape == expected else {
      throw ProbeError.logitsShape(
        model: card.name, expected: "\(expected)", found: "\(logits.shape)")
    }
    let firstBad = logits.withUnsafeBuffer { $0.firstIndex { !$0.isFinite } }
    if let firstBad {
      throw ProbeError.logitsNotFinite(model: card.name, image: name(firstBad / card.classes.count))
    }
    return logits
  }

  /// - Throws: `ProbeError.classOutOfRange`.
  func requireClass(_ index: Int) throws {
    guard card.classes.indices.contains(index) else {
      throw ProbeError.classOutOfRange(index: index, count: card.classes.count, model: card.name)
    }
  }
}

/// - Throws: `ProbeError.pictureShape` unless `picture` is `[1, 3, height, width]`.
func requireOnePicture(_ picture: Tensor) throws {
  guard picture.shape.rank == 4, picture.shape[0] == 1, picture.shape[1] == 3 else {
    throw ProbeError.pictureShape(found: "\(picture.shape)")
  }
}
