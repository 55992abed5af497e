import Files
import Foundation
import Models
import Probes
import Studies

/// Runs a probe and, where there is a study, commits each batch of answers to it and goes on where an
/// interrupted run stopped.
struct Recorder {
  let study: Study?
  let common: CommonOptions
  private let pictureSets = PictureSets()

  init(study: Study?, common: CommonOptions) {
    self.study = study
    self.common = common
  }

  /// What the study keeps of a question to a network about pictures, whose digests it keeps too.
  func description(
    _ kind: QuestionKind, model: @autoclosure () throws -> ModelRecord, target: Int? = nil,
    pictures: some IdentifiedPictures & Sendable, options: [String: String]
  ) throws -> RunDescription {
    var description = RunDescription(
      kind: kind, model: try model(), target: target, command: Machine.command, seed: common.seed,
      threads: common.workers.count, processor: Machine.processor, options: options,
      toolVersion: Patchwork.version)
    let set = pictureSets.set(of: pictures, on: common.workers, isQuiet: common.quiet)
    try study?.keep(set)
    description.picturesSHA256 = set.sha256
    return description
  }

  /// Asks and records.
  ///
  /// - Parameters:
  ///   - progress: told after each batch.
  ///   - ask: gets what an interrupted run left, and a closure to call with each batch.
  /// - Returns: the result, and the run it stands under in the study.
  func record<Answer: StudyAnswer, Result>(
    _ description: @autoclosure () throws -> RunDescription, progress: Progress? = nil,
    ask: (_ earlier: [Answer], _ skipped: [SkippedImage], (ProbeBatch<Answer>) throws -> Void) throws ->
      Result
  ) throws -> (result: Result, run: Run?) {
    guard let study else { return (try ask([], []) { progress?.update($0.done) }, nil) }
    let run = try study.resumeOrBegin(try description())
    let earlier = try study.answers(Answer.self, of: run)
    if !earlier.isEmpty, !common.quiet {
      Output.note("\(study.path): going on after \(earlier.count) answers of an interrupted run")
    }
    var last = ContinuousClock.now
    let result = try ask(earlier, try study.skipped(of: run)) { batch in
      let now = ContinuousClock.now
      let seconds = (now - last).inSeconds
      last = now
      try study.append(batch.answers, skipped: batch.skipped, to: run, seconds: seconds)
      progress?.update(batch.done)
    }
    try study.finish(run)
    return (result, run)
  }
}
