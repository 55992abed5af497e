import ArgumentParser
import Datasets
import Models
import Probes
import Studies

/// `patchwork texture-bias`
struct TextureBiasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "texture-bias",
    abstract: "Measure the shape bias of networks on cue-conflict images, and of recorded observers.",
    discussion: """
      Shape bias is s / (s + t) over the images whose shape and texture disagree (Geirhos et al. 2019). \
      Networks whose classes are not ImageNet's need --mapping, a CSV with the columns class,category.

      Examples:
        patchwork texture-bias --model squeezenet1_1.json --stimuli cue-conflict
        patchwork texture-bias --responses responses/*.csv
      """)

  @OptionGroup var models: ModelOptions

  @Option(name: .long, help: "A folder of stimuli named <shape><n>-<texture><m>.png.")
  var stimuli: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Files of recorded responses.", valueName: "csv"))
  var responses: [String] = []

  @Option(name: .long, help: "A CSV with the columns class,category: how classes map to the cues.")
  var mapping: String?

  @OptionGroup var limit: LimitOption
  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if models.model.isEmpty, responses.isEmpty {
      throw ValidationError("expected --model with --stimuli, or --responses, found neither")
    }
    if models.model.isEmpty != (stimuli == nil) {
      throw ValidationError(
        "expected --model and --stimuli together, found only \(stimuli == nil ? "--model" : "--stimuli")")
    }
  }

  func run() throws {
    let recorder = Recorder(study: try study.open(), common: common)
    var results = try recordedObservers(recorder)
    if let stimuli {
      let found = try CueConflictStimuli(path: stimuli, limit: limit.limit)
      if !found.skipped.isEmpty, !common.quiet {
        found.skipped.map { SkippedImage(image: $0.path, reason: $0.reason) }.report(quiet: false)
      }
      results += try models.load().map { try ask($0, about: found, recorder) }
    }
    if common.json { return try Output.json(["observers": results.map(ObserverDocument.init)]) }
    try printTable(results)
  }

  private func recordedObservers(_ recorder: Recorder) throws -> [TextureBiasResult] {
    try ResponseFile.observers(in: responses).map { observer in
      let answers = observer.responses.map {
        CueConflictAnswer(
          stimulus: $0.stimulus, shape: $0.cues.shape, texture: $0.cues.texture, response: $0.answer)
      }
      let kind: TextureBiasResult.Kind = observer.isNetwork ? .network : .person
      let result = TextureBiasResult(observer: observer.name, kind: kind, answers: answers)
      let description = RunDescription(
        kind: .textureBias, observer: observer.name, observerKind: kind, command: Machine.command,
        seed: common.seed, threads: common.workers.count, processor: Machine.processor,
        options: ["responses": responses.joined(separator: " ")], toolVersion: Patchwork.version)
      let (recorded, _) = try recorder.record(description) { earlier, skipped, commit in
        let known = Set(earlier.map(\CueConflictAnswer.stimulus))
        let fresh = answers.filter { !known.contains($0.stimulus) }
        try commit(ProbeBatch(answers: fresh, skipped: [], done: answers.count, total: answers.count))
        return result
      }
      return recorded
    }
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
      model, .textureBias, unit: "stimuli", count: images.count,
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

  private func printTable(_ results: [TextureBiasResult]) throws {
    var table = Table(["observer", "conflicts", "shape", "texture", "other", "shape bias", "coverage"])
    func add(_ summary: TextureBiasSummary) {
      let counts = summary.counts
      table.add([
        summary.observer, "\(counts.count)", "\(counts.shape)", "\(counts.texture)", "\(counts.other)",
        percent(counts.shape, of: counts.shape + counts.texture),
        percent(counts.shape + counts.texture, of: counts.count),
      ])
    }
    for result in results { add(TextureBiasSummary(result)) }
    let people = results.filter { $0.kind == .person }
    if people.count > 1 {
      add(TextureBiasSummary(pooling: people, observer: "all \(people.count) people", kind: .person))
    }
    try Output.table(table)
  }
}

/// What `texture-bias` says of one observer.
struct ObserverDocument: Encodable {
  let name: String
  let kind: TextureBiasResult.Kind
  let nConflict: Int
  let nShape: Int
  let nTexture: Int
  let nOther: Int
  let shapeBias: Nullable<Double>
  let coverage: Nullable<Double>
  let shapeFraction: Nullable<Double>
  let textureFraction: Nullable<Double>
  let shapeReciprocalRank: Nullable<Double>
  let textureReciprocalRank: Nullable<Double>
  let skipped: Int

  init(_ result: TextureBiasResult) {
    let summary = TextureBiasSummary(result)
    name = result.observer
    kind = result.kind
    nConflict = summary.counts.count
    nShape = summary.counts.shape
    nTexture = summary.counts.texture
    nOther = summary.counts.other
    shapeBias = Nullable(summary.counts.shapeBias)
    coverage = Nullable(summary.counts.coverage)
    shapeFraction = Nullable(summary.counts.shapeFraction)
    textureFraction = Nullable(summary.counts.textureFraction)
    shapeReciprocalRank = Nullable(summary.shapeReciprocalRank)
    textureReciprocalRank = Nullable(summary.textureReciprocalRank)
    skipped = result.skipped.count
  }
}
