import Models
import Tensors

/// How far a class' logit falls when a square of the picture is covered with the network's mean colour
/// (Zeiler & Fergus 2014, 1311.2901).
///
/// Squares begin at the left top corner and every `stride` pixels after it until one reaches the border; the
/// last may lie partly outside. A pixel's value is the mean fall over the squares that cover it. A BagNet
/// computes only the cells that see the square, and of them only the class; any other network takes a full pass a square.
public struct OcclusionProbe: Sendable {
  public let classifier: any Classifier
  /// The square's side in pixels.
  public let side: Int
  /// Pixels between neighbouring squares; at most `side`, so that every pixel is covered.
  public let stride: Int
  /// Squares asked about at once.
  public let batchSize: Int

  /// - Throws: `ProbeError.occluder` unless 1 ≤ stride ≤ side; `.batchSize`.
  public init(classifier: any Classifier, side: Int = 16, stride: Int = 8, batchSize: Int = 16) throws {
    guard stride >= 1, stride <= side else { throw ProbeError.occluder(side: side, stride: stride) }
    guard batchSize >= 1 else { throw ProbeError.batchSize(found: batchSize) }
    self.classifier = classifier
    self.side = side
    self.stride = stride
    self.batchSize = batchSize
  }

  /// The attribution of one class' logit to the pixels.
  ///
  /// - Parameters:
  ///   - picture: `[1, 3, height, width]` in 0…1.
  ///   - name: of the picture, for the result.
  ///   - progress: called with squares done and in all; throwing ends the run.
  /// - Throws: `ProbeError.pictureShape`, `.classOutOfRange`, `.logitsShape`, `.logitsNotFinite`, and what
  ///   the network throws.
  public func attribution(
    in picture: Tensor, name: String, for classIndex: Int, on workers: Workers,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> AttributionMap {
    try requireOnePicture(picture)
    try classifier.requireClass(classIndex)
    let (network, column) = network(for: classIndex)
    let clean = try network.cleanImages(of: picture, on: workers)
    let logit = try network.checkedLogits(
      of: ChangedImages(unchanged: picture, clean: clean), on: workers
    ) { _ in name }[0, column]
    let (height, width) = (picture.shape[2], picture.shape[3])
    let rowStarts = starts(on: height)
    let squares = rowStarts.flatMap { top in
      starts(on: width).map { left in
        PixelRectangle(
          rows: top..<min(top + side, height), columns: left..<min(left + side, width))
      }
    }
    var falls = Array(repeating: 0.0, count: height * width)
    var covers = Array(repeating: 0, count: height * width)
    for start in Swift.stride(from: 0, to: squares.count, by: batchSize) {
      let batch = Array(squares[start..<min(start + batchSize, squares.count)])
      let logits = try network.checkedLogits(
        of: ChangedImages(
          covered(picture, batch), rectangles: batch,
          clean: batch.flatMap { _ in clean }), on: workers
      ) { _ in name }
      for (row, square) in batch.enumerated() {
        let fall = Double(logit) - Double(logits[row, column])
        for pixel in square.rows.lazy.flatMap({ line in square.columns.lazy.map { line * width + $0 } }) {
          falls[pixel] += fall
          covers[pixel] += 1
        }
      }
      try progress(start + batch.count, squares.count)
    }
    return AttributionMap(
      model: classifier.card.name, image: name, method: .occlusion, classIndex: classIndex, logit: logit,
      values: zip(falls, covers).map { Float($0 / Double($1)) }, rows: height, columns: width)
  }

  /// What to ask about one class, and the column of its logits: of a BagNet no other class is computed.
  private func network(for classIndex: Int) -> (any Classifier, column: Int) {
    guard let local = classifier as? any LocalClassifier else { return (classifier, classIndex) }
    return (local.keepingClass(classIndex), 0)
  }

  /// How many squares a picture gets.
  public func squareCount(height: Int, width: Int) -> Int {
    starts(on: height).count * starts(on: width).count
  }

  /// Where squares begin along `length` pixels.
  private func starts(on length: Int) -> [Int] {
    (0...max(0, (length - side + stride - 1) / stride)).map { $0 * stride }
  }

  /// One copy of the picture for each square, covered by it.
  private func covered(_ picture: Tensor, _ squares: [PixelRectangle]) -> Tensor {
    let (height, width) = (picture.shape[2], picture.shape[3])
    let colour = classifier.card.preprocessing.meanColour
    let single = picture.reshaped(to: [3, height, width])
    var result = Tensor(stacking: squares.map { _ in single })
    result.withUnsafeMutableBuffer { pixels in
      for (image, square) in squares.enumerated() {
        for channel in 0..<3 {
          for row in square.rows {
            let line = ((image * 3 + channel) * height + row) * width
            for column in square.columns { pixels[line + column] = colour[channel] }
          }
        }
      }
    }
    return result
  }
}
