/// A recorded response and the line it stands on.
public struct RecordedTrial: Sendable, Hashable {
  public let response: Response
  public let path: String
  /// From 1.
  public let line: Int

  /// What was shown to an observer when: two trials of one observer with equal keys are one trial.
  struct Key: Hashable {
    let session: Int
    let stimulus: String
  }

  var key: Key { Key(session: response.session, stimulus: response.stimulus) }
}
