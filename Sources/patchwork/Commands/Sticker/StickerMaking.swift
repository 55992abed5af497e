import Adversary
import Datasets
import Files
import Models
import Probes

/// Optimises a sticker; a run that ended before its end goes on.
struct StickerMaking {
  /// The share of the time that may go into keeping the state: a run that is killed loses what it did in twenty times
  /// as long as writing takes.
  private static let keepingShare = 0.05

  private let file: StickerStateFile
  private let images: CorpusImages
  private let optimization: StickerOptimization
  private let common: CommonOptions

  /// - Parameters:
  ///   - models: all see pictures alike; the first one's classes number them.
  ///   - path: the PNG to be written.
  /// - Throws: what the corpus, the attack's settings or another run's state do not allow.
  init(
    _ plan: UniversalSticker, card: StickerCard, models: [LoadedModel], split: CorpusSplit,
    limit: LimitOption,
    path: String, common: CommonOptions
  ) throws {
    let first = models[0].card
    let divided = plan.choice == nil ? nil : try split.holdingBackMore()
    func pictures(_ folder: ImageFolder) throws -> CorpusImages {
      try CorpusImages(
        folder, for: first, limit: limit.limit, sparing: plan.criterion.target, workers: common.workers)
    }
    images = try pictures(divided?.making ?? split.making)
    let choosing = try divided.map { try pictures($0.choosing) }
    let attacked = models.map {
      AttackedClassifier($0.classifier, classIndices: first.classIndices(in: $0.card))
    }
    file = StickerStateFile(
      beside: path,
      identity: try StickerStateFile.Identity(
        card: card, plan: plan, pictures: images.count, choosing: choosing?.count ?? 0))
    AtomicFile.removeLeftovers(of: file.path)
    StickerFile.removeLeftovers(of: path)
    var optimization = try StickerOptimization(
      plan, against: attacked, images: images, heldBack: choosing)
    if let state = try file.interrupted() {
      try optimization.resume(state)
      if !common.quiet {
        Output.note("\(file.path): going on after step \(optimization.step) of \(plan.steps)")
      }
    }
    self.optimization = optimization
    self.common = common
  }

  /// Does the steps that are left.
  func sticker() throws -> Sticker {
    var optimization = optimization
    let steps = optimization.attack.steps
    let progress = Progress("sticker", unit: "steps", total: steps, isQuiet: common.quiet)
    var due = ContinuousClock.now
    Interruption.begin()
    while !optimization.isFinished {
      let report = try optimization.advance(on: common.workers)
      progress.update(report.step, detail: format("loss %.3f", report.loss))
      let interruption = Interruption.requested
      let now = ContinuousClock.now
      guard interruption != nil || optimization.isFinished || now >= due else { continue }
      try file.keep(optimization.state)
      due = .now + (.now - now) / StickerMaking.keepingShare
      if let interruption {
        progress.finish()
        Output.complain(
          "stopped after step \(report.step) of \(steps); give the same command again to go on (its state is in "
            + "\(file.path))")
        interruption.end()
      }
    }
    progress.finish()
    Interruption.cease()
    for (index, reason) in optimization.refusals.sorted(by: { $0.key < $1.key }) where !common.quiet {
      Output.note("skipped \(images.name(at: index)): \(reason)")
    }
    return optimization.chosen
  }

  /// Takes the state away, once the sticker has been tested.
  func finish() { file.remove() }
}
