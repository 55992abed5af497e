import ArgumentParser
import Datasets
import Models
import Probes
import Silhouettes
import Studies

/// `patchwork localise`
struct LocaliseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "localise",
    abstract: "Show where cue-conflict images argue for their shape and where for their texture.",
    discussion: """
      For BagNets, exactly: a cell's evidence is its logit for the shape's category less that for the texture's (a \
      category's logit is the mean of its classes'), and the mean over all cells is the same difference of the \
      picture's logits, which is checked. Cells are sorted by what they see: nothing but the shape's pixels (inside), \
      its outline, or none of it (outside). Drawn stimuli know their shapes; those of a folder need --silhouettes. \
      Positive numbers argue for the shape, orange in the maps; intervals are of the means over stimuli.

      Examples:
        patchwork localise --model bagnet9/silhouettes bagnet33/silhouettes \\
          --stimuli silhouettes:cue-conflict,count=320,seed=3 --maps maps
        patchwork localise --model bagnet17.json --mapping cues.csv \\
          --stimuli cue-conflict --silhouettes outlines --study study.sqlite
      """)

  @OptionGroup var models: ModelOptions

  @Option(
    name: .long,
    help:
      "A folder of stimuli named <shape><n>-<texture><m>.png, or silhouettes:cue-conflict to have them drawn."
  )
  var stimuli: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "For stimuli of a folder: pictures as large, dark where the shape is, each named as its stimulus (cat3-truck1.png) or as the shape (cat3.png).",
      valueName: "folder"))
  var silhouettes: String?

  @Option(name: .long, help: "A CSV with the columns class,category: how classes map to the cues.")
  var mapping: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write maps of the first stimuli here, a PNG each on one scale for each network, and their numbers as cells.safetensors.",
      valueName: "folder"))
  var maps: String?

  @Option(
    name: .long, help: "With --maps: how many stimuli (default: 12).", transform: WholeNumber.in(1...1000))
  var mapCount: Int?

  @OptionGroup var limit: LimitOption
  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if mapCount != nil, maps == nil {
      throw ValidationError("--map-count expects --maps, found no folder to write maps to")
    }
  }

  func run() throws {
    let models = try self.models.load()
    for model in models { _ = try model.local() }
    let found = try CueConflictStimuli(named: stimuli, limit: limit.limit)
    let shapes = try ShapeSilhouettes(of: found, in: silhouettes)
    let recorder = Recorder(study: try study.open(), common: common)
    var results: [LocalConflictResult] = []
    for model in models {
      let card = model.card
      let labels = try LabelMapping(
        classes: card.classes, classNames: card.classNames, mappingFile: mapping)
      let images = SilhouettedStimuli(
        found, shapes, categories: labels.categories, for: card, workers: common.workers)
      let probe = LocalConflictProbe(
        classifier: try model.local(), mapping: labels, batchSize: model.batchSize)
      results.append(try ask(model, probe, images, recorder))
      if let maps {
        let folder = try LocalConflictMaps(probe, of: images, count: mapCount ?? 12, on: common.workers)
        let paths = try folder.write(in: maps)
        if !common.quiet { Output.note("\(card.name): wrote \(paths.count) files to \(maps)") }
      }
    }
    let summaries = results.map { LocalConflictSummary($0) }
    if common.json {
      return try Output.json(["models": zip(results, summaries).map(LocalConflictDocument.init)])
    }
    try Output.table(table(results, summaries))
  }

  private func ask(
    _ model: LoadedModel, _ probe: LocalConflictProbe, _ images: SilhouettedStimuli, _ recorder: Recorder
  ) throws -> LocalConflictResult {
    try recorder.probe(
      model, .localConflict, unit: "stimuli", count: images.count, pictures: images,
      options: [
        "stimuli": stimuli, "silhouettes": silhouettes ?? "as drawn", "limit": limit.text,
        "mapping": mapping ?? "ImageNet to 16 categories",
      ], skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: LocalConflictResult(model: model.card.name, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }

  private func table(_ results: [LocalConflictResult], _ summaries: [LocalConflictSummary]) -> Table {
    var table = Table([
      "network", "stimuli", "where", "cells", "shape − texture", "95 % interval", "cells for the shape",
    ])
    func number(_ mean: SampleMean?) -> [String] {
      [
        mean.map { format("%+.3f", $0.value) } ?? "–",
        mean?.interval.map { format("%+.3f", $0.lowerBound) + " to " + format("%+.3f", $0.upperBound) }
          ?? "–",
      ]
    }
    for (result, summary) in zip(results, summaries) {
      for region in summary.regions {
        table.add(
          [
            result.model, "\(region.evidence?.count ?? 0)", region.region.rawValue,
            region.cellShare.map { format("%.1f %%", 100 * $0) } ?? "–",
          ] + number(region.evidence) + [region.shapeShare.map { format("%.1f %%", 100 * $0) } ?? "–"])
      }
      table.add(
        [result.model, "\(result.count)", "all", result.count == 0 ? "–" : "100.0 %"]
          + number(summary.difference) + [""])
    }
    return table
  }
}
