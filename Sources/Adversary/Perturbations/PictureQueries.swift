import Models
import Tensors

/// A network as an attack asks it: some pictures of a task at a time, every question counted.
struct PictureQueries {
  /// What a loss says of some pictures.
  struct Slopes {
    /// The loss of each.
    var values: [Double]
    /// `[rows, classes]`
    var logits: Tensor
    /// The class named for each.
    var predictions: [Int]
    /// Of each picture's loss with respect to its pixels, `[rows, 3, height, width]`.
    var gradient: Tensor
  }

  let task: PerturbationTask
  let classifier: any Classifier
  let workers: Workers
  /// Pictures in one pass of the network.
  private let passSize = 16
  private(set) var queries: [Int]
  private(set) var hasVanishedGradient: [Bool]
  /// What the network keeps of the task's pictures; nil until a sticker asks for it.
  private var clean: [CleanImage]?

  /// - Throws: `AdversaryError.tooFewClasses` when there is no other class to name, `.classOutOfRange`.
  init(_ task: PerturbationTask, of classifier: any Classifier, on workers: Workers) throws {
    let card = classifier.card
    guard card.classes.count >= 2 else {
      throw AdversaryError.tooFewClasses(count: card.classes.count, model: card.name)
    }
    for goal in task.goals {
      let named: [Int] =
        switch goal {
        case .leave(let label): [label]
        case .reach(let target, let label): [target] + (label.map { [$0] } ?? [])
        }
      for index in named { try classifier.requireClass(index) }
    }
    self.task = task
    self.classifier = classifier
    self.workers = workers
    queries = Array(repeating: 0, count: task.count)
    hasVanishedGradient = Array(repeating: false, count: task.count)
  }

  /// The logits `[rows.count, classes]` of versions of the task's pictures `rows`.
  ///
  /// - Parameter places: where alone each version differs from the task's picture, so that a BagNet computes only what
  ///   sees it; nil for anywhere.
  /// - Throws: `ModelError.logitsNotFinite`, and what the network throws.
  mutating func logits(of pictures: Tensor, rows: [Int], places: [PatchPlace]? = nil) throws -> Tensor {
    var parts: [Tensor] = []
    for pass in passes(rows) {
      let part = pictures.slice(pass)
      let logits =
        if let places {
          try classifier.logits(of: try changed(part, rows: rows[pass], places: places[pass]), on: workers)
        } else {
          try classifier.logits(of: part, on: workers)
        }
      try check(logits, rows: rows[pass])
      parts.append(logits)
    }
    return joined(parts, shape: [rows.count, classifier.card.classes.count])
  }

  /// The class named for versions of the task's pictures `rows`.
  mutating func predictions(of pictures: Tensor, rows: [Int]) throws -> [Int] {
    Predictions.top1(of: try logits(of: pictures, rows: rows))
  }

  /// A loss of versions of the task's pictures `rows`, with its gradient.
  ///
  /// - Parameters:
  ///   - places: where alone each version differs from the task's picture; the gradient is 0 beside. nil for anywhere.
  ///   - goals: what the loss pulls towards, one for each of `rows`.
  mutating func slopes(
    of pictures: Tensor, rows: [Int], places: [PatchPlace]? = nil, loss: AttackLoss, goals: [AttackGoal]
  ) throws -> Slopes {
    var values: [Double] = []
    let (logits, gradient) = try pulledBack(pictures, rows: rows, places: places) { logits, part in
      let value = loss.evaluate(logits, goals: Array(goals[part]))
      values += value.values
      return value.gradient
    }
    return Slopes(
      values: values, logits: logits, predictions: Predictions.top1(of: logits), gradient: gradient)
  }

  /// The logits of versions of the task's pictures `rows`, and the gradient with respect to pixels of what `slope`
  /// makes of them.
  ///
  /// - Parameters:
  ///   - places: where alone each version differs from the task's picture; the gradient is 0 beside. nil for anywhere.
  ///   - slope: from logits `[part.count, classes]` of the pictures `rows[part]` to a gradient on them.
  mutating func pulledBack(
    _ pictures: Tensor, rows: [Int], places: [PatchPlace]? = nil,
    slope: (_ logits: Tensor, _ part: Range<Int>) throws -> Tensor
  ) throws -> (logits: Tensor, gradient: Tensor) {
    if let places { return try pulledBack(pictures, rows: rows, within: places, slope: slope) }
    var gradients: [Tensor] = []
    let logits = try differentiate(pictures, rows: rows) { pass, places in
      gradients.append(pass.imageGradient(try slope(pass.logits, places)))
    }
    let gradient = joined(gradients, shape: pictures.shape)
    try checkGradient(gradient, rows: rows)
    return (logits, gradient)
  }

  private mutating func pulledBack(
    _ pictures: Tensor, rows: [Int], within places: [PatchPlace],
    slope: (_ logits: Tensor, _ part: Range<Int>) throws -> Tensor
  ) throws -> (logits: Tensor, gradient: Tensor) {
    var parts: [Tensor] = []
    var gradient = Tensor(zeros: pictures.shape)
    for pass in passes(rows) {
      let change = try classifier.differentiableLogits(
        of: try changed(pictures.slice(pass), rows: rows[pass], places: places[pass]), on: workers)
      try check(change.logits, rows: rows[pass])
      parts.append(change.logits)
      gradient.paste(change.gradient(try slope(change.logits, pass)), of: Array(pass), at: change.crops)
    }
    try checkGradient(gradient, rows: rows)
    return (joined(parts, shape: [rows.count, classifier.card.classes.count]), gradient)
  }

  /// Versions of the task's pictures `rows` as changes of them.
  private mutating func changed(
    _ pictures: Tensor, rows: ArraySlice<Int>, places: ArraySlice<PatchPlace>
  ) throws -> ChangedImages {
    let known = try clean ?? cleanImages()
    clean = known
    return ChangedImages(pictures, rectangles: places.map(\.rectangle), clean: rows.map { known[$0] })
  }

  private func cleanImages() throws -> [CleanImage] {
    try passes(Array(0..<task.count)).flatMap { pass in
      try classifier.cleanImages(of: task.images.slice(pass), on: workers)
    }
  }

  /// Calls `body` with the differentiable logits of each pass' pictures `rows[places]`.
  ///
  /// - Returns: all logits `[rows.count, classes]`.
  mutating func differentiate(
    _ pictures: Tensor, rows: [Int], _ body: (DifferentiableLogits, _ places: Range<Int>) throws -> Void
  ) throws -> Tensor {
    var parts: [Tensor] = []
    for pass in passes(rows) {
      let differentiable = try classifier.differentiableLogits(of: pictures.slice(pass), on: workers)
      try check(differentiable.logits, rows: rows[pass])
      parts.append(differentiable.logits)
      try body(differentiable, pass)
    }
    return joined(parts, shape: [rows.count, classifier.card.classes.count])
  }

  /// Notes which pictures' gradients vanished.
  ///
  /// - Throws: `ModelError.logitsNotFinite`.
  mutating func checkGradient(_ gradient: Tensor, rows: [Int]) throws {
    for (place, row) in rows.enumerated() {
      let (isFinite, isZero) = gradient.withRow(place) { slope in
        (slope.allSatisfy(\.isFinite), slope.allSatisfy { $0 == 0 })
      }
      guard isFinite else {
        throw ModelError.logitsNotFinite(model: classifier.card.name, image: task.names[row])
      }
      if isZero { hasVanishedGradient[row] = true }
    }
  }

  /// Notes that a picture's gradients vanished.
  mutating func noteVanishedGradient(of row: Int) { hasVanishedGradient[row] = true }

  private mutating func check(_ logits: Tensor, rows: ArraySlice<Int>) throws {
    try classifier.check(logits, count: rows.count) { task.names[rows[rows.startIndex + $0]] }
    for row in rows { queries[row] += 1 }
  }

  private func passes(_ rows: [Int]) -> [Range<Int>] {
    stride(from: 0, to: rows.count, by: passSize).map { $0..<min($0 + passSize, rows.count) }
  }

  private func joined(_ parts: [Tensor], shape: Shape) -> Tensor {
    Tensor(uninitialized: shape) { all in
      var start = 0
      for part in parts {
        part.withUnsafeBuffer { part in
          _ = UnsafeMutableBufferPointer(rebasing: all[start..<start + part.count]).initialize(from: part)
        }
        start += part.count
      }
    }
  }
}

extension PerturbedPictures {
  /// Takes over the counts of `queries`.
  mutating func count(_ asked: PictureQueries) {
    queries = asked.queries
    hasVanishedGradient = asked.hasVanishedGradient
  }

  /// Keeps versions of the pictures `rows` and notes which meet their goals.
  ///
  /// - Returns: the places in `rows` of those that do not.
  mutating func keep(_ pictures: Tensor, rows: [Int], predictions: [Int], goals: [AttackGoal]) -> [Int] {
    images.replace(rows: rows, by: pictures)
    var rest: [Int] = []
    for (place, row) in rows.enumerated() {
      isFound[row] = goals[row].isMet(by: predictions[place])
      if !isFound[row] { rest.append(place) }
    }
    return rest
  }
}
