import ArgumentParser
import Models
import Probes

/// `patchwork bench`
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the engine's speed beside this machine's matrix-multiply limit.",
    discussion: """
      Times networks with random parameters at their published widths. Medians; one pass goes before.

      Example:
        patchwork bench --model bagnet33 --batch 1 --batch 8
      """)

  @Option(name: .long, help: "An architecture, such as bagnet33; may be repeated.")
  var model: [String] = ["bagnet33"]

  @Option(name: .long, help: "Images in a batch; may be repeated.")
  var batch: [Int] = [8]

  @Option(name: .long, help: "Height and width of the picture in pixels.")
  var side = 224

  @Option(name: .long, help: "Timed repetitions of each case.")
  var repeats = 5

  @OptionGroup var common: CommonOptions

  func validate() throws {
    for value in batch + [side, repeats] where value < 1 {
      throw ValidationError("--batch, --side and --repeats expect at least 1, found \(value)")
    }
  }

  func run() throws {
    let architectures = try model.map(Architecture.named)
    let benchmark = EngineBenchmark(workers: common.workers, repetitions: repeats)
    let limit = benchmark.measureMatrixProduct()
    var cases: [EngineBenchmark.Case] = []
    let total = architectures.count * batch.count * EngineBenchmark.Task.allCases.count
    let progress = Progress("bench", unit: "cases", total: total, isQuiet: common.quiet)
    for architecture in architectures {
      for size in batch {
        for task in EngineBenchmark.Task.allCases {
          cases.append(
            try benchmark.measure(architecture, batch: size, side: side, task: task, gemmGflops: limit))
          progress.update(cases.count)
        }
      }
    }
    progress.finish()
    if common.json { return try Output.json(Document(gemmGflops: limit, cases: cases)) }
    try Output.line(format("matrix product: %.0f GFLOP/s on %d threads", limit, common.workers.count))
    var table = Table(["case", "batch", "seconds", "GFLOP/s", "of the limit"])
    for item in cases {
      table.add([
        item.name, "\(item.batch)", format("%.3f", item.seconds), format("%.0f", item.gflops),
        format("%.0f %%", 100 * item.fractionOfGemm),
      ])
    }
    try Output.table(table)
  }

  private struct Document: Encodable {
    let gemmGflops: Double
    let cases: [EngineBenchmark.Case]
  }
}
