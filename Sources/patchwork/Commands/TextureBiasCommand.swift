import ArgumentParser
import Datasets
import Models
import Probes
import Silhouettes
import Studies

/// `patchwork texture-bias`
struct TextureBiasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "texture-bias",
    abstract: "Measure the shape bias of networks on cue-conflict images, and of recorded observers.",
    discussion: """
      Shape bias is s / (s + t) over the images whose shape and texture disagree (Geirhos et al. 2019). \
      Networks whose classes are neither ImageNet's nor the 16 categories need --mapping, a CSV with the columns \
      class,category. --calibrate asks two networks whose bias is known, since each was trained where only one \
      cue foretold the class, and fails unless the probe reads at most 5 % on the one and at least 95 % on the \
      other.

      Two observers or more are compared by error consistency, kappa of right (the shape) and wrong over all stimuli \
      that both answered (Geirhos, Meding & Wichmann 2020). Intervals are drawn by --seed. --write-responses keeps \
      the networks' answers in the published form, which --responses and the published analysis read.

      Recorded trials of one name are one observer's, a session's answer to a stimulus counts once, and files of one \
      name that contradict each other on more than 5 % of the trials they share are those of several observers, who \
      are called by their files; fewer contradictions are an error.

      --single-cue asks about pictures with one cue, such as edges, silhouettes or textures alone: class folders \
      named after the categories, answered by the same decision; the share named rightly is printed beside.

      Examples:
        patchwork texture-bias --model squeezenet1_1.json --stimuli cue-conflict
        patchwork texture-bias --model resnet50/silhouettes --stimuli silhouettes:cue-conflict,count=320 \
          --single-cue edges=silhouettes:edges,count=320 texture=silhouettes:texture-only,count=320
        patchwork texture-bias --model resnet50/silhouettes resnet50-shape/silhouettes \\
          --stimuli silhouettes:cue-conflict,count=1200,seed=3
        patchwork texture-bias --responses responses/*.csv --categories
        patchwork texture-bias --model resnet50/silhouettes --stimuli silhouettes:cue-conflict,count=1200,seed=3 \\
          --write-responses responses
        patchwork texture-bias --calibrate
      """)

  @OptionGroup var models: ModelOptions

  @Option(
    name: .long,
    help:
      "A folder of stimuli named <shape><n>-<texture><m>.png, or silhouettes:cue-conflict to have them drawn."
  )
  var stimuli: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Pictures with one cue: a name and a corpus whose class folders are categories, such as edges=FOLDER.",
      valueName: "name=corpus"))
  var singleCue: [SingleCueSet] = []

  @Flag(name: .long, help: "Check the probe on two networks of known bias, on stimuli drawn by --seed.")
  var calibrate = false

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Files of recorded responses.", valueName: "csv"))
  var responses: [String] = []

  @Option(name: .long, help: "A CSV with the columns class,category: how classes map to the cues.")
  var mapping: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write each network's answers here, as cue-conflict_<network>_session-1.csv.", valueName: "folder"))
  var writeResponses: String?

  @Flag(name: .long, help: "Print the shape bias for each shape category too; JSON always has it.")
  var categories = false

  @OptionGroup var limit: LimitOption
  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if models.model.isEmpty, responses.isEmpty, !calibrate {
      throw ValidationError("expected --model with --stimuli, --responses or --calibrate, found none of them")
    }
    if models.model.isEmpty != (stimuli == nil && singleCue.isEmpty) {
      let found = !models.model.isEmpty ? "--model" : stimuli == nil ? "--single-cue" : "--stimuli"
      throw ValidationError("expected --model and --stimuli or --single-cue together, found only \(found)")
    }
    if writeResponses != nil, models.model.isEmpty || stimuli == nil {
      throw ValidationError(
        "expected --model and --stimuli with --write-responses, found no network whose answers to write")
    }
    let names = singleCue.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("expected a name for each set of --single-cue, found '\(twice)' twice")
    }
  }

  func run() throws {
    // Before a study is begun: files that cannot be told apart leave none behind.
    let recorded = try ResponseFile.observers(in: responses)
    let recorder = Recorder(study: try study.open(), common: common)
    let calibration = calibrate ? try self.calibration(recorder) : nil
    var results = calibration.map { [$0.texture, $0.shape] } ?? []
    results += try record(recorded, recorder)
    if let stimuli {
      let found = try CueConflictStimuli(named: stimuli, limit: limit.limit)
      if !found.skipped.isEmpty, !common.quiet {
        found.skipped.map { SkippedImage(image: $0.path, reason: $0.reason) }.report(quiet: false)
      }
      let asked = try models.load().map { try ask($0, about: found, recorder) }
      results += asked
      if let folder = writeResponses {
        let paths = try WrittenResponses(asked, to: found, in: folder).write(in: folder)
        if !common.quiet { for path in paths { Output.note("wrote \(path)") } }
      }
    }
    let singleCues = try singleCues(recorder)
    let bootstrap = Bootstrap(seed: common.seed)
    let consistency = results.count > 1 ? ObserverConsistency(results, bootstrap: bootstrap) : nil
    if common.json {
      try Output.json(
        Document(
          observers: results.map { ObserverDocument($0, bootstrap) },
          errorConsistency: consistency.map(ErrorConsistencyDocument.init), calibrated: calibration?.holds,
          singleCues: singleCues.map(SingleCueDocument.init)))
    } else {
      let tables = TextureBiasTables(
        results, consistency, bootstrap, byCategory: categories, singleCues: singleCues)
      for (place, table) in tables.all.enumerated() {
        if place > 0 { try Output.line() }
        try Output.table(table)
      }
    }
    if let calibration { try judge(calibration) }
  }

  // MARK: Calibration

  /// Stimuli that the calibration draws; as many as the published ones with a conflict.
  private static let calibrationCount = 1200

  private func calibration(_ recorder: Recorder) throws -> BiasCalibration {
    let name = "silhouettes:cue-conflict,count=\(Self.calibrationCount),seed=\(common.seed)"
    let stimuli = try CueConflictStimuli(named: name, limit: limit.limit)
    return BiasCalibration(
      texture: try ask(try ModelLoader.load(BiasCalibration.textureNetwork), about: stimuli, recorder),
      shape: try ask(try ModelLoader.load(BiasCalibration.shapeNetwork), about: stimuli, recorder))
  }

  /// Says whether the instrument reads right.
  ///
  /// - Throws: `CommandError.miscalibrated` when it does not.
  private func judge(_ calibration: BiasCalibration) throws {
    func reading(_ result: TextureBiasResult) -> String {
      percent(result.shapeCount, of: result.shapeCount + result.textureCount)
    }
    let readings =
      "\(reading(calibration.texture)) where 0 % is true and at most \(100 * BiasCalibration.greatest) % allowed, "
      + "\(reading(calibration.shape)) where 100 % is true and at least \(100 * BiasCalibration.least) % allowed"
    guard calibration.holds else { throw CommandError.miscalibrated(readings: readings) }
    if !common.json { try Output.line("calibration holds: \(readings)") }
  }

  // MARK: Asking

  private func record(_ observers: [RecordedObserver], _ recorder: Recorder) throws -> [TextureBiasResult] {
    try observers.map { observer in
      let answers = observer.responses.map {
        CueConflictAnswer(
          stimulus: $0.stimulus, shape: $0.cues.shape, texture: $0.cues.texture, response: $0.answer)
      }
      let kind: TextureBiasResult.Kind = observer.isNetwork ? .network : .person
      let result = TextureBiasResult(observer: observer.name, kind: kind, answers: answers)
      let description = RunDescription(
        kind: .textureBias, observer: observer.name, observerKind: kind, command: Machine.command,
        seed: common.seed, threads: common.workers.count, processor: Machine.processor,
        options: [
          "responses": responses.joined(separator: " "),
          RunDescription.responsesDigestOption: result.answersDigest,
          RunDescription.stimuliDigestOption: result.stimuliDigest,
          "recorded": "\(Set(answers.map(\.stimulus)).count) stimuli",
        ], toolVersion: Patchwork.version)
      let (recorded, _) = try recorder.record(description) {
        (earlier: [CueConflictAnswer], _, commit) in
        // They are kept all at once: an interrupted run holds all or none.
        let fresh = earlier.isEmpty ? answers : []
        try commit(ProbeBatch(answers: fresh, skipped: [], done: answers.count, total: answers.count))
        return result
      }
      return recorded
    }
  }

  /// Every network's answers to every set of pictures with one cue.
  private func singleCues(_ recorder: Recorder) throws -> [SingleCueResult] {
    guard !singleCue.isEmpty else { return [] }
    let corpora = try singleCue.map { (set: $0, folder: try ImageFolder(named: $0.corpus)) }
    return try models.load().flatMap { model in
      try corpora.map { try ask(model, about: $0.folder, $0.set, recorder) }
    }
  }

  private func ask(
    _ model: LoadedModel, about folder: ImageFolder, _ set: SingleCueSet, _ recorder: Recorder
  ) throws -> SingleCueResult {
    let card = model.card
    let labels = try LabelMapping(
      classes: card.classes, classNames: card.classNames, mappingFile: mapping)
    let images = try CorpusImages(
      folder, for: card, among: labels.categories, limit: limit.limit, workers: common.workers)
    images.reportUnmatched(for: card, quiet: common.quiet)
    let probe = SingleCueProbe(classifier: model.classifier, mapping: labels, batchSize: model.batchSize)
    return try recorder.probe(
      model, .singleCue, title: "\(card.name), \(set.name)", unit: "images", count: images.count,
      pictures: images,
      options: [
        RunDescription.setOption: set.name, "corpus": set.corpus, "limit": limit.text,
        "mapping": mapping ?? "ImageNet to 16 categories",
      ], skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images, called: set.name,
        after: SingleCueResult(model: card.name, set: set.name, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }

  private func ask(
    _ model: LoadedModel, about stimuli: CueConflictStimuli, _ recorder: Recorder
  ) throws -> TextureBiasResult {
    let card = model.card
    let labels = try LabelMapping(
      classes: card.classes, classNames: card.classNames, mappingFile: mapping)
    let images = StimulusImages(stimuli, for: card, workers: common.workers)
    let cues = stimuli.items.flatMap { [$0.cues.shape, $0.cues.texture] }
    let silent = labels.unanswerable(among: cues)
    if !silent.isEmpty, !common.quiet {
      Output.note(
        "\(card.name): no class maps to \(silent.joined(separator: ", ")), so it can never answer so")
    }
    let probe = TextureBiasProbe(
      classifier: model.classifier, decision: CategoryDecision(labels), batchSize: model.batchSize)
    return try recorder.probe(
      model, .textureBias, unit: "stimuli", count: images.count, pictures: images,
      options: [
        "stimuli": stimuli.path, "limit": limit.text, "mapping": mapping ?? "ImageNet to 16 categories",
      ], skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: TextureBiasResult(observer: card.name, kind: .network, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }
}

extension TextureBiasCommand {
  private struct Document: Encodable {
    let observers: [ObserverDocument]
    /// Between every two observers; absent for one alone.
    let errorConsistency: ErrorConsistencyDocument?
    /// Whether the probe read right on networks of known bias; absent when it was not checked.
    let calibrated: Bool?
    /// Of every network and every set of pictures with one cue.
    let singleCues: [SingleCueDocument]
  }
}
