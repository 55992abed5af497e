import Foundation
import Probes

/// What an observer's answers to one question add up to, as a study gives it back.
public protocol RecordedResult: Sendable {
  associatedtype Answer: StudyAnswer
  /// - Parameter answers: in the order they were appended.
  /// - Throws: `StudyError.damaged` when the run does not say what was asked, or has answers to something else.
  init(_ answers: [Answer], of run: Run, in study: Study) throws
}

extension Study {
  /// What a run answers, and who.
  public func identity(of run: Run) throws -> Run.Identity {
    Run.Identity(
      question: run.description.question, observer: run.description.observer,
      observerDigest: try observerDigest(of: run))
  }

  /// The digest of what answers: of a network's card and weights, or of an observer's recorded answers, which earlier
  /// releases did not keep.
  public func observerDigest(of run: Run) throws -> String {
    let description = run.description
    return try description.keptObserverDigest
      ?? TextureBiasResult(
        observer: description.observer, kind: description.observerKind,
        answers: try answers(CueConflictAnswer.self, of: run)
      ).answersDigest
  }

  /// For every question of a kind and every observer the run that stands for the answer: the latest finished one, or
  /// else the latest interrupted one; in the order they were first asked.
  public func standingRuns(_ kind: QuestionKind) throws -> [Run] {
    var order: [Run.Identity] = []
    var standing: [Run.Identity: Run] = [:]
    for run in try runs() where run.description.kind == kind {
      let identity = try identity(of: run)
      if let known = standing[identity] {
        if run.finished != nil || known.finished == nil { standing[identity] = run }
      } else {
        order.append(identity)
        standing[identity] = run
      }
    }
    return order.compactMap { standing[$0] }
  }

  /// Every observer's standing answer to every question of a kind.
  ///
  /// - Throws: `StudyError.damaged` when a run does not say what was asked, or has answers to something else.
  public func recorded<Result: RecordedResult>(
    _ type: Result.Type = Result.self, _ kind: QuestionKind = Result.Answer.kind
  ) throws -> [Recorded<Result>] {
    try recorded(type, of: standingRuns(kind))
  }

  /// The answers of some runs of one kind.
  ///
  /// - Throws: as `recorded(_:_:)`.
  public func recorded<Result: RecordedResult>(
    _ type: Result.Type = Result.self, of runs: [Run]
  ) throws -> [Recorded<Result>] {
    try mapAnswers(of: runs) { run, answers in
      Recorded(run: run, result: try Result(answers, of: run, in: self))
    }
  }

  /// Every run of a kind, those that were asked again later among them.
  public func runs(_ kind: QuestionKind) throws -> [Run] {
    try runs().filter { $0.description.kind == kind }
  }

  /// The same without the runs.
  public func results<Result: RecordedResult>(
    _ type: Result.Type = Result.self, _ kind: QuestionKind = Result.Answer.kind
  ) throws -> [Result] {
    try recorded(type, kind).map(\.result)
  }

  /// What a run asked, from its options.
  ///
  /// - Throws: `StudyError.damaged` when they do not say.
  func question<Question: Decodable>(of run: Run) throws -> Question {
    let text = run.description.options[RunDescription.questionOption] ?? ""
    guard let question = try? JSONDecoder().decode(Question.self, from: Data(text.utf8)) else {
      throw StudyError.damaged(path: path, reason: "run \(run.id) does not say what it asked")
    }
    return question
  }

  /// - Throws: `StudyError.damaged` where `holds` is false.
  func require(_ holds: Bool, _ run: Run) throws {
    guard holds else {
      throw StudyError.damaged(
        path: path, reason: "run \(run.id) has answers to another question than it asked")
    }
  }
}

// MARK: - Results that need their answers alone

extension AccuracyResult: RecordedResult {
  public init(_ answers: [ImageAnswer], of run: Run, in study: Study) throws {
    self.init(model: run.description.observer, answers: answers, skipped: try study.skipped(of: run))
  }
}

extension StickerResult: RecordedResult {
  public init(_ answers: [StickerAnswer], of run: Run, in study: Study) throws {
    self.init(
      model: run.description.observer, target: run.description.target, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension TextureBiasResult: RecordedResult {
  public init(_ answers: [CueConflictAnswer], of run: Run, in study: Study) throws {
    self.init(
      observer: run.description.observer, kind: run.description.observerKind, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension LocalConflictResult: RecordedResult {
  public init(_ answers: [LocalConflictAnswer], of run: Run, in study: Study) throws {
    self.init(model: run.description.observer, answers: answers, skipped: try study.skipped(of: run))
  }
}

// MARK: - Results that need to know what was asked

extension SingleCueResult: RecordedResult {
  public init(_ answers: [CueConflictAnswer], of run: Run, in study: Study) throws {
    guard let set = run.description.options[RunDescription.setOption] else {
      throw StudyError.damaged(
        path: study.path, reason: "run \(run.id) does not say what its pictures are called")
    }
    self.init(
      model: run.description.observer, set: set, answers: answers, skipped: try study.skipped(of: run))
  }
}

extension DistortionResult: RecordedResult {
  public init(_ answers: [DistortionAnswer], of run: Run, in study: Study) throws {
    guard
      let conditions = run.description.options[RunDescription.conditionsOption].flatMap({
        DistortionConditions(text: $0)
      }), answers.allSatisfy({ $0.answers.count == conditions.count })
    else {
      throw StudyError.damaged(
        path: study.path, reason: "run \(run.id) does not say under which distortions it was answered")
    }
    self.init(
      model: run.description.observer, conditions: conditions, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension ShufflingResult: RecordedResult {
  public init(_ answers: [ShufflingAnswer], of run: Run, in study: Study) throws {
    let question: ShufflingQuestion = try study.question(of: run)
    let count = question.conditions.count
    try study.require(
      answers.allSatisfy { answer in
        answer.answers.count == count
          && [answer.innerAnswers, answer.innerClean].allSatisfy { $0.isEmpty || $0.count == count }
      }, run)
    self.init(
      model: run.description.observer, question: question, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension InteractionResult: RecordedResult {
  public init(_ answers: [InteractionAnswer], of run: Run, in study: Study) throws {
    let question: InteractionQuestion = try study.question(of: run)
    let count = question.layouts.count
    try study.require(answers.allSatisfy { $0.joint.count == count && $0.sum.count == count }, run)
    self.init(
      model: run.description.observer, question: question, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension SensitivityResult: RecordedResult {
  public init(_ answers: [SensitivityAnswer], of run: Run, in study: Study) throws {
    let question: SensitivityQuestion = try study.question(of: run)
    let count = question.rankings.count * question.counts.count
    try study.require(answers.allSatisfy { $0.probabilities.count == count }, run)
    self.init(
      model: run.description.observer, question: question, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension AttributionScoreResult: RecordedResult {
  public init(_ answers: [AttributionScores], of run: Run, in study: Study) throws {
    let names = (run.description.options[RunDescription.rankingsOption] ?? "").split(separator: " ")
      .map(String.init)
    guard !names.isEmpty, answers.allSatisfy({ $0.rankings.map(\.ranking) == names }) else {
      throw StudyError.damaged(
        path: study.path, reason: "run \(run.id) does not say which attributions it scores")
    }
    self.init(
      model: run.description.observer, rankings: names, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension PlaceResult: RecordedResult {
  public init(_ answers: [PlaceAnswer], of run: Run, in study: Study) throws {
    let question: PlaceQuestion = try study.question(of: run)
    let (columns, count) = (answers.first?.columns ?? 1, answers.first?.sticker.count ?? 1)
    guard question.stride > 0, columns > 0, count > 0, count % columns == 0,
      answers.allSatisfy({ answer in
        answer.columns == columns
          && [answer.sticker, answer.noise, answer.photo].allSatisfy { $0.count == count }
      })
    else {
      throw StudyError.damaged(
        path: study.path, reason: "run \(run.id) has answers for other places than it asked about")
    }
    self.init(
      model: run.description.observer, target: run.description.target, question: question, answers: answers,
      skipped: try study.skipped(of: run))
  }
}

extension EvidencePatchResult: RecordedResult {
  public init(_ answers: [EvidencePatchAnswer], of run: Run, in study: Study) throws {
    let question: EvidencePatchQuestion = try study.question(of: run)
    guard question.patches > 0, let side = run.description.model?.receptiveField?.size else {
      throw StudyError.damaged(
        path: study.path, reason: "run \(run.id) does not say which patches it looked for")
    }
    var collection = EvidencePatchCollection(question)
    for answer in answers { collection.add(answer) }
    self = collection.result(
      model: run.description.observer, patchSide: side, skipped: try study.skipped(of: run))
  }
}

extension PerturbationResult: RecordedResult {
  public init(_ answers: [PerturbationAnswer], of run: Run, in study: Study) throws {
    self.init(
      model: run.description.observer, question: try PerturbationQuestion(of: run, in: study),
      answers: answers, skipped: try study.skipped(of: run), warnings: try study.warnings(of: run))
  }
}
