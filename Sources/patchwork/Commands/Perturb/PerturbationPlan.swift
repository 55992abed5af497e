import Adversary
import Datasets
import Models
import Probes
import Studies
import Tensors

/// What `perturb` asks of every network.
struct PerturbationPlan {
  let entry: PerturbationEntry
  let norm: PerturbationNorm
  /// Ascending.
  let epsilons: [PixelLength]
  /// The class to reach, by identifier or name; nil when any but the true one will do.
  let target: String?
  let settings: PerturbationSettings
  let corpus: CorpusOptions
  let testCorpus: String?
  let recorder: Recorder

  private var common: CommonOptions { recorder.common }

  /// One network's answers.
  struct Outcome {
    let model: String
    /// One for each budget; a single one from an attack for the smallest change.
    let results: [PerturbationResult]
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
    general += notes(classes: card.classes.count)
    var results: [PerturbationResult] = []
    switch entry.maker {
    case .minimal(let make):
      let attack = try make(norm, settings)
      results.append(try probe(model, attack, epsilon: nil, target: index, images: images, general))
    case .bounded(let make):
      for epsilon in epsilons {
        let attack = try make(try PerturbationBudget(norm, epsilon: epsilon.value), settings)
        results.append(try probe(model, attack, epsilon: epsilon, target: index, images: images, general))
      }
      general += try checkWithoutBudget(model, make, target: index, images: images)
    case .universal(let make):
      let making = try CorpusImages(making, for: card, limit: corpus.limit.limit, workers: common.workers)
      for epsilon in epsilons {
        let budget = try PerturbationBudget(norm, epsilon: epsilon.value)
        let attack = try make(budget, index.map { .targeted($0) } ?? .untargeted, settings)
        let universal = try learn(attack, model, epsilon: epsilon, on: making)
        results.append(
          try probe(
            model, AddedPerturbation(universal), epsilon: epsilon, target: index, images: images, general))
      }
    }
    general += AttackChecks.warnings(across: results)
    var warnings = general
    for warning in results.flatMap(\.warnings) where !warnings.contains(warning) { warnings.append(warning) }
    return Outcome(model: card.name, results: results, warnings: warnings)
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

  /// What is done otherwise than asked on a network of few classes.
  private func notes(classes: Int) -> [String] {
    var notes: [String] = []
    let usesRatio = ["apgd-dlr", "apgd-t", "standard"].contains(entry.name)
    if usesRatio,
      let substitute = AttackLoss.logitRatio.substitute(
        classes: classes, isTargeted: target != nil || entry.name != "apgd-dlr")
    {
      notes.append("with \(classes) classes the loss is \(substitute)")
    }
    let targets = settings.targets ?? 9
    if ["apgd-t", "fab-t", "standard"].contains(entry.name), classes - 1 < targets {
      notes.append("with \(classes) classes \(classes - 1) others are tried instead of \(targets)")
    }
    return notes
  }

  private func probe(
    _ model: LoadedModel, _ attack: any Perturbation, epsilon: PixelLength?, target: Int?,
    images: CorpusImages,
    _ general: [String]
  ) throws -> PerturbationResult {
    let question = PerturbationQuestion(
      attack: entry.name, norm: norm, epsilon: epsilon?.value, target: target)
    let probe = PerturbationProbe(
      classifier: model.classifier, question: question, attack: attack, includesWrong: isUniversal,
      seed: common.seed, batchSize: model.card.preprocessing.centerCrop == nil ? 1 : 32)
    var options = [
      "corpus": testCorpus ?? corpus.corpus, "limit": corpus.limit.text,
      RunDescription.attackOption: entry.name, RunDescription.normOption: norm.rawValue,
    ]
    if let epsilon { options[RunDescription.epsilonOption] = "\(epsilon.value)" }
    if isUniversal { options["made_on"] = corpus.corpus }
    for (name, value) in settings.values { options[name.rawValue] = value }
    let budget = epsilon.map { ", ε = \($0.text)" } ?? ""
    var (result, run) = try recorder.probe(
      model, .perturbations, target: target, title: "\(model.card.name): \(entry.name)\(budget)",
      unit: "images",
      count: images.count, options: options, skipped: \PerturbationResult.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: PerturbationResult(
          model: model.card.name, question: question, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }
    result.warnings = general + AttackChecks.warnings(in: result)
    if let run { try recorder.study?.append(warnings: result.warnings, to: run) }
    return result
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
  private func checkWithoutBudget(
    _ model: LoadedModel, _ make: (PerturbationBudget, PerturbationSettings) throws -> any Perturbation,
    target: Int?, images: CorpusImages
  ) throws -> [String] {
    guard entry.settings.contains(.steps) || entry.settings.contains(.queries) else { return [] }
    let few = try CorpusImages(images.folder, for: model.card, limit: 8, workers: common.workers)
    // No two pictures of 0…1 lie farther apart.
    let side = model.card.preprocessing.centerCrop ?? 0
    guard few.count > 0, side > 0 else { return [] }
    let whole = norm == .linf ? 1 : Double(3 * side * side).squareRoot()
    let question = PerturbationQuestion(attack: entry.name, norm: norm, epsilon: whole, target: target)
    let probe = PerturbationProbe(
      classifier: model.classifier, question: question,
      attack: try make(try PerturbationBudget(norm, epsilon: whole), settings), seed: common.seed)
    return AttackChecks.warnings(withoutBudget: try probe.run(on: few, workers: common.workers))
  }
}
