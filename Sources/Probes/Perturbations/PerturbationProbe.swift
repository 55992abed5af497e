import Adversary
import Models
import Tensors

/// How many pictures a network still names rightly when an attack may change them.
public struct PerturbationProbe: Sendable {
  public let classifier: any Classifier
  public let question: PerturbationQuestion
  public let attack: any Perturbation
  /// Whether to attack pictures that the network names wrongly as they are: only where a change was made beforehand
  /// for all pictures.
  public let includesWrong: Bool
  /// Decides everything random; a picture's numbers depend on its place in the corpus besides, and on nothing else.
  public let seed: UInt64
  /// Pictures attacked together and committed together.
  public let batchSize: Int

  public init(
    classifier: any Classifier, question: PerturbationQuestion, attack: any Perturbation,
    includesWrong: Bool = false, seed: UInt64, batchSize: Int = 32
  ) {
    self.classifier = classifier
    self.question = question
    self.attack = attack
    self.includesWrong = includesWrong
    self.seed = seed
    self.batchSize = batchSize
  }

  /// Attacks every picture, and asks about what came out once more.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not attacked again.
  ///   - commit: called with each batch's answers; throwing ends the run.
  ///   - keep: called with every picture attacked, before its batch is committed; throwing ends the run.
  /// - Throws: `ProbeError`, `AdversaryError`, and what the pictures, the network, `commit` or `keep` throw.
  public func run(
    on images: any ImageSource, after earlier: PerturbationResult? = nil, workers: Workers,
    commit: (ProbeBatch<PerturbationAnswer>) throws -> Void = { _ in },
    keep: (ChangedPicture) throws -> Void = { _ in }
  ) throws -> PerturbationResult {
    if let target = question.target { try classifier.requireClass(target) }
    let answered = Dictionary(
      (earlier?.answers ?? []).map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
    let (answers, skipped) = try BatchedRun(batchSize: batchSize)(
      over: images, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      try ask(pictures, indices: indices, images: images, workers: workers, keep: keep)
    }
    return PerturbationResult(
      model: classifier.card.name, question: question, answers: answers, skipped: skipped)
  }

  private func ask(
    _ pictures: Tensor, indices: [Int], images: any ImageSource, workers: Workers,
    keep: (ChangedPicture) throws -> Void
  ) throws -> [PerturbationAnswer] {
    let names = indices.map(images.name(at:))
    let labels = indices.map(images.label(at:))
    let clean = Predictions.top1(
      of: try classifier.checkedLogits(of: pictures, on: workers) { names[$0] })
    var answers = indices.indices.map { row in
      PerturbationAnswer(
        image: names[row], label: labels[row], clean: clean[row], adversarial: clean[row], length: 0,
        queries: 1)
    }
    let rows = indices.indices.filter { isAttacked(answers[$0]) }
    guard !rows.isEmpty else { return answers }
    let criterion = question.target.map { Criterion.targeted($0) } ?? .untargeted
    let task = PerturbationTask(
      images: pictures.gathering(rows: rows), goals: rows.map { criterion.goal(label: labels[$0]) },
      items: rows.map { indices[$0] }, names: rows.map { names[$0] }, seed: seed)
    let found = try attack.perturb(task, against: classifier, workers: workers)
    // Judged anew, on what is handed over.
    let named = Predictions.top1(
      of: try classifier.checkedLogits(of: found.images, on: workers) { task.names[$0] })
    for (place, row) in rows.enumerated() {
      answers[row].adversarial = named[place]
      answers[row].length = task.length(of: found.images, row: place, question.norm ?? .l2)
      answers[row].queries += found.queries[place] + 1
      answers[row].finder = found.finder[place]
      answers[row].hasVanishedGradient = found.hasVanishedGradient[place]
      if let square = found.places[place] {
        precondition(
          square.side == question.side && task.isKept(beside: square, in: found.images, row: place),
          "\(question.attack) changed pixels beside its square")
        answers[row].place = square
      }
      try keep(
        ChangedPicture(
          answer: answers[row], picture: task.images.picture(place), changed: found.images.picture(place)))
    }
    return answers
  }

  /// Whether a picture is attacked: there is nothing to do where the network errs already, or already names the class to
  /// reach.
  public func isAttacked(_ answer: PerturbationAnswer) -> Bool {
    if includesWrong { return true }
    return question.target.map { answer.label != $0 && answer.clean != $0 } ?? (answer.clean == answer.label)
  }
}

extension Tensor {
  /// One picture `[3, height, width]` of several.
  fileprivate func picture(_ row: Int) -> Tensor {
    slice(row..<row + 1).reshaped(to: Shape(Array(shape.dimensions.dropFirst())))
  }
}
