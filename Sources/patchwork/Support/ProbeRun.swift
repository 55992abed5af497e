import Models
import Probes
import Studies

extension Recorder {
  /// Asks one network about many pictures: tells how far it is, keeps every batch of answers, and lists at the
  /// end what was skipped. What every command that probes a network does.
  ///
  /// - Parameters:
  ///   - target: the class aimed at, for the study; nil where there is none.
  ///   - title: what the progress bar is called; the network's name when nil.
  ///   - unit: what is counted, in the plural: `images`.
  ///   - count: how many there are.
  ///   - pictures: those, for their digests.
  ///   - options: what of the command line decides the answers, for the study.
  ///   - skipped: the pictures that a result leaves out.
  ///   - ask: runs the probe: gets what an interrupted run left, and a closure to call with each batch.
  /// - Returns: the result, and the run it stands under where there is a study.
  func probe<Answer: StudyAnswer, Result>(
    _ model: LoadedModel, _ kind: QuestionKind, target: Int? = nil, title: String? = nil, unit: String,
    count: Int,
    pictures: some IdentifiedPictures & Sendable, options: [String: String],
    skipped: KeyPath<Result, [SkippedImage]>,
    ask: (_ earlier: [Answer], _ skipped: [SkippedImage], (ProbeBatch<Answer>) throws -> Void) throws ->
      Result
  ) throws -> (result: Result, run: Run?) {
    let progress = Progress(title ?? model.card.name, unit: unit, total: count, isQuiet: common.quiet)
    let recorded = try record(
      try description(kind, model: try model.record(), target: target, pictures: pictures, options: options),
      progress: progress, ask: ask)
    progress.finish()
    recorded.result[keyPath: skipped].report(quiet: common.quiet)
    return recorded
  }
}
