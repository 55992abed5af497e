import Datasets
import Layers
import Models
import Tensors

/// Which places of a cue-conflict stimulus argue for its shape and which for its texture, exactly, for networks whose
/// logit is a mean of local ones (stimuli: Geirhos et al. 2019, 1811.12231; networks: Brendel & Bethge 2019, 1904.00760).
///
/// A cell's evidence is its logit for the shape's category less that for the texture's; a category's logit is the mean of
/// its classes'. The mean over all cells is then the same difference of the picture's logits, which is checked.
public struct LocalConflictProbe: Sendable {
  public let classifier: any LocalClassifier
  public let mapping: LabelMapping
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(classifier: any LocalClassifier, mapping: LabelMapping, batchSize: Int = 16) {
    self.classifier = classifier
    self.mapping = mapping
    self.batchSize = batchSize
  }

  /// Asks about every stimulus.
  ///
  /// - Parameters:
  ///   - earlier: an interrupted run's result; its stimuli are not asked again.
  ///   - commit: called with each batch's answers; throwing ends the run.
  /// - Throws: `ProbeError.mapDisagrees` when a map's mean is not the picture's logit to 1e-5 of its cells; what the
  ///   stimuli, the network or `commit` throw.
  public func run(
    on stimuli: SilhouettedStimuli, after earlier: LocalConflictResult? = nil, workers: Workers,
    commit: (ProbeBatch<LocalConflictAnswer>) throws -> Void = { _ in }
  ) throws -> LocalConflictResult {
    if !stimuli.leftOut.isEmpty {
      try commit(ProbeBatch(answers: [], skipped: stimuli.leftOut, done: 0, total: stimuli.count))
    }
    let answered = Dictionary(
      (earlier?.answers ?? []).map { ($0.stimulus, $0) }, uniquingKeysWith: { first, _ in first })
    let (answers, skipped) = try BatchedRun(batchSize: batchSize)(
      over: stimuli, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      let logits = try classifier.checkedLogits(of: pictures, on: workers) { stimuli.name(at: indices[$0]) }
      let maps = try differences(of: pictures, cues: indices.map(stimuli.cues), on: workers)
      return try indices.enumerated().map { row, index in
        let cues = stimuli.cues(at: index)
        let whole = difference(cues, of: logits.slice(row..<row + 1).elements)
        try check(maps[row], is: whole)
        let regions = ConflictRegions(
          silhouette: try stimuli.silhouette(at: index, like: pictures.shape), width: pictures.shape[3],
          field: classifier.receptiveField)
        return LocalConflictAnswer(
          stimulus: stimuli.name(at: index), shape: cues.shape, texture: cues.texture, difference: whole,
          regions: regions.evidence(maps[row]))
      }
    }
    return LocalConflictResult(
      model: classifier.card.name, answers: answers, skipped: stimuli.leftOut + skipped)
  }

  /// One stimulus with its map: the difference of both logits in every cell, as an evidence map draws it.
  public func map(
    of index: Int, in stimuli: SilhouettedStimuli, on workers: Workers
  ) throws -> (picture: Tensor, map: EvidenceMap) {
    let picture = try stimuli.images(at: [index])
    let cues = stimuli.cues(at: index)
    let cells = try differences(of: picture, cues: [cues], on: workers)[0]
    let logits = try classifier.checkedLogits(of: picture, on: workers) { _ in stimuli.name(at: index) }
    return (
      picture,
      EvidenceMap(
        model: classifier.card.name, image: stimuli.name(at: index), classIndex: 0,
        logit: difference(cues, of: logits.elements), cells: cells.values, rows: cells.rows,
        columns: cells.columns, receptiveField: classifier.receptiveField)
    )
  }

  // MARK: - Evidence

  /// The difference of both cues' logits in each cell of each picture.
  private func differences(
    of pictures: Tensor, cues: [(shape: String, texture: String)], on workers: Workers
  ) throws -> [CellValues] {
    let map = try classifier.logitMap(of: pictures, on: workers)
    let (rows, columns) = (map.shape[2], map.shape[3])
    let plane = rows * columns
    return map.withUnsafeBuffer { logits in
      cues.enumerated().map { picture, cues in
        let first = picture * map.shape[1] * plane
        let (shape, texture) = (classes(of: cues.shape), classes(of: cues.texture))
        let values = (0..<plane).map { cell in
          func mean(_ classes: [Int]) -> Float {
            classes.reduce(0) { $0 + logits[first + $1 * plane + cell] } / Float(classes.count)
          }
          return mean(shape) - mean(texture)
        }
        return CellValues(values: values, rows: rows, columns: columns)
      }
    }
  }

  private func difference(_ cues: (shape: String, texture: String), of logits: [Float]) -> Float {
    func mean(_ classes: [Int]) -> Float { classes.reduce(0) { $0 + logits[$1] } / Float(classes.count) }
    return mean(classes(of: cues.shape)) - mean(classes(of: cues.texture))
  }

  private func classes(of category: String) -> [Int] {
    guard let place = mapping.categories.firstIndex(of: category) else {
      preconditionFailure("stimuli are only of categories that the network knows, not \(category)")
    }
    return mapping.members[place]
  }

  private func check(_ cells: CellValues, is whole: Float) throws {
    let count = Double(max(cells.values.count, 1))
    let mean = cells.values.reduce(0) { $0 + Double($1) } / count
    let size = cells.values.reduce(0) { $0 + Double(abs($1)) } / count
    // Written so that NaN fails.
    guard abs(mean - Double(whole)) <= HeatmapProbe.tolerance * max(abs(Double(whole)), size, 1) else {
      throw ProbeError.mapDisagrees(model: classifier.card.name, mean: mean, logit: Double(whole))
    }
  }
}

/// A number for each cell of a map, row by row.
struct CellValues {
  let values: [Float]
  let rows: Int
  let columns: Int
}
