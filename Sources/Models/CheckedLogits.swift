import Tensors

extension Classifier {
  /// The logits `[images.count, classes]`, checked.
  ///
  /// - Parameter name: of the n-th picture, for messages.
  /// - Throws: `ModelError.logitsShape` or `.logitsNotFinite`, and what the network throws.
  public func checkedLogits(of images: Tensor, on workers: Workers, name: (Int) -> String) throws -> Tensor {
    let logits = try logits(of: images, on: workers)
    try check(logits, count: images.shape[0], name: name)
    return logits
  }

  /// The same for pictures of which only a part has changed.
  public func checkedLogits(
    of changed: ChangedImages, on workers: Workers, name: (Int) -> String
  ) throws -> Tensor {
    let logits = try logits(of: changed, on: workers)
    try check(logits, count: changed.rectangles.count, name: name)
    return logits
  }

  /// - Throws: `ModelError.logitsShape` unless there are `count` rows of the card's classes, or `.logitsNotFinite`.
  public func check(_ logits: Tensor, count: Int, name: (Int) -> String) throws {
    let expected: Shape = [count, card.classes.count]
    guard logits.shape == expected else {
      throw ModelError.logitsShape(
        model: card.name, expected: "\(expected)", found: "\(logits.shape)")
    }
    let firstBad = logits.withUnsafeBuffer { $0.firstIndex { !$0.isFinite } }
    if let firstBad {
      throw ModelError.logitsNotFinite(model: card.name, image: name(firstBad / card.classes.count))
    }
  }

  /// - Throws: `ModelError.classOutOfRange`.
  public func requireClass(_ index: Int) throws {
    guard card.classes.indices.contains(index) else {
      throw ModelError.classOutOfRange(index: index, count: card.classes.count, model: card.name)
    }
  }
}
