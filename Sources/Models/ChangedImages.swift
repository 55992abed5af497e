import Tensors

/// What a network keeps of a picture, so that the picture costs less when only a part of it has changed.
public struct CleanImage: Sendable {
  /// `[classes, rows, columns]`; nil for a network that can reuse nothing.
  let map: Tensor?

  /// What a network keeps that can reuse nothing.
  static let nothing = CleanImage(map: nil)

  /// The memory it takes.
  public var byteCount: Int { (map?.count ?? 0) * MemoryLayout<Float>.stride }
}

/// Pictures that differ from ones the network has seen in one rectangle each. They may be changes of
/// different pictures, or many changes of one.
public struct ChangedImages: Sendable {
  /// `[batch, 3, height, width]`, as changed.
  public let images: Tensor
  /// For each picture the only pixels that may differ from the clean picture's; the part outside the picture
  /// does not count.
  public let rectangles: [PixelRectangle]
  /// For each picture what the network asked keeps of the clean one.
  public let clean: [CleanImage]

  public init(_ images: Tensor, rectangles: [PixelRectangle], clean: [CleanImage]) {
    precondition(
      images.shape.rank == 4 && images.shape[0] == rectangles.count && clean.count == rectangles.count,
      "\(images.shape) with \(rectangles.count) rectangles and \(clean.count) clean images")
    self.images = images
    let whole = PixelRectangle(rows: 0..<images.shape[2], columns: 0..<images.shape[3])
    self.rectangles = rectangles.map { $0.clamped(to: whole) }
    self.clean = clean
  }

  /// Clean pictures themselves: nothing has changed.
  public init(unchanged images: Tensor, clean: [CleanImage]) {
    self.init(images, rectangles: clean.map { _ in .none }, clean: clean)
  }
}

/// Logits of changed pictures, with the pullback to the changed pixels.
public struct DifferentiableChange: Sendable {
  /// `[batch, classes]`
  public let logits: Tensor
  /// The part of each picture that `gradient` speaks of; all of one size.
  public let crops: [PixelRectangle]
  /// From the loss' gradient with respect to the logits `[batch, classes]` to its gradient with respect to
  /// the pixels of the crops `[batch, 3, crop height, crop width]`: exact in the changed rectangles, 0 beside
  /// them.
  public let gradient: @Sendable (Tensor) -> Tensor

  public init(
    logits: Tensor, crops: [PixelRectangle], gradient: @escaping @Sendable (Tensor) -> Tensor
  ) {
    self.logits = logits
    self.crops = crops
    self.gradient = gradient
  }
}

// MARK: - Networks that see the whole picture

extension Classifier {
  public func cleanImages(of images: Tensor, on workers: Workers) throws -> [CleanImage] {
    try requireImages(images)
    return Array(repeating: .nothing, count: images.shape[0])
  }

  public func logits(of changed: ChangedImages, on workers: Workers) throws -> Tensor {
    try logits(of: changed.images, on: workers)
  }

  public func differentiableLogits(
    of changed: ChangedImages, on workers: Workers
  ) throws -> DifferentiableChange {
    let pass = try differentiableLogits(of: changed.images, on: workers)
    let shape = changed.images.shape
    let whole = PixelRectangle(rows: 0..<shape[2], columns: 0..<shape[3])
    return DifferentiableChange(
      logits: pass.logits, crops: changed.rectangles.map { _ in whole }
    ) { gradient in
      var pixels = pass.imageGradient(gradient)
      pixels.clear(outside: changed.rectangles)
      return pixels
    }
  }
}
