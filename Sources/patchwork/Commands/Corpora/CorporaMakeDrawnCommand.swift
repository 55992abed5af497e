import ArgumentParser
import Datasets
import Files
import Foundation
import Imaging
import Silhouettes
import Synchronization
import Tensors

/// `patchwork corpora make drawn`, or `corpora make` with a corpus' name
struct CorporaMakeDrawnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drawn", abstract: "Draw a corpus and write it to disk as class folders of PNGs.",
    discussion: """
      The folder appears when all of it is written. Pictures that were trained on come back with the same seed; \
      take another for those to test on.

      Examples:
        patchwork corpora make silhouettes --out silhouettes/train --per-class 500
        patchwork corpora make silhouettes --out silhouettes/val --per-class 50 --seed 1
        patchwork corpora make silhouettes --condition cue-conflict --count 1200 --size 224 --out stimuli
      """)

  @Argument(help: "A corpus from 'patchwork corpora'.")
  var name: String

  @Option(name: .long, help: "The folder to write; a new or an empty one.")
  var out: String

  @Option(name: .long, help: "What shape and texture are paired, and how they are shown.")
  var condition: SilhouetteCondition = .congruent

  @Option(
    name: .long, help: "Pictures in all (default: 80 a class).",
    transform: WholeNumber.in(SilhouetteCorpus.counts))
  var count: Int?

  @Option(
    name: .long, help: "Pictures a class, instead of --count.",
    transform: WholeNumber.in(1...SilhouetteCorpus.counts.upperBound / EntryLevelCategories.names.count))
  var perClass: Int?

  @Option(
    name: .long, help: "Pixels of a picture's side (default: 96).",
    transform: WholeNumber.in(SilhouetteCorpus.sizes))
  var size = 96

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if count != nil && perClass != nil {
      throw ValidationError("expected --count or --per-class, found both")
    }
  }

  func run() throws {
    let known = DrawnCorpus.catalogue.map(\.name)
    guard known.contains(name) else {
      throw CommandError.wrongUse(
        "expected a corpus that Patchwork draws (\(known.joined(separator: ", "))), found '\(name)'; "
          + "see 'patchwork corpora'")
    }
    let classes = EntryLevelCategories.names.count
    let corpus = try SilhouetteCorpus(
      condition: condition, count: count ?? (perClass ?? 80) * classes, size: size, seed: common.seed)
    let start = ContinuousClock.now
    try StagedFolder.write(out) { folder in try write(corpus, to: folder) }
    let seconds = (ContinuousClock.now - start).inSeconds
    if common.json {
      return try Output.json(
        Document(
          corpus: name, condition: condition.rawValue, count: corpus.count, size: size, seed: common.seed,
          out: out, seconds: seconds))
    }
    try Output.line(
      "\(out): \(corpus.count) pictures of \(name), \(condition.rawValue), \(size) × \(size) px, seed "
        + "\(common.seed), in \(Progress.duration(seconds))")
  }

  /// Writes every picture into the folder of its class.
  private func write(_ corpus: SilhouetteCorpus, to folder: StagedFolder) throws {
    let labels = Set((0..<min(corpus.count, corpus.classes.count)).map(corpus.label))
    for label in labels { try folder.addFolder(corpus.classes[label]) }
    let progress = Progress("make", unit: "pictures", total: corpus.count, isQuiet: common.quiet)
    let batch = 64
    for first in stride(from: 0, to: corpus.count, by: batch) {
      let firstError = Mutex<(any Error)?>(nil)
      common.workers.forEach(min(batch, corpus.count - first)) { block in
        let index = first + block
        do {
          let data = try corpus.picture(index).pngData()
          try folder.add("\(corpus.classes[corpus.label(index)])/\(corpus.name(index))", data)
        } catch {
          firstError.withLock { $0 = $0 ?? error }
        }
      }
      if let error = firstError.withLock({ $0 }) { throw error }
      progress.update(min(first + batch, corpus.count))
    }
    progress.finish()
  }

  private struct Document: Encodable {
    let corpus: String
    let condition: String
    let count: Int
    let size: Int
    let seed: UInt64
    let out: String
    let seconds: Double
  }
}

extension SilhouetteCondition: ExpressibleByArgument {}
