import Layers

/// Which squares of a picture argued for one class, and how strongly.
public struct EvidenceMap: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  /// The path of the picture, relative to the corpus where there is one.
  public var image: String
  /// The index of the class among the network's classes.
  public var classIndex: Int
  /// The image's logit for the class, from the whole network.
  public var logit: Float
  /// The logits of the cells, row by row; at the network's own stride their mean is `logit`.
  public var cells: [Float]
  public var rows: Int
  public var columns: Int
  /// Where each cell looks.
  public var receptiveField: ReceptiveField

  public init(
    model: String, image: String, classIndex: Int, logit: Float, cells: [Float], rows: Int, columns: Int,
    receptiveField: ReceptiveField
  ) {
    self.model = model
    self.image = image
    self.classIndex = classIndex
    self.logit = logit
    self.cells = cells
    self.rows = rows
    self.columns = columns
    self.receptiveField = receptiveField
  }

  /// The mean of the cells, summed in double precision.
  public var meanOfCells: Double {
    cells.isEmpty ? 0 : cells.reduce(0) { $0 + Double($1) } / Double(cells.count)
  }
}
