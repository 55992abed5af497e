import Models

/// One network's answers to one set of pictures with one cue.
package struct SingleCueDocument: AnswerDocument {
  let name: String
  let set: String
  let n: Int
  let correct: Int
  let accuracy: Share
  let accuracyInterval: Interval
  let accuracyReason: ShareReason?
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var about: String? { "One network's answers to pictures with one cue." }
  package static var fields: [String: String] {
    ["set": "What the pictures are called.", "accuracy": "Pictures whose category was answered."]
  }

  package init(_ result: SingleCueResult) {
    let own = Proportion(result.correct, of: result.count)
    name = result.model
    set = result.set
    n = result.count
    correct = result.correct
    (accuracy, accuracyInterval, accuracyReason) = (own.share, own.interval, own.reason)
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
