import ArgumentParser
import Tensors

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON document and nothing else on stdout.")
  var json = false

  @Option(
    name: .customLong("seed"),
    help: "Seed of everything random (default: 0); the same seed gives the same bytes.",
    transform: WholeNumber.in(0...UInt64.max))
  var givenSeed: UInt64?

  @Option(
    name: .long, help: "Threads (default: one for each processor); results do not depend on it.",
    transform: WholeNumber.in(1...1024))
  var threads: Int?

  @Flag(name: .long, help: "Say nothing about progress.")
  var quiet = false

  var seed: UInt64 { givenSeed ?? 0 }
  var workers: Workers { Workers(count: threads) }
}

/// How many images a command takes.
struct LimitOption: ParsableArguments {
  @Option(
    name: .long, help: "Take only the first N images in sorted order.", transform: WholeNumber.atLeast(1))
  var limit: Int?

  /// For the study: the limit, or `all`.
  var text: String { limit.map(String.init) ?? "all" }
}
