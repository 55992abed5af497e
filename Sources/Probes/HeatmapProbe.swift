import Layers
import Models
import Tensors

/// Which squares of a picture argued for a class, exactly, for networks whose logit is a mean of local ones
/// (Brendel & Bethge 2019, 1904.00760).
public struct HeatmapProbe: Sendable {
  /// How far the map's mean may be from the logit, relative to the size of the cells.
  public static let tolerance = 1e-5

  public let classifier: any LocalClassifier

  public init(classifier: any LocalClassifier) { self.classifier = classifier }

  /// The map at the network's own stride; its mean is the picture's logit.
  ///
  /// - Parameters:
  ///   - picture: `[1, 3, height, width]` in 0…1.
  ///   - name: of the picture, for the result.
  /// - Throws: `ProbeError.pictureShape`, `.classOutOfRange`, `.mapShape`, and `.mapDisagrees` when the mean
  ///   of the cells is not the logit to 1e-5 of the greater of |logit| and the cells' mean size.
  public func evidence(
    in picture: Tensor, name: String, for classIndex: Int, on workers: Workers
  ) throws -> EvidenceMap {
    try requireOnePicture(picture)
    try classifier.requireClass(classIndex)
    let logits = try classifier.checkedLogits(of: picture, on: workers) { _ in name }
    let plane = try cells(of: picture, for: classIndex, on: workers)
    let map = EvidenceMap(
      model: classifier.card.name, image: name, classIndex: classIndex, logit: logits[0, classIndex],
      cells: plane.cells, rows: plane.rows, columns: plane.columns,
      receptiveField: classifier.receptiveField)
    let size = map.cells.reduce(0) { $0 + Double(abs($1)) } / Double(max(map.cells.count, 1))
    let logit = Double(map.logit)
    // Written so that NaN fails.
    guard abs(map.meanOfCells - logit) <= HeatmapProbe.tolerance * max(abs(logit), size) else {
      throw ProbeError.mapDisagrees(model: map.model, mean: map.meanOfCells, logit: logit)
    }
    return map
  }

  /// The map at every pixel: every cell is the logit of the square of pixels around it, and its mean is not
  /// the picture's logit, since the network sees a coarser grid.
  ///
  /// - Parameters:
  ///   - picture: `[1, 3, height, width]` in 0…1.
  ///   - name: of the picture, for the result.
  ///   - padded: whether to put half a receptive field of the card's mean colour round the picture, as
  ///     published maps do. Without it every value is the logit of real pixels.
  ///   - progress: called with work done and in all; throwing ends the run.
  /// - Returns: `height − size + 1` rows and `width − size + 1` columns, with padding `height` and `width`;
  ///   the result's receptive field says where each cell looks.
  /// - Throws: as `evidence`, and `ProbeError.pictureTooSmall`, `.paddedField`.
  public func denseEvidence(
    in picture: Tensor, name: String, for classIndex: Int, padded: Bool = false, on workers: Workers,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> EvidenceMap {
    try requireOnePicture(picture)
    try classifier.requireClass(classIndex)
    let field = classifier.receptiveField
    guard field.offset == 0 else {
      throw ProbeError.paddedField(model: classifier.card.name, offset: field.offset)
    }
    let (height, width) = (picture.shape[2], picture.shape[3])
    guard height >= field.size, width >= field.size else {
      throw ProbeError.pictureTooSmall(height: height, width: width, receptiveField: field.size)
    }
    let before = padded ? (field.size - 1) / 2 : 0
    let extra = padded ? field.size - 1 : 0
    let cells = try classifier.logitsAtEveryPixel(
      of: padded ? surrounded(picture, before: before, extra: extra) : picture, forClass: classIndex,
      on: workers, progress: progress)
    let expected: Shape = [height + extra - field.size + 1, width + extra - field.size + 1]
    guard cells.shape == expected else {
      throw ProbeError.mapShape(
        model: classifier.card.name, expected: "\(expected) with fields of \(field.size) pixels",
        found: "\(cells.shape) for \(picture.shape)")
    }
    let logits = try classifier.checkedLogits(of: picture, on: workers) { _ in name }
    return EvidenceMap(
      model: classifier.card.name, image: name, classIndex: classIndex, logit: logits[0, classIndex],
      cells: cells.elements, rows: expected[0], columns: expected[1],
      receptiveField: ReceptiveField(size: field.size, stride: 1, offset: -before))
  }

  /// One class' plane of the logit map, with the number of cells that the receptive field implies.
  private func cells(
    of picture: Tensor, for classIndex: Int, on workers: Workers
  ) throws -> (cells: [Float], rows: Int, columns: Int) {
    let map = try classifier.logitMap(of: picture, on: workers)
    let classes = classifier.card.classes.count
    let field = classifier.receptiveField
    // With padding the count depends on the padding after the picture, which the field does not tell.
    func expected(_ length: Int, found: Int) -> Int {
      field.offset == 0 ? field.cellCount(on: length) : found
    }
    let found = map.shape
    guard found.rank == 4, found[0] == 1, found[1] == classes,
      found[2] == expected(picture.shape[2], found: found[2]),
      found[3] == expected(picture.shape[3], found: found[3])
    else {
      throw ProbeError.mapShape(
        model: classifier.card.name,
        expected: "of \(classes) classes with fields of \(field.size) pixels every \(field.stride)",
        found: "\(found) for \(picture.shape)")
    }
    let plane = found[2] * found[3]
    let cells = map.withUnsafeBuffer { Array($0[classIndex * plane..<(classIndex + 1) * plane]) }
    return (cells, found[2], found[3])
  }

  /// The picture with a rim of the card's mean colour, `extra` rows and columns in all.
  private func surrounded(_ picture: Tensor, before: Int, extra: Int) -> Tensor {
    let (height, width) = (picture.shape[2], picture.shape[3])
    let colour = classifier.card.preprocessing.meanColour
    return Tensor(uninitialized: [1, 3, height + extra, width + extra]) { result in
      picture.withUnsafeBuffer { source in
        var place = 0
        for channel in 0..<3 {
          for row in -before..<height + extra - before {
            for column in -before..<width + extra - before {
              let isInside = row >= 0 && row < height && column >= 0 && column < width
              result[place] =
                isInside ? source[(channel * height + row) * width + column] : colour[channel]
              place += 1
            }
          }
        }
      }
    }
  }
}
