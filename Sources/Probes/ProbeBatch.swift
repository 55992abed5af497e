import Models
import Tensors

/// The answers of one batch, for the caller to commit before the next begins, with how far the run is.
public struct ProbeBatch<Answer: Sendable>: Sendable {
  public let answers: [Answer]
  public let skipped: [SkippedImage]
  /// Pictures answered or skipped so far, those of an earlier run included.
  public let done: Int
  public let total: Int

  public init(answers: [Answer], skipped: [SkippedImage], done: Int, total: Int) {
    self.answers = answers
    self.skipped = skipped
    self.done = done
    self.total = total
  }
}

/// Goes through a picture source a batch at a time, so that memory does not grow with the corpus, and leaves
/// out what an earlier run has done.
struct BatchedRun {
  let batchSize: Int

  /// - Parameters:
  ///   - answered: an earlier run's answers by picture name.
  ///   - skipped: what an earlier run left out.
  ///   - answer: given indices into the source and their pictures `[indices.count, 3, height, width]`, one
  ///     answer each.
  ///   - commit: called after each batch; throwing ends the run.
  /// - Returns: all answers, old and new, in the source's order.
  func callAsFunction<Answer: Sendable>(
    over source: any PictureSource, answered: [String: Answer], skipped: [SkippedImage],
    commit: (ProbeBatch<Answer>) throws -> Void, answer: ([Int], Tensor) throws -> [Answer]
  ) throws -> (answers: [Answer], skipped: [SkippedImage]) {
    var answers: [Int: Answer] = [:]
    for index in 0..<source.count {
      if let known = answered[source.name(at: index)] { answers[index] = known }
    }
    let refused = try forEachBatch(
      of: source, isAnswered: { answered[$0] != nil }, skipped: skipped, commit: commit,
      answer: { indices, pictures in
        let fresh = try answer(indices, pictures)
        for (index, answer) in zip(indices, fresh) { answers[index] = answer }
        return fresh
      })
    return (answers.sorted { $0.key < $1.key }.map(\.value), refused)
  }

  /// The same without keeping the answers: they go to `commit` alone.
  ///
  /// - Parameter isAnswered: whether an earlier run has answered the picture of that name.
  /// - Returns: what was left out, old and new, in the source's order.
  func forEachBatch<Answer: Sendable>(
    of source: any PictureSource, isAnswered: (String) -> Bool, skipped: [SkippedImage],
    commit: (ProbeBatch<Answer>) throws -> Void, answer: ([Int], Tensor) throws -> [Answer]
  ) throws -> [SkippedImage] {
    guard batchSize >= 1 else { throw ProbeError.batchSize(found: batchSize) }
    var refused: [Int: SkippedImage] = [:]
    let earlier = Dictionary(skipped.map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
    var pending: [Int] = []
    var done = 0
    for index in 0..<source.count {
      let name = source.name(at: index)
      if isAnswered(name) {
        done += 1
      } else if let known = earlier[name] {
        refused[index] = known
      } else {
        pending.append(index)
      }
    }
    // Batches begin at fixed places in the source, so that a resumed run cuts the rest as the first did.
    var start = 0
    while start < pending.count {
      let block = pending[start] / batchSize
      var end = start
      while end < pending.count, pending[end] / batchSize == block { end += 1 }
      let indices = Array(pending[start..<end])
      let loaded = try source.load(indices)
      let readable = loaded.positions.map { indices[$0] }
      let fresh = try loaded.images.map { try answer(readable, $0) } ?? []
      done += fresh.count
      let refusals = loaded.refusals.map {
        ($0.index, SkippedImage(image: source.name(at: $0.index), reason: $0.reason))
      }
      for (index, refusal) in refusals { refused[index] = refusal }
      try commit(
        ProbeBatch(
          answers: fresh, skipped: refusals.map(\.1), done: done + refused.count, total: source.count))
      start = end
    }
    return refused.sorted { $0.key < $1.key }.map(\.value)
  }
}

extension BatchedRun {
  /// Goes through labelled pictures one at a time, for questions that take many passes a picture.
  ///
  /// - Parameters:
  ///   - earlier: an earlier run's answers; their pictures, which `name` tells, are not asked again.
  ///   - answer: given a picture `[1, 3, height, width]`, its name and its label.
  /// - Returns: as for batches.
  static func eachPicture<Answer: Sendable>(
    of source: any ImageSource, after earlier: [Answer], name: KeyPath<Answer, String>,
    skipped: [SkippedImage],
    commit: (ProbeBatch<Answer>) throws -> Void, answer: (Tensor, String, Int) throws -> Answer
  ) throws -> (answers: [Answer], skipped: [SkippedImage]) {
    let answered = Dictionary(earlier.map { ($0[keyPath: name], $0) }) { first, _ in first }
    return try BatchedRun(batchSize: 1)(over: source, answered: answered, skipped: skipped, commit: commit) {
      indices, pictures in
      try indices.enumerated().map { row, index in
        try answer(pictures.slice(row..<row + 1), source.name(at: index), source.label(at: index))
      }
    }
  }
}
