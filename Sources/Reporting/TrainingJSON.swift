import Probes
import Training

extension ReportData {
  /// Every epoch of every training, and what came of it.
  func trainingJSON() -> JSONValue {
    .list(
      trainings.map { training in
        .object([
          "name": .text(training.name), "n_epochs": .whole(training.entries.count),
          "training_loss": .optional(training.entries.last?.trainingLoss),
          "training_top1": .optional(training.entries.last?.trainingTop1),
          "validation_top1": .optional(training.finalValidation),
          "best_validation_top1": .optional(training.bestValidation?.top1),
          "best_epoch": .optional(training.bestValidation?.epoch),
          "seconds": .number(training.seconds), "images_per_second": .optional(training.imagesPerSecond),
          "epochs": .list(training.entries.map(json(epoch:))),
        ])
      })
  }

  /// With the log's own keys.
  private func json(epoch entry: TrainingLogEntry) -> JSONValue {
    .object([
      "epoch": .whole(entry.epoch), "learning_rate": .number(entry.learningRate),
      "training_loss": .number(entry.trainingLoss), "training_top1": .number(entry.trainingTop1),
      "validation_top1": .optional(entry.validationTop1), "images_per_second": .number(entry.imagesPerSecond),
      "seconds": .number(entry.seconds),
    ])
  }
}
