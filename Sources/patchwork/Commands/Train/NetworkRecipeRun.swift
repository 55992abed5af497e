import Checkpoints
import Datasets
import Files
import Foundation
import Imaging
import Models
import Probes
import Silhouettes
import Training

extension NetworkRecipe {
  func run() throws {
    let start = ContinuousClock.now
    try frame.requireFolder()
    AtomicFile.removeLeftovers(of: frame.out)
    let source = try PictureCorpus.named(frame.corpus)
    let heldBack = try validation.map(PictureCorpus.named)
    guard source.classes.count >= 2 else {
      throw TrainingError.tooFewPictures(classes: source.classes.count, fewest: source.count)
    }
    var card = try frame.card(architecture: architecture.name, classes: source.classes)
    var room = memory
    let tested = try heldBack.map {
      try read($0, "reading validation", for: card, &room, PicturePreparation(card.preprocessing).prepare)
    }
    let (side, interpolation) = (resize, settings.augmentation.interpolation)
    let pictures = try read(source, "reading pictures", for: card, &room, limit: limit.limit) { picture in
      try picture.framed(resizeShorterSide: side, centerCrop: nil, interpolation: interpolation)
    }
    let missing = Set(card.classes.indices).subtracting(pictures.labels)
    guard missing.isEmpty else {
      throw TrainingError.tooFewPictures(classes: card.classes.count, fewest: 0)
    }
    let (outcome, files) = try train(pictures, tested, card)
    card.source = frame.source ?? description(pictures)
    (card.recipeSHA256, card.seed) = (digest, settings.seed)
    // Measured as stored: rounding may change an answer.
    let parameters = SafeTensors.rounded(outcome.parameters, to: storage)
    let measured = try LoadedModel(card: card, parameters: parameters, weightsPath: frame.out)
    card.top1 = try tested.map {
      try ValidationProbe.top1(of: measured.classifier, on: $0, workers: common.workers)
    }
    let model = try LoadedModel(card: card, parameters: parameters, weightsPath: frame.out)
    try ModelWriter.write(model, storage: storage, to: frame.out)
    files.removeCheckpoint()
    let document = NetworkTrainingDocument(
      outcome, model: model, width: width, dtype: storage.rawValue, log: files.log, pictures: pictures,
      validation: tested, seconds: (ContinuousClock.now - start).inSeconds)
    if common.json { return try Output.json(document) }
    for line in document.lines { try Output.line(line) }
  }

  /// Reads a corpus once, and lists what cannot be read.
  private func read(
    _ source: any LabelledPictures, _ title: String, for card: ModelCard, _ room: inout Int,
    limit: Int? = nil, _ prepare: @escaping @Sendable (Picture) throws -> Picture
  ) throws -> TrainingPictures {
    let total = min(source.count, limit ?? source.count)
    let progress = Progress(title, unit: "images", total: total, isQuiet: common.quiet)
    let pictures = try TrainingPictures(
      source, count: limit, classes: card.classes, memory: &room, workers: common.workers,
      progress: { done, _ in progress.update(done) }, prepare: prepare)
    progress.finish()
    pictures.skipped.report(quiet: common.quiet)
    return pictures
  }

  private func train(
    _ pictures: TrainingPictures, _ validation: TrainingPictures?, _ card: ModelCard
  ) throws -> (NetworkTraining.Outcome, TrainingFiles) {
    var network = try architecture.randomNetwork(
      seed: settings.seed, width: width, classes: card.classes.count, hidden: hidden)
    if let dropout { network = network.droppingOut(rate: dropout) }
    let files = TrainingFiles(beside: frame.out)
    let identity = TrainingFiles.Identity(
      recipe: digest, seed: settings.seed, corpus: frame.corpus, validation: self.validation,
      pictures: pictures.count, classes: card.classes)
    let telling = TrainingTelling(epochs: settings.epochs, quiet: common.quiet)
    Interruption.begin()
    do {
      let outcome = try NetworkTraining(settings, network: network, card: card).run(
        on: pictures, validation: validation, files: files, identity: identity, workers: common.workers,
        isInterrupted: { Interruption.requested != nil }, report: telling.tell)
      telling.finish()
      return (outcome, files)
    } catch let error as TrainingError {
      telling.finish()
      if case .interrupted = error {
        Output.complain("\(error)")
        Interruption.requested?.end()
      }
      throw error
    }
  }

  /// For the card, so that the network says how it was made.
  private func description(_ pictures: TrainingPictures) -> String {
    "patchwork train: \(architecture.name) of width \(width), \(pictures.count) pictures, "
      + "\(settings.epochs) epochs, seed \(settings.seed)"
  }
}

/// Tells on stderr how a training goes: a bar over all epochs, a line for each.
private final class TrainingTelling {
  private let epochs: Int
  private let quiet: Bool
  private var bar: Progress?

  init(epochs: Int, quiet: Bool) { (self.epochs, self.quiet) = (epochs, quiet) }

  func tell(_ event: NetworkTraining.Event) {
    switch event {
    case .resumed(let done, let steps):
      if !quiet { Output.note("going on after \(done) epochs and \(steps) steps") }
    case .step(let pictures, let total, let epoch, let loss, let top1):
      let bar = bar ?? Progress("training", unit: "images", total: total, isQuiet: quiet)
      self.bar = bar
      bar.update(
        pictures,
        detail:
          "epoch \(epoch)/\(epochs), loss \(format("%.3f", loss)), top-1 \(format("%.1f %%", 100 * top1))")
    case .epoch(let entry):
      bar?.finish()
      guard !quiet else { return }
      let validated = entry.validationTop1.map { ", validation top-1 \(format("%.1f %%", 100 * $0))" } ?? ""
      Output.note(
        "epoch \(entry.epoch)/\(epochs): loss \(format("%.3f", entry.trainingLoss)), training top-1 "
          + format("%.1f %%", 100 * entry.trainingTop1) + validated
          + format(", %.0f images/s, ", entry.imagesPerSecond) + Progress.duration(entry.seconds))
    }
  }

  func finish() { bar?.finish() }
}

/// What `train` says of a network.
struct NetworkTrainingDocument: Encodable {
  let kind = "network"
  let model: String
  let name: String
  let architecture: String
  let width: Int
  let dtype: String
  let classes: Int
  let parameters: Int
  let pictures: Int
  let validationPictures: Int
  let epochs: Int
  let steps: Int
  let resumedEpochs: Int
  let top1: Nullable<Double>
  let trainingLoss: Nullable<Double>
  let trainingTop1: Nullable<Double>
  let imagesPerSecond: Nullable<Double>
  let seconds: Double
  let seed: UInt64
  let recipeSha256: String
  let log: String
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(
    _ outcome: NetworkTraining.Outcome, model: LoadedModel, width: Int, dtype: String, log: String,
    pictures: TrainingPictures, validation: TrainingPictures?, seconds: Double
  ) {
    let (card, last) = (model.card, outcome.log.last)
    self.model = model.weightsPath
    name = card.name
    architecture = card.architecture
    self.width = width
    self.dtype = dtype
    classes = card.classes.count
    parameters = model.parameterCount
    self.pictures = pictures.count
    validationPictures = validation?.count ?? 0
    epochs = outcome.log.count
    steps = outcome.steps
    resumedEpochs = outcome.resumedEpochs
    top1 = Nullable(card.top1)
    trainingLoss = Nullable(last?.trainingLoss)
    trainingTop1 = Nullable(last?.trainingTop1)
    imagesPerSecond = Nullable(last?.imagesPerSecond)
    self.seconds = seconds
    seed = card.seed ?? 0
    recipeSha256 = card.recipeSHA256 ?? ""
    self.log = log
    skippedImages = pictures.skipped + (validation?.skipped ?? [])
    skipped = skippedImages.count
  }

  var lines: [String] {
    [
      "\(model): \(name), \(architecture) of width \(width), \(classes) classes, \(parameters) parameters, \(dtype)",
      "trained on \(pictures) pictures, \(epochs) epochs, in \(Progress.duration(seconds)); log in \(log)",
      top1.value.map { "top-1 \(format("%.1f %%", 100 * $0)) on \(validationPictures) validation pictures" }
        ?? "measure with 'patchwork evaluate'; a recipe with 'validation' measures by itself",
    ]
  }
}
