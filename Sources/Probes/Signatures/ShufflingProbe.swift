import Layers
import Models
import Tensors

/// What pictures are asked under: the first signature's question.
public struct ShufflingQuestion: Codable, Hashable, Sendable {
  public var conditions: [ShufflingCondition]

  public init(conditions: [ShufflingCondition] = ShufflingCondition.grids + ShufflingCondition.tiles) {
    self.conditions = conditions
  }
}

/// Whether a network still names a picture whose tiles have changed places (Brendel & Bethge 2019, 1904.00760): one that
/// counts local features does.
///
/// A BagNet's accuracy falls too, by the cells that see a seam between tiles. It is asked again from the cells that see
/// none, in the shuffled and in the whole picture; where tiles are aligned with its stride both have the same cells.
public struct ShufflingProbe: Sendable {
  public let classifier: any Classifier
  public let question: ShufflingQuestion
  /// Decides the permutations; a picture's depend on its name besides, and on nothing else.
  public let seed: UInt64
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(
    classifier: any Classifier, question: ShufflingQuestion = ShufflingQuestion(), seed: UInt64,
    batchSize: Int = 16
  ) {
    self.classifier = classifier
    self.question = question
    self.seed = seed
    self.batchSize = batchSize
  }

  /// Asks about every picture, whole and under every condition.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with the answer to each picture; throwing ends the run.
  /// - Throws: `ProbeError.tooFewTiles`, and what the pictures, the network or `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: ShufflingResult? = nil, workers: Workers,
    commit: (ProbeBatch<ShufflingAnswer>) throws -> Void = { _ in }
  ) throws -> ShufflingResult {
    guard batchSize >= 1 else { throw ProbeError.batchSize(found: batchSize) }
    let (answers, skipped) = try BatchedRun.eachPicture(
      of: images, after: earlier?.answers ?? [], name: \.image, skipped: earlier?.skipped ?? [],
      commit: commit
    ) { try answer($0.asOnePicture, name: $1, label: $2, workers) }
    return ShufflingResult(
      model: classifier.card.name, question: question, answers: answers, skipped: skipped)
  }

  private func answer(
    _ picture: Tensor, name: String, label: Int, _ workers: Workers
  ) throws -> ShufflingAnswer {
    let (height, width) = (picture.shape[1], picture.shape[2])
    let tilings = try question.conditions.map { try Tiling($0, height: height, width: width) }
    let shuffled = zip(question.conditions, tilings).map { condition, tiling in
      tiling.shuffled(picture, tiling.order(seed: seed, condition: condition, name: name))
    }
    let copies = [picture] + shuffled
    guard let local = classifier as? any LocalClassifier else {
      var named: [Int] = []
      for start in stride(from: 0, to: copies.count, by: batchSize) {
        let batch = Tensor(stacking: Array(copies[start..<min(start + batchSize, copies.count)]))
        named += Predictions.top1(of: try classifier.checkedLogits(of: batch, on: workers) { _ in name })
      }
      return ShufflingAnswer(image: name, label: label, clean: named[0], answers: Array(named.dropFirst()))
    }
    var maps: [Tensor] = []
    for start in stride(from: 0, to: copies.count, by: batchSize) {
      let batch = Array(copies[start..<min(start + batchSize, copies.count)])
      let map = try local.logitMap(of: Tensor(stacking: batch), on: workers)
      maps += batch.indices.map { map.slice($0..<$0 + 1) }
    }
    return try answer(from: maps, tilings, local.receptiveField, name: name, label: label)
  }

  /// - Parameter maps: the logit maps `[1, classes, rows, columns]` of the whole picture and of the shuffled ones.
  private func answer(
    from maps: [Tensor], _ tilings: [Tiling], _ field: ReceptiveField, name: String, label: Int
  ) throws -> ShufflingAnswer {
    let shape = maps[0].shape
    let (classes, rows, columns) = (shape[1], shape[2], shape[3])
    let all = Array(0..<rows * columns)
    func means(_ map: Tensor, _ cells: [Int]) -> [Double] {
      map.withUnsafeBuffer { map in
        (0..<classes).map { index in
          cells.reduce(0.0) { $0 + Double(map[index * rows * columns + $1]) } / Double(cells.count)
        }
      }
    }
    func named(_ means: [Double]) -> Int {
      means.indices.reduce(0) { means[$1] > means[$0] ? $1 : $0 }
    }
    let whole = maps.map { means($0, all) }
    try classifier.check(
      Tensor(whole.flatMap { $0.map { Float($0) } }, shape: [maps.count, classes]), count: maps.count
    ) { _ in name }
    var result = ShufflingAnswer(
      image: name, label: label, clean: named(whole[0]), answers: whole.dropFirst().map(named))
    result.innerAnswers = []
    result.innerClean = []
    for (map, tiling) in zip(maps.dropFirst(), tilings) {
      guard let cells = SeamCells(tiling, field: field, mapRows: rows, mapColumns: columns)?.inner else {
        result.innerAnswers.append(nil)
        result.innerClean.append(nil)
        continue
      }
      let (clean, moved) = (means(maps[0], cells), means(map, cells))
      result.innerAnswers.append(named(moved))
      result.innerClean.append(named(clean))
      let size = clean.map(abs).max() ?? 0
      let difference = zip(clean, moved).map { abs($0 - $1) }.max() ?? 0
      if size > 0 { result.innerDifference = max(result.innerDifference ?? 0, difference / size) }
    }
    return result
  }
}
