import Files
import Layers
import Models
import Tensors

/// Trains a network of any architecture on labelled pictures by stochastic gradient descent.
///
/// The same settings, pictures and first parameters give the same bytes on any number of threads, and so does a run
/// that was killed and goes on: after every epoch, and when it is asked to stop, the run keeps its whole state.
public struct NetworkTraining: Sendable {
  /// What a run tells while it goes on.
  public enum Event: Sendable {
    /// The run goes on after so many whole epochs and steps of the next.
    case resumed(epochs: Int, steps: Int)
    /// So many pictures of all epochs are done; loss and top-1 are means over the epoch so far.
    case step(pictures: Int, total: Int, epoch: Int, loss: Double, top1: Double)
    case epoch(TrainingLogEntry)
  }

  /// What came of it.
  public struct Outcome: Sendable {
    /// The averages where there are any, else the last step's; by checkpoint key.
    public let parameters: [String: Tensor]
    public let log: [TrainingLogEntry]
    /// Steps in all epochs.
    public let steps: Int
    /// Whole epochs that an earlier process had done.
    public let resumedEpochs: Int
  }

  public let settings: Settings
  /// With the parameters that training starts from; as a checkpoint has it, not fused.
  public let network: Network
  /// Classes, preprocessing and architecture.
  public let card: ModelCard

  public init(_ settings: Settings, network: Network, card: ModelCard) {
    self.settings = settings
    self.network = network
    self.card = card
  }

  /// - Parameters:
  ///   - pictures: to learn from.
  ///   - validation: prepared by the card; nil for none.
  ///   - files: where the state and the log are kept.
  ///   - isInterrupted: asked after each step; once true, the state is kept and the run ends.
  ///   - report: called with what happens; throwing ends the run.
  /// - Throws: `TrainingError.smallerThanABatch`, `.diverged`, `.otherTraining`, `.interrupted`, and what pictures and
  ///   files throw.
  public func run(
    on pictures: TrainingPictures, validation: TrainingPictures?, files: TrainingFiles,
    identity: TrainingFiles.Identity, workers: Workers, isInterrupted: () -> Bool = { false },
    report: (Event) throws -> Void = { _ in }
  ) throws -> Outcome {
    guard pictures.count >= settings.batch else {
      throw TrainingError.smallerThanABatch(pictures: pictures.count, batch: settings.batch)
    }
    files.removeLeftovers()
    let stepsPerEpoch = pictures.count / settings.batch
    var run = try Run(self, files.interrupted(identity), checkpoint: files.checkpoint)
    let resumedEpochs = run.place.epoch
    if resumedEpochs + run.place.step > 0 {
      try report(.resumed(epochs: resumedEpochs, steps: run.place.step))
    }
    let total = settings.epochs * stepsPerEpoch
    let batches = TrainingBatches(
      of: pictures, settings: settings, from: run.place.epoch * stepsPerEpoch + run.place.step,
      workers: workers)
    defer { batches.stop() }
    while run.place.epoch < settings.epochs {
      while run.place.step < stepsPerEpoch {
        let number = run.place.epoch * stepsPerEpoch + run.place.step
        let start = ContinuousClock.now
        try run.step(try batches.next(), number: number, of: total, workers: workers)
        run.place.seconds += (ContinuousClock.now - start).inSeconds
        let seen = run.place.step * settings.batch
        try report(
          .step(
            pictures: (number + 1) * settings.batch, total: total * settings.batch,
            epoch: run.place.epoch + 1, loss: run.place.loss / Double(seen),
            top1: Double(run.place.correct) / Double(seen)))
        if isInterrupted() {
          try run.requireFinite()
          try files.keep(run.checkpoint, identity, run.place)
          throw TrainingError.interrupted(checkpoint: files.checkpoint, epoch: run.place.epoch + 1)
        }
      }
      try run.requireFinite()
      let entry = try run.endEpoch(
        steps: stepsPerEpoch, total: total, validation: validation, workers: workers)
      try files.keep(run.checkpoint, identity, run.place)
      try AtomicFile.write(try TrainingLogEntry.lines(run.place.log), to: files.log)
      try report(.epoch(entry))
    }
    // An earlier process may have been killed between the state and the log.
    try AtomicFile.write(try TrainingLogEntry.lines(run.place.log), to: files.log)
    return Outcome(
      parameters: run.result, log: run.place.log, steps: total, resumedEpochs: resumedEpochs)
  }
}

/// A training under way.
private struct Run {
  private let training: NetworkTraining
  private let checkpointPath: String
  private var network: Network
  private var descent: StochasticGradientDescent
  private var average: ExponentialMovingAverage?
  var place: TrainingFiles.Place

  /// - Parameter interrupted: what an earlier process has kept.
  init(
    _ training: NetworkTraining, _ interrupted: (state: TrainingCheckpoint, place: TrainingFiles.Place)?,
    checkpoint: String
  ) throws {
    self.training = training
    checkpointPath = checkpoint
    network = training.network.fused().normalising(by: training.card.preprocessing)
    if let state = interrupted?.state {
      try state.requireShapes(of: training.network.parameters, path: checkpoint)
      network.setParameters(state.parameters)
    }
    let settings = training.settings
    descent = StochasticGradientDescent(
      learningRate: 0, momentum: settings.momentum, weightDecay: settings.weightDecay,
      decaysVectors: settings.decaysVectors, isNesterov: settings.isNesterov,
      velocity: interrupted?.state.velocity ?? [:])
    place = interrupted?.place ?? TrainingFiles.Place()
    average = settings.average.map {
      ExponentialMovingAverage(
        decay: $0.decay, isWarm: $0.isWarm, values: interrupted?.state.averages ?? [:],
        updates: interrupted?.place.averaged ?? 0)
    }
  }

  /// One step of descent.
  mutating func step(
    _ batch: TrainingBatches.Batch, number: Int, of total: Int, workers: Workers
  ) throws {
    let settings = training.settings
    descent.learningRate = settings.schedule.rate(at: number, of: total)
    if let momentum = settings.schedule.momentum(at: number, of: total) { descent.momentum = momentum }
    var dropout = Streams.noise.generator(seed: settings.seed, item: number)
    let pass = Pass(workers: workers, mode: .training(seed: dropout.next()), wanted: .parameters)
    let recording = try network.recordingForward(batch.images, pass)
    let loss = Loss.crossEntropy(labelSmoothing: settings.labelSmoothing)
    let (values, slopes) = loss.evaluate(recording.output, classes: batch.labels)
    let sum = values.reduce(0, +)
    guard sum.isFinite else { throw diverged }
    let share = 1 / Float(batch.labels.count)
    let gradients = recording.pullback(slopes.map { $0 * share }).parameters
    network.setParameters(recording.updates)
    descent.step(&network, gradients: gradients, on: workers)
    average?.update(network.parameters, on: workers)
    place.step += 1
    place.loss += sum
    place.correct += zip(Predictions.top1(of: recording.output), batch.labels).count { $0 == $1 }
    place.averaged = average?.updates ?? 0
  }

  /// Validates where it is time to, and begins the next epoch.
  mutating func endEpoch(
    steps: Int, total: Int, validation: TrainingPictures?, workers: Workers
  ) throws -> TrainingLogEntry {
    let settings = training.settings
    let start = ContinuousClock.now
    let isDue =
      (place.epoch + 1) % settings.validationInterval == 0 || place.epoch + 1 == settings.epochs
    let top1 = try (isDue ? validation : nil).map { pictures in
      let model = try LoadedModel(card: training.card, parameters: result, weightsPath: "")
      return try ValidationProbe.top1(of: model.classifier, on: pictures, workers: workers)
    }
    let seen = Double(steps * settings.batch)
    let entry = TrainingLogEntry(
      epoch: place.epoch + 1,
      learningRate: settings.schedule.rate(at: (place.epoch + 1) * steps - 1, of: total),
      trainingLoss: place.loss / seen, trainingTop1: Double(place.correct) / seen, validationTop1: top1,
      imagesPerSecond: seen / max(place.seconds, 1e-9),
      seconds: place.seconds + (ContinuousClock.now - start).inSeconds)
    place = TrainingFiles.Place(
      epoch: place.epoch + 1, averaged: place.averaged, log: place.log + [entry])
    return entry
  }

  /// What is evaluated and written.
  var result: [String: Tensor] { average?.values ?? network.parameters }

  var checkpoint: TrainingCheckpoint {
    TrainingCheckpoint(
      parameters: network.parameters, velocity: descent.velocity, averages: average?.values ?? [:], notes: "")
  }

  /// Checks that what is kept can be gone on with.
  func requireFinite() throws {
    for tensors in [network.parameters, average?.values ?? [:]] {
      for tensor in tensors.values {
        let isFinite = tensor.withUnsafeBuffer { $0.allSatisfy(\.isFinite) }
        guard isFinite else { throw diverged }
      }
    }
  }

  private var diverged: TrainingError {
    .diverged(
      epoch: place.epoch + 1, step: place.step + 1, checkpoint: place.epoch > 0 ? checkpointPath : nil)
  }
}
