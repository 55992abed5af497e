import Layers
import Models
import Tensors

/// What a network says of one picture with a sticker at every place of a grid.
public struct PlaceAnswers: Sendable {
  public let grid: PlacementGrid
  /// The predicted class at each place.
  public let predictions: [Int]
  /// At each place how far the wanted answer is ahead: the target's logit less the greatest other, or
  /// untargeted the greatest other logit less the true class'.
  public let margins: [Float]

  /// The place with the greatest margin, the first among equals.
  public var worst: Int {
    margins.indices.max { (margins[$0], $1) < (margins[$1], $0) } ?? 0
  }
}

/// Puts a sticker at every place of a picture.
///
/// A BagNet computes only the cells that see the sticker; any other network takes a full pass a place.
public struct PlaceSearch: Sendable {
  public let classifier: any Classifier
  /// The index of the target class in the network's own numbering; nil when untargeted.
  public let target: Int?
  /// Pixels between neighbouring places.
  public let stride: Int
  /// Picture pixels for each sticker pixel.
  public let scale: Double
  /// Places asked about at once.
  public let batchSize: Int

  public init(
    classifier: any Classifier, target: Int?, stride: Int = 8, scale: Double = 1, batchSize: Int = 32
  ) {
    self.classifier = classifier
    self.target = target
    self.stride = stride
    self.scale = scale
    self.batchSize = batchSize
  }

  /// The answers at all places of one picture.
  ///
  /// - Parameters:
  ///   - picture: `[1, 3, height, width]` in 0…1.
  ///   - label: the true class, in the network's own numbering.
  ///   - clean: what the network keeps of the picture.
  ///   - name: of the picture, for messages.
  ///   - progress: called with places done and in all, before the first with 0 done; throwing ends the search.
  /// - Throws: `AdversaryError`, `ModelError`, and what the network throws.
  public func answers(
    with sticker: Sticker, on picture: Tensor, label: Int, clean: CleanImage, name: String,
    workers: Workers, progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> PlaceAnswers {
    guard picture.shape.rank == 4, picture.shape[0] == 1, picture.shape[1] == 3 else {
      throw AdversaryError.imagesShape(found: "\(picture.shape) for one picture")
    }
    try classifier.requireClass(target ?? label)
    try requireSetting(batchSize >= 1, "batch size", "at least 1", batchSize)
    let (height, width) = (picture.shape[2], picture.shape[3])
    let grid = try PlacementGrid(
      of: sticker, scale: scale, stride: stride, imageHeight: height, imageWidth: width)
    let placements = (0..<grid.count).map(grid.placement)
    let rectangles = StickerTransformation(placements: placements).rectangles(
      of: sticker, height: height, width: width)
    let single = picture.reshaped(to: [3, height, width])
    var predictions = Array(repeating: 0, count: grid.count)
    var margins = Array(repeating: Float(0), count: grid.count)
    let order = order(of: rectangles, height: height, width: width)
    try progress(0, order.count)
    for start in Swift.stride(from: 0, to: order.count, by: batchSize) {
      let batch = Array(order[start..<min(start + batchSize, order.count)])
      let stuck = try StickerTransformation(placements: batch.map { placements[$0] }).place(
        Array(repeating: sticker, count: batch.count),
        on: Tensor(stacking: Array(repeating: single, count: batch.count)), workers: workers)
      let logits = try classifier.checkedLogits(
        of: ChangedImages(
          stuck, rectangles: batch.map { rectangles[$0] }, clean: batch.map { _ in clean }), on: workers
      ) { _ in name }
      for (row, prediction) in Predictions.top1(of: logits).enumerated() {
        predictions[batch[row]] = prediction
        margins[batch[row]] = margin(of: logits, row: row, label: label)
      }
      try progress(start + batch.count, order.count)
    }
    return PlaceAnswers(grid: grid, predictions: predictions, margins: margins)
  }

  /// Places whose windows have one size together, since the largest of a batch decides for all.
  private func order(of rectangles: [PixelRectangle], height: Int, width: Int) -> [Int] {
    guard let field = (classifier as? any LocalClassifier)?.receptiveField else {
      return Array(rectangles.indices)
    }
    let (rows, columns) = (field.cellCount(on: height), field.cellCount(on: width))
    let sizes = rectangles.map {
      [
        field.cells(touching: $0.rows, count: rows).count,
        field.cells(touching: $0.columns, count: columns).count,
      ]
    }
    return rectangles.indices.sorted {
      (sizes[$0][0], sizes[$0][1], $0) < (sizes[$1][0], sizes[$1][1], $1)
    }
  }

  private func margin(of logits: Tensor, row: Int, label: Int) -> Float {
    let classes = logits.shape[1]
    let goal = target ?? label
    return logits.withUnsafeBuffer { logits in
      let values = logits[row * classes..<(row + 1) * classes]
      let own = values[values.startIndex + goal]
      let other = values.indices.reduce(-Float.infinity) {
        $1 == values.startIndex + goal ? $0 : max($0, values[$1])
      }
      return target == nil ? other - own : own - other
    }
  }
}
