import Models

/// Where a cell of a BagNet looks on a cue-conflict stimulus.
public enum ConflictRegion: String, Codable, Hashable, Sendable, CaseIterable {
  /// Every pixel that the cell sees is the shape's.
  case inside
  /// The cell sees the shape's outline: pixels of the shape and others.
  case outline
  /// No pixel that the cell sees is the shape's.
  case outside
}

/// What the cells of one region argue for.
public struct RegionEvidence: Codable, Hashable, Sendable {
  public var cells: Int
  /// The sum over the cells of their logit for the shape less that for the texture.
  public var sum: Double
  /// The cells in which the shape's logit is the greater.
  public var shapeCells: Int

  public init(cells: Int = 0, sum: Double = 0, shapeCells: Int = 0) {
    self.cells = cells
    self.sum = sum
    self.shapeCells = shapeCells
  }

  /// The mean over the cells; nil where there are none.
  public var mean: Double? { cells == 0 ? nil : sum / Double(cells) }

  mutating func add(_ difference: Float) {
    cells += 1
    sum += Double(difference)
    if difference > 0 { shapeCells += 1 }
  }
}

/// Where one stimulus argues for its shape and where for its texture.
public struct LocalConflictAnswer: Codable, Hashable, Sendable {
  /// The file name.
  public var stimulus: String
  public var shape: String
  public var texture: String
  /// The whole network's logit for the shape less that for the texture: the mean over all cells of `regions`.
  public var difference: Float
  /// In the order of `ConflictRegion.allCases`.
  public var regions: [RegionEvidence]

  public init(
    stimulus: String, shape: String, texture: String, difference: Float, regions: [RegionEvidence]
  ) {
    self.stimulus = stimulus
    self.shape = shape
    self.texture = texture
    self.difference = difference
    self.regions = regions
  }
}

/// One network's local evidence on cue-conflict stimuli.
public struct LocalConflictResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  public var answers: [LocalConflictAnswer]
  public var skipped: [SkippedImage]

  public init(model: String, answers: [LocalConflictAnswer], skipped: [SkippedImage] = []) {
    self.model = model
    self.answers = answers
    self.skipped = skipped
  }

  public var count: Int { answers.count }
}

/// A network's local evidence over all stimuli.
public struct LocalConflictSummary: Hashable, Sendable {
  public struct Region: Hashable, Sendable {
    public let region: ConflictRegion
    /// The share of all cells that lie here; nil without any.
    public let cellShare: Double?
    /// The mean logit difference of a stimulus' cells, averaged over the stimuli that have cells here; nil without any.
    public let evidence: SampleMean?
    /// The share of the region's cells that argue for the shape; nil without any.
    public let shapeShare: Double?
  }

  /// Of the whole picture; nil without stimuli.
  public let difference: SampleMean?
  /// In the order of `ConflictRegion.allCases`.
  public let regions: [Region]

  public init(_ result: LocalConflictResult) {
    let answers = result.answers
    difference = SampleMean(answers.map { Double($0.difference) })
    let cells = answers.reduce(0) { $0 + $1.regions.reduce(0) { $0 + $1.cells } }
    regions = ConflictRegion.allCases.enumerated().map { place, region in
      let own = answers.map { $0.regions[place] }
      let count = own.reduce(0) { $0 + $1.cells }
      let forShape = own.reduce(0) { $0 + $1.shapeCells }
      return Region(
        region: region, cellShare: cells == 0 ? nil : Double(count) / Double(cells),
        evidence: SampleMean(own.compactMap(\.mean)),
        shapeShare: count == 0 ? nil : Double(forShape) / Double(count))
    }
  }
}
