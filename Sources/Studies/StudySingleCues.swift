import Probes

extension RunDescription {
  /// The option under which a run of kind `single-cue` keeps what its pictures are called.
  public static let setOption = "set"
}

extension Study {
  /// Each network's latest answers to each set of pictures with one cue.
  ///
  /// - Throws: `StudyError.damaged` when a run does not say what its pictures are called.
  public func recordedSingleCues() throws -> [Recorded<SingleCueResult>] {
    let latest = try latestRuns(.singleCue) {
      [$0.description.observer, $0.description.options[RunDescription.setOption]]
    }
    return try mapAnswers(of: latest) { run, answers in
      guard let set = run.description.options[RunDescription.setOption] else {
        throw StudyError.damaged(
          path: path, reason: "run \(run.id) does not say what its pictures are called")
      }
      return Recorded(
        run: run,
        result: SingleCueResult(
          model: run.description.observer, set: set, answers: answers,
          skipped: try skipped(of: run)))
    }
  }
}
