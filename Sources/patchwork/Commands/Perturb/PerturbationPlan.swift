import Adversary
import Datasets
import Models
import Probes
import Silhouettes
import Studies
import Tensors

/// What `perturb` asks of every network.
struct PerturbationPlan {
  let entry: PerturbationEntry
  let bounds: PerturbationBounds
  /// The class to reach, by identifier or name; nil when any but the true one will do.
  let target: String?
  let settings: PerturbationSettings
  let corpus: CorpusOptions
  let testCorpus: String?
  /// Where changed pictures are kept; nil for nowhere.
  let out: String?
  let recorder: Recorder

  private var common: CommonOptions { recorder.common }

  /// One network's answers.
  struct Outcome {
    let model: String
    /// Pixels along the network's pictures; nil where they have no size of their own.
    let edge: Int?
    /// One for each budget; a single one from an attack for the smallest change.
    let results: [PerturbationResult]
    /// The folder of the network's changed pictures; nil where none were kept.
    let pictures: String?
    let warnings: [String]
  }

  /// Asks one network.
  func ask(_ model: LoadedModel) throws -> Outcome {
    let card = model.card
    let index = try target.map { try card.requireIndex(ofClass: $0) }
    let (making, testing) = try folders()
    let images = try CorpusImages(testing, for: card, limit: corpus.limit.limit, workers: common.workers)
    images.reportUnmatched(for: card, quiet: common.quiet)
    var general = try AttackChecks.warnings(about: model.classifier, on: images, workers: common.workers)
    general += entry.notes(classes: card.classes.count, isTargeted: target != nil, settings)
    var results: [PerturbationResult] = []
    let subject = Subject(model: model, target: index, images: images)
    switch (entry.maker, bounds) {
    case (.minimal(let make), .lengths(let norm, _)):
      let question = PerturbationQuestion(attack: entry.name, norm: norm, epsilon: nil, target: index)
      results.append(try probe(subject, try make(norm, settings), question, general))
    case (.bounded(let make), .lengths(let norm, let epsilons)):
      for epsilon in epsilons {
        let attack = try make(try PerturbationBudget(norm, epsilon: epsilon.value), settings)
        results.append(
          try probe(
            subject, attack, question(norm, epsilon, target: index), budget: "ε = \(epsilon.text)", general))
      }
      general += try checkWithoutBudget(subject) { edge in
        // No two pictures of 0…1 lie farther apart.
        let whole = norm == .linf ? 1 : Double(3 * edge * edge).squareRoot()
        return (
          try make(try PerturbationBudget(norm, epsilon: whole), settings),
          PerturbationQuestion(attack: entry.name, norm: norm, epsilon: whole, target: index)
        )
      }
    case (.universal(let make), .lengths(let norm, let epsilons)):
      let making = try CorpusImages(making, for: card, limit: corpus.limit.limit, workers: common.workers)
      for epsilon in epsilons {
        let budget = try PerturbationBudget(norm, epsilon: epsilon.value)
        let attack = try make(budget, index.map { .targeted($0) } ?? .untargeted, settings)
        let universal = try learn(attack, model, epsilon: epsilon, on: making)
        results.append(
          try probe(
            subject, AddedPerturbation(universal), question(norm, epsilon, target: index),
            budget: "ε = \(epsilon.text)", general))
      }
    case (.patch(let make), .squares(let sizes)):
      for side in try sizes.sides(for: card) {
        let question = PerturbationQuestion(attack: entry.name, side: side, target: index)
        let attack = try make(try PatchBudget(side: side), settings)
        results.append(try probe(subject, attack, question, budget: "\(side) px", general))
      }
      general += try checkWithoutBudget(subject) { edge in
        (
          try make(try PatchBudget(side: edge), settings),
          PerturbationQuestion(attack: entry.name, side: edge, target: index)
        )
      }
    case (.patch, .lengths), (_, .squares):
      preconditionFailure("\(entry.name) is bounded in another way")
    }
    general += AttackChecks.warnings(across: results)
    var warnings = general
    for warning in results.flatMap(\.warnings) where !warnings.contains(warning) { warnings.append(warning) }
    return Outcome(
      model: card.name, edge: card.preprocessing.centerCrop, results: results,
      pictures: out.map { folder(of: card, in: $0) }, warnings: warnings)
  }

  /// What is attacked, and which class is to be reached.
  private struct Subject {
    let model: LoadedModel
    let target: Int?
    let images: CorpusImages
  }

  private func question(_ norm: PerturbationNorm, _ epsilon: PixelLength, target: Int?)
    -> PerturbationQuestion
  {
    PerturbationQuestion(attack: entry.name, norm: norm, epsilon: epsilon.value, target: target)
  }

  private var isUniversal: Bool { if case .universal = entry.maker { true } else { false } }

  /// The corpus, for a universal change in two parts.
  private func folders() throws -> (making: ImageFolder, testing: ImageFolder) {
    guard isUniversal else {
      let folder = try ImageFolder(named: testCorpus ?? corpus.corpus)
      return (folder, folder)
    }
    let split = try CorpusSplit(path: corpus.corpus, testing: testCorpus)
    return (split.making, split.testing)
  }

  /// - Parameter budget: as it stands in the progress; nil without any.
  private func probe(
    _ subject: Subject, _ attack: any Perturbation, _ question: PerturbationQuestion, budget: String? = nil,
    _ general: [String]
  ) throws -> PerturbationResult {
    let (model, images) = (subject.model, subject.images)
    let probe = PerturbationProbe(
      classifier: model.classifier, question: question, attack: attack, includesWrong: isUniversal,
      seed: common.seed, batchSize: model.card.preprocessing.centerCrop == nil ? 1 : 32)
    let options = options(of: question)
    let title = "\(model.card.name): \(entry.name)" + (budget.map { ", \($0)" } ?? "")
    var (result, run) = try recorder.probe(
      model, .perturbations, target: question.target, title: title, unit: "images",
      count: images.count, pictures: images, options: options, skipped: \PerturbationResult.skipped
    ) { earlier, skipped, commit in
      let kept = try out.map {
        try keptPictures(of: model, question, options, in: $0, after: earlier.filter(probe.isAttacked))
      }
      if let added = attack as? AddedPerturbation { try kept?.add(added.universal) }
      return try probe.run(
        on: images,
        after: PerturbationResult(
          model: model.card.name, question: question, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit, keep: { try kept?.add($0) })
    }
    result.warnings = general + AttackChecks.warnings(in: result)
    if let run { try recorder.study?.append(warnings: result.warnings, to: run) }
    return result
  }

  /// What of the command line decides the answers.
  private func options(of question: PerturbationQuestion) -> [String: String] {
    var options = [
      "corpus": testCorpus ?? corpus.corpus, "limit": corpus.limit.text,
      RunDescription.attackOption: entry.name,
    ]
    options[RunDescription.normOption] = question.norm?.rawValue
    options[RunDescription.epsilonOption] = question.epsilon.map { "\($0)" }
    options[RunDescription.sideOption] = question.side.map { "\($0)" }
    if isUniversal { options["made_on"] = corpus.corpus }
    for (name, value) in settings.values { options[name.rawValue] = value }
    return options
  }

  private func learn(
    _ attack: any UniversalAttack, _ model: LoadedModel, epsilon: PixelLength, on images: CorpusImages
  ) throws -> UniversalPerturbation {
    let title = "\(model.card.name): learning \(entry.name), ε = \(epsilon.text)"
    var progress: Progress?
    let universal = try attack.perturbation(
      against: model.classifier, on: images, seed: common.seed, workers: common.workers
    ) { report in
      let bar = progress ?? Progress(title, unit: "steps", total: report.total, isQuiet: common.quiet)
      progress = bar
      bar.update(report.done, detail: report.fooling.map { format("%.1f %% fooled", 100 * $0) } ?? "")
    }
    progress?.finish()
    return universal
  }

  /// Whether the attack fools everything where every picture is allowed, on a few pictures. An attack of one step need
  /// not.
  ///
  /// - Parameter make: the attack with that budget on pictures of `edge` × `edge` pixels, and its question.
  private func checkWithoutBudget(
    _ subject: Subject, _ make: (_ edge: Int) throws -> (any Perturbation, PerturbationQuestion)
  ) throws -> [String] {
    guard entry.settings.contains(.steps) || entry.settings.contains(.queries) else { return [] }
    let model = subject.model
    let few = try CorpusImages(subject.images.folder, for: model.card, limit: 8, workers: common.workers)
    let edge = model.card.preprocessing.centerCrop ?? 0
    guard few.count > 0, edge > 0 else { return [] }
    let (attack, question) = try make(edge)
    let probe = PerturbationProbe(
      classifier: model.classifier, question: question, attack: attack, seed: common.seed)
    return AttackChecks.warnings(withoutBudget: try probe.run(on: few, workers: common.workers))
  }
}
