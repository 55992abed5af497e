import ArgumentParser
import Tensors

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON document and nothing else on stdout.")
  var json = false

  @Option(name: .long, help: "Seed of everything random; the same seed gives the same bytes.")
  var seed: UInt64 = 0

  @Option(name: .long, help: "Threads (default: one for each processor); results do not depend on it.")
  var threads: Int?

  @Flag(name: .long, help: "Say nothing about progress.")
  var quiet = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads expects 1 to 1024, found \(threads)")
    }
  }

  var workers: Workers { Workers(count: threads) }
}

/// How many images a command takes.
struct LimitOption: ParsableArguments {
  @Option(name: .long, help: "Take only the first N images in sorted order.")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit expects at least 1, found \(limit)") }
  }
}
