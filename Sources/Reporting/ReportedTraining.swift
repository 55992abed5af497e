import Probes
import Training

/// One training as a report tells it.
struct ReportedTraining {
  /// The log's; with a number behind it where several logs are called the same.
  let name: String
  let entries: [TrainingLogEntry]

  /// The epochs that were validated.
  var validations: [(epoch: Int, top1: Double)] {
    entries.compactMap { entry in entry.validationTop1.map { (entry.epoch, $0) } }
  }

  /// After the last epoch that was validated.
  var finalValidation: Double? { validations.last?.top1 }

  /// The first of the best.
  var bestValidation: (epoch: Int, top1: Double)? {
    validations.max { $0.top1 < $1.top1 || ($0.top1 == $1.top1 && $0.epoch > $1.epoch) }
  }

  /// Of all epochs, training and validation.
  var seconds: Double { entries.reduce(0) { $0 + $1.seconds } }

  /// Training pictures a second, the mean over the epochs.
  var imagesPerSecond: Double? {
    entries.isEmpty ? nil : entries.reduce(0) { $0 + $1.imagesPerSecond } / Double(entries.count)
  }
}
