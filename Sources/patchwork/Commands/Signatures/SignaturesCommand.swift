import ArgumentParser
import Datasets
import Files
import Models
import Probes
import Silhouettes
import Studies

/// `patchwork signatures`
struct SignaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signatures",
    abstract: "Ask how much of a BagNet there is in a network: shuffling, interactions, errors, sensitivity.",
    discussion: """
      The four signatures of Brendel & Bethge 2019. shuffling: accuracy when a picture's tiles change places, for \
      grids and for tiles of a fixed side; of BagNets also by the cells that see no seam between tiles, for which \
      aligned tiles change nothing. interactions: the correlation between what masks do to the true class' logit \
      together and the sum of what each does alone; exactly 1 for a BagNet no cell of which sees two masks. errors: \
      accuracy by class and error consistency of every two networks, from the whole pictures of shuffling. \
      sensitivity: how far the true class' probability falls when the 8×8 patches are masked that a map ranks \
      highest: the evidence of the BagNets among the networks, every method of attribution, and chance.

      Example:
        patchwork signatures --model bagnet9/imagenette bagnet33/imagenette resnet50/imagenette \\
          --corpus imagenette/val --limit 200 --study study.sqlite
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("One or more signatures (default: all).", valueName: "signature"))
  var only: [Signature] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Shuffling: tiles along each side (default: 2 3 4 6 8 12 16).", valueName: "n"),
    transform: WholeNumber.in(2...1024))
  var grid: [Int] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Shuffling: tiles of so many pixels' side (default: 8 16 24 32 48).", valueName: "px"),
    transform: WholeNumber.in(1...4096))
  var tile: [Int] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Interactions: the masks' sides (default: 8 16 32).", valueName: "px"),
    transform: WholeNumber.in(1...4096))
  var mask: [Int] = [8, 16, 32]

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Interactions: pixels between masks, each with each side (default: a mask's own side).", valueName: "px"
    ),
    transform: WholeNumber.in(0...4096))
  var gap: [Int] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Sensitivity: how many patches are masked (default: 1 2 4 8 16 32 64).", valueName: "n"),
    transform: WholeNumber.in(1...1_000_000))
  var patches: [Int] = [1, 2, 4, 8, 16, 32, 64]

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  /// A signature that is asked for by name; errors come with shuffling.
  enum Signature: String, ExpressibleByArgument, CaseIterable {
    case shuffling
    case interactions
    case sensitivity
  }

  func run() throws {
    let loaded = try models.load()
    let folder = try ImageFolder(named: corpus.corpus)
    let recorder = Recorder(study: try study.open(), common: common)
    let asked = only.isEmpty ? Signature.allCases : Signature.allCases.filter(only.contains)
    var answers = SignatureAnswers(bootstrap: Bootstrap(seed: common.seed))
    for model in loaded {
      let images = try CorpusImages(
        folder, for: model.card, limit: corpus.limit.limit, workers: common.workers)
      images.reportUnmatched(for: model.card, quiet: common.quiet)
      for signature in asked {
        switch signature {
        case .shuffling: answers.shuffling.append(try shuffle(model, images, recorder))
        case .interactions: answers.interactions.append(try interact(model, images, recorder))
        case .sensitivity: answers.sensitivity.append(try mask(model, images, recorder, among: loaded))
        }
      }
    }
    if common.json { return try Output.json(SignaturesDocument(answers, loaded)) }
    for (place, table) in SignatureTables(answers, loaded).all.enumerated() {
      if place > 0 { try Output.line() }
      try Output.table(table)
    }
  }

  // MARK: Questions

  private var shufflingQuestion: ShufflingQuestion {
    guard !grid.isEmpty || !tile.isEmpty else { return ShufflingQuestion() }
    return ShufflingQuestion(
      conditions: distinct(grid).map { ShufflingCondition(.grid, $0) }
        + distinct(tile).map { ShufflingCondition(.tile, $0) })
  }

  private var interactionQuestion: InteractionQuestion {
    InteractionQuestion(
      layouts: distinct(mask).flatMap { side in
        gap.isEmpty
          ? [MaskLayout(side: side, gap: side)]
          : distinct(gap).map { MaskLayout(side: side, gap: $0) }
      })
  }

  private func distinct(_ values: [Int]) -> [Int] { Set(values).sorted() }

  private func options(_ question: some Encodable) throws -> [String: String] {
    [
      "corpus": corpus.corpus, "limit": corpus.limit.text,
      RunDescription.questionOption: try RunDescription.option(for: question),
    ]
  }

  // MARK: Asking

  private func shuffle(
    _ model: LoadedModel, _ images: CorpusImages, _ recorder: Recorder
  ) throws -> ShufflingResult {
    let probe = ShufflingProbe(
      classifier: model.classifier, question: shufflingQuestion, seed: common.seed)
    return try recorder.probe(
      model, .shuffling, title: "\(model.card.name), shuffling", unit: "images", count: images.count,
      pictures: images,
      options: try options(probe.question), skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: ShufflingResult(
          model: model.card.name, question: probe.question, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }

  private func interact(
    _ model: LoadedModel, _ images: CorpusImages, _ recorder: Recorder
  ) throws -> InteractionResult {
    let probe = InteractionProbe(classifier: model.classifier, question: interactionQuestion)
    return try recorder.probe(
      model, .interactions, title: "\(model.card.name), interactions", unit: "images", count: images.count,
      pictures: images,
      options: try options(probe.question), skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: InteractionResult(
          model: model.card.name, question: probe.question, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }

  private func mask(
    _ model: LoadedModel, _ images: CorpusImages, _ recorder: Recorder, among loaded: [LoadedModel]
  ) throws -> SensitivityResult {
    let bagNets = loaded.compactMap { $0.classifier as? any LocalClassifier }
    let probe = SensitivityProbe(
      classifier: model.classifier,
      rankings: try SensitivityRanking.all(for: model.classifier, bagNets: bagNets),
      counts: distinct(patches),
      seed: common.seed)
    var options = try options(probe.question)
    // The rankings hang on these networks' weights, which their names do not tell.
    if study.study != nil {
      options["evidence_sha256"] = try loaded.filter { $0.classifier is any LocalClassifier }
        .map { try $0.weightsSHA256() }.joined(separator: " ")
    }
    return try recorder.probe(
      model, .sensitivity, title: "\(model.card.name), sensitivity", unit: "images", count: images.count,
      pictures: images,
      options: options, skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: SensitivityResult(
          model: model.card.name, question: probe.question, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }
}

/// What `signatures` found, in the order of the networks.
struct SignatureAnswers {
  let bootstrap: Bootstrap
  var shuffling: [ShufflingResult] = []
  var interactions: [InteractionResult] = []
  var sensitivity: [SensitivityResult] = []

  /// Every two networks that saw the same pictures.
  var errors: [ErrorAgreement] { ErrorAgreement.all(shuffling, bootstrap: bootstrap) }
}

extension LoadedModel {
  /// Whether no cell of the network sees two masks; nil for networks that see the whole picture at once, and where
  /// pictures have several sizes.
  func isAdditive(_ layout: MaskLayout) -> Bool? {
    guard classifier is any LocalClassifier, let field = receptiveField,
      let side = card.preprocessing.centerCrop
    else { return nil }
    return layout.isAdditive(for: field, height: side, width: side)
  }
}
