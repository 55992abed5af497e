import Probes
import Training

/// Every epoch of one training, and what came of it.
struct TrainingDocument: AnswerDocument {
  struct Epoch: AnswerDocument {
    let epoch: Int
    let learningRate: Nullable<Double>
    let trainingLoss: Nullable<Double>
    let trainingTop1: Share
    let validationTop1: Share
    let imagesPerSecond: Nullable<Double>
    let seconds: Nullable<Double>

    static var about: String? { "One epoch, with the keys of the training's log." }

    init(_ entry: TrainingLogEntry) {
      epoch = entry.epoch
      learningRate = Nullable(entry.learningRate)
      trainingLoss = Nullable(entry.trainingLoss)
      trainingTop1 = Share(entry.trainingTop1)
      validationTop1 = Share(entry.validationTop1)
      imagesPerSecond = Nullable(entry.imagesPerSecond)
      seconds = Nullable(entry.seconds)
    }
  }

  let name: String
  let nEpochs: Int
  let trainingLoss: Nullable<Double>
  let trainingTop1: Share
  let validationTop1: Share
  let bestValidationTop1: Share
  let bestEpoch: Nullable<Int>
  let seconds: Nullable<Double>
  let imagesPerSecond: Nullable<Double>
  let epochs: [Epoch]

  static var fields: [String: String] {
    [
      "validationTop1": "After the last epoch that was validated.",
      "bestEpoch": "The first of the best.", "seconds": "Of all epochs, training and validation.",
      "imagesPerSecond": "Training pictures, the mean over the epochs.",
    ]
  }

  init(_ training: ReportedTraining) {
    let entries = training.entries
    name = training.name
    nEpochs = entries.count
    trainingLoss = Nullable(entries.last?.trainingLoss)
    trainingTop1 = Share(entries.last?.trainingTop1)
    validationTop1 = Share(training.finalValidation)
    bestValidationTop1 = Share(training.bestValidation?.top1)
    bestEpoch = Nullable(training.bestValidation?.epoch)
    seconds = Nullable(training.seconds)
    imagesPerSecond = Nullable(training.imagesPerSecond)
    epochs = entries.map(Epoch.init)
  }
}
