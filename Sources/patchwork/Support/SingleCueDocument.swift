import Models
import Probes

/// What `texture-bias` says of one network's answers to one set of pictures with one cue.
struct SingleCueDocument: Encodable {
  let name: String
  let set: String
  let n: Int
  let correct: Int
  let accuracy: Nullable<Double>
  let accuracyInterval: Nullable<[Double]>
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(_ result: SingleCueResult) {
    name = result.model
    set = result.set
    n = result.count
    correct = result.correct
    accuracy = Nullable(result.accuracy)
    accuracyInterval = Nullable(
      WilsonInterval(successes: result.correct, of: result.count).map { [$0.lower, $0.upper] })
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
