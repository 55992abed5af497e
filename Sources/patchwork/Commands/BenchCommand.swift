import ArgumentParser
import Benchmarks
import Foundation
import Models
import Probes
import Tensors

/// `patchwork bench`
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the engine's speed beside this machine's matrix-multiply limit.",
    discussion: """
      --model takes an architecture, which gets random parameters, or a network as every command takes it. The \
      limit is measured before and after each case, so that a busy machine slows both. Shown are medians; one \
      repetition goes before. Occlusion, heatmap and positions take the batch's first picture alone.

      Tasks:
      \(BenchmarkTask.catalogue.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Examples:
        patchwork bench --model bagnet33 --batch 1 --batch 8
        patchwork bench --model resnet50 --width 16 --classes 10 --side 96 --batch 64 --task training-step
      """)

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Architectures such as bagnet33, model cards or self-describing safetensors.", valueName: "model"))
  var model: [String] = ["bagnet33"]

  @Option(
    name: .long, help: "Images in a batch; may be repeated (default: 8).", transform: WholeNumber.atLeast(1))
  var batch: [Int] = [8]

  @Option(
    name: .long, help: ArgumentHelp("What to time; may be repeated.", valueName: "task"))
  var task: [BenchmarkTask] = BenchmarkTask.catalogue.filter(\.isDefault)

  @Option(
    name: .long,
    help: "Height and width of the pictures in pixels (default: the card's, else 224).",
    transform: WholeNumber.atLeast(1))
  var side: Int?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Pictures and folders of pictures to time on (default: random pixels).", valueName: "picture"))
  var images: [String] = []

  @Option(
    name: .long, help: "Channels of an architecture's first stage (default: the published 64).",
    transform: WholeNumber.atLeast(1))
  var width: Int?

  @Option(
    name: .long, help: "Classes of an architecture (default: the published 1,000).",
    transform: WholeNumber.atLeast(2))
  var classes: Int?

  @Option(
    name: .long, help: "Timed repetitions of each case (default: 5).", transform: WholeNumber.atLeast(1))
  var repeats = 5

  @OptionGroup var common: CommonOptions

  func run() throws {
    var benchmark = EngineBenchmark(workers: common.workers, repetitions: repeats)
    var cases: [CaseDocument] = []
    let total = model.count * batch.count * task.count
    let progress = Progress("bench", unit: "cases", total: total, isQuiet: common.quiet)
    for reference in model {
      let (name, loaded) = try load(reference)
      for size in batch {
        let subject = BenchmarkSubject(
          name: name, model: loaded, images: try pictures(size, for: loaded.card.preprocessing),
          workers: common.workers)
        for task in task {
          cases.append(CaseDocument(try benchmark.measure(task, on: subject)))
          progress.update(cases.count)
        }
      }
    }
    progress.finish()
    let document = Document(
      gemmGflops: Nullable(benchmark.gemmGflops), threads: common.workers.count,
      processor: Machine.processor, cases: cases)
    if common.json { return try Output.json(document) }
    try printTable(document)
  }

  /// A network by its card, or an architecture with random parameters, with what its cases are called.
  private func load(_ reference: String) throws -> (name: String, model: LoadedModel) {
    if let architecture = Architecture.catalogue.first(where: { $0.name == reference }) {
      let model = try LoadedModel.random(architecture, width: width, classes: classes, seed: common.seed)
      return (reference, model)
    }
    // A word that is no file's name was meant as an architecture.
    let isPath = reference.contains(where: { "/.".contains($0) })
    if !isPath, !FileManager.default.fileExists(atPath: reference) {
      _ = try Architecture.named(reference)
    }
    guard width == nil, classes == nil else {
      throw CommandError.wrongUse(
        "expected --width and --classes with architectures alone, found \(reference), whose weights fix both; "
          + "leave them out or name an architecture")
    }
    let model = try ModelLoader.load(reference)
    return (model.card.name, model)
  }

  private func pictures(_ batch: Int, for preprocessing: Preprocessing) throws -> Tensor {
    guard !images.isEmpty else {
      let side = side ?? preprocessing.centerCrop ?? BenchmarkPictures.standardSide
      return BenchmarkPictures.random(batch: batch, side: side, seed: common.seed)
    }
    var framing = preprocessing
    if let side { (framing.resizeShorterSide, framing.centerCrop) = (side, side) }
    return try BenchmarkPictures.read(images, batch: batch, preprocessing: framing)
  }

  private func printTable(_ document: Document) throws {
    let limit = document.gemmGflops.value.map { format("%.0f", $0) } ?? "–"
    try Output.line("matrix product: \(limit) GFLOP/s on \(document.threads) threads, \(document.processor)")
    var table = Table(["case", "batch", "seconds", "least…greatest", "GFLOP/s", "of the limit"])
    for item in document.cases {
      table.add([
        item.name, "\(item.batch)", format("%.4f", item.seconds),
        format("%.4f…%.4f", item.secondsMinimum, item.secondsMaximum),
        item.gflops.value.map { format("%.0f", $0) } ?? "–",
        item.fractionOfGemm.value.map { format("%.0f %%", 100 * $0) } ?? "–",
      ])
    }
    try Output.table(table)
  }

  private struct Document: Encodable {
    let gemmGflops: Nullable<Double>
    let threads: Int
    let processor: String
    let cases: [CaseDocument]
  }
}

extension BenchmarkTask: ExpressibleByArgument {
  public init?(argument: String) {
    guard let task = BenchmarkTask.named(argument) else { return nil }
    self = task
  }

  public var defaultValueDescription: String { name }
  public static var allValueStrings: [String] { catalogue.map(\.name) }
}

/// What `bench` says of one case.
private struct CaseDocument: Encodable {
  let name: String
  let task: String
  let batch, height, width: Int
  let seconds, secondsMinimum, secondsMaximum: Double
  let allSeconds: [Double]
  let gflops: Nullable<Double>
  let fractionOfGemm: Nullable<Double>
  let gemmGflops: Double
  /// Why there is no count of operations; nil where there is one.
  let reason: String?

  init(_ result: EngineBenchmark.Case) {
    name = result.name
    task = result.task
    (batch, height, width) = (result.batch, result.height, result.width)
    seconds = result.seconds
    secondsMinimum = result.allSeconds.min() ?? result.seconds
    secondsMaximum = result.allSeconds.max() ?? result.seconds
    allSeconds = result.allSeconds
    gflops = Nullable(result.gflops)
    fractionOfGemm = Nullable(result.fractionOfGemm)
    gemmGflops = result.gemmGflops
    reason =
      result.operations == nil ? "this task computes parts of passes, whose operations are not counted" : nil
  }
}
