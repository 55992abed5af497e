import Foundation
import Probes

/// One question asked of one observer, and everything needed to ask it again.
public struct RunDescription: Hashable, Sendable {
  public var kind: QuestionKind
  /// The name of the network or the person.
  public var observer: String
  public var observerKind: TextureBiasResult.Kind
  /// The network; nil for people and for networks known only by recorded answers.
  public var model: ModelRecord?
  /// The sticker's target class; nil when untargeted and for other kinds.
  public var target: Int?
  /// The command line exactly as it was typed.
  public var command: String
  public var seed: UInt64
  public var threads: Int
  /// The processor's name.
  public var processor: String
  /// Every option that can change an answer, defaults included: corpus, limit, position, scale, …
  public var options: [String: String]
  public var toolVersion: String
  /// The digest of the pictures' names and bytes, `PictureSet.sha256`; nil where they were not read.
  public var picturesSHA256: String?

  /// The option under which a run of kind `corruptions` names the network that its errors are to be compared with;
  /// missing where none was chosen.
  public static let baselineOption = "baseline"

  /// The option under which a run of kind `distortions` or `corruptions` keeps its conditions, as `DistortionConditions.text` has them.
  public static let conditionsOption = "conditions"

  /// The options under which a run of kind `perturbations` keeps what was asked of its attack; the budget's is
  /// missing where there was none, and a sticker has a side in place of a norm and a budget.
  public static let attackOption = "attack"
  public static let normOption = "norm"
  public static let epsilonOption = "epsilon"
  public static let sideOption = "side"

  /// The option under which a run of kind `attribution` keeps the names of its rankings, with spaces between.
  public static let rankingsOption = "rankings"

  /// The option under which a run of kind `single-cue` keeps what its pictures are called.
  public static let setOption = "set"

  /// The option under which a run of kind `shuffling`, `interactions`, `sensitivity`, `places` or `evidencePatches`
  /// keeps what it asks, as `option(for:)` writes it.
  public static let questionOption = "question"

  /// What is asked as an option's text; equal questions give equal texts.
  public static func option(for question: some Encodable) throws -> String { try canonicalJSON(question) }

  /// The option under which a run of recorded answers keeps their digest.
  public static let responsesDigestOption = "responses_sha256"

  /// The option under which a run of recorded answers keeps the digest of its stimuli's names: which set they are.
  public static let stimuliDigestOption = "stimuli_sha256"

  /// A run that asks a network.
  public init(
    kind: QuestionKind, model: ModelRecord, target: Int? = nil, command: String, seed: UInt64, threads: Int,
    processor: String, options: [String: String], toolVersion: String
  ) {
    self.init(
      kind: kind, observer: model.card.name, observerKind: .network, command: command, seed: seed,
      threads: threads, processor: processor, options: options, toolVersion: toolVersion)
    self.model = model
    self.target = target
  }

  /// A run that takes an observer's recorded answers.
  public init(
    kind: QuestionKind, observer: String, observerKind: TextureBiasResult.Kind, command: String, seed: UInt64,
    threads: Int, processor: String, options: [String: String], toolVersion: String
  ) {
    self.kind = kind
    self.observer = observer
    self.observerKind = observerKind
    self.command = command
    self.seed = seed
    self.threads = threads
    self.processor = processor
    self.options = options
    self.toolVersion = toolVersion
  }
}

extension RunDescription {
  /// What is asked, whatever files are called.
  public var question: Question {
    Question(
      kind, options: options.filter { $0.key != RunDescription.responsesDigestOption },
      target: target.map { index in
        guard let classes = model?.card.classes, classes.indices.contains(index) else { return "\(index)" }
        return classes[index]
      }, seed: seed, picturesSHA256: picturesSHA256)
  }

  /// The digest of what answers: of the network's card and weights, or of recorded answers; nil for recorded answers of
  /// earlier releases.
  var keptObserverDigest: String? { model?.digest ?? options[RunDescription.responsesDigestOption] }
}

/// A run that a study holds.
public struct Run: Hashable, Sendable, Identifiable {
  /// Counts up in the order the runs began, within one study.
  public let id: Int64
  public let description: RunDescription
  /// When the run first began.
  public let started: Date
  /// When the last answer was in; nil while it runs and after it was interrupted.
  public let finished: Date?
  /// Time spent on answers, in seconds, over all resumptions.
  public let seconds: Double
  /// How often the run was taken up again after an interruption.
  public let resumptions: Int

  /// What a run answers, and who: of two runs with equal identities one stands for both.
  public struct Identity: Hashable, Sendable {
    public let question: Question
    public let observer: String
    public let observerDigest: String
  }
}

/// A result with the run it comes from.
public struct Recorded<Result: Sendable>: Sendable {
  public let run: Run
  public let result: Result
}

extension Recorded: Equatable where Result: Equatable {}
