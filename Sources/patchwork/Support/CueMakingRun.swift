import Datasets
import Distortions
import Files
import Foundation
import Models
import Probes
import Stylising

/// Makes pictures as the options say, tells how far it is, and says what was made.
struct CueMakingRun {
  let options: CueMakingOptions
  let common: CommonOptions

  /// - Parameters:
  ///   - sources: what the pictures are made of, for the folder's own record.
  ///   - categories: by class folder where they have other names; written as a mapping file.
  func make(
    _ items: [CueMaking.Item], with model: LoadedModel?, sources: [String: String],
    categories: [String: String]
  ) throws {
    let start = ContinuousClock.now
    let merging = try options.merging(with: model)
    let making = CueMaking(items, by: merging, side: options.size, seed: common.seed)
    let settings = merging.settings.merging(sources) { own, _ in own }.merging(
      ["method": merging.name, "size": "\(options.size)", "seed": "\(common.seed)"]) { own, _ in own }
    let folder = try MakingFolder(options.out, settings: settings)
    if !categories.isEmpty {
      let rows = categories.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
      try folder.add(CSVText.document(header: ["class", "category"], rows: rows), as: "categories.csv")
    }
    let (unit, parts) = steps(of: merging)
    let progress = Progress("make", unit: unit, total: items.count * parts, isQuiet: common.quiet)
    let result = try making.run(into: folder, on: common.workers) { done, path in
      progress.update(Int((done * Double(parts)).rounded(.down)), detail: path)
    }
    progress.finish()
    let skipped = result.skipped.map { SkippedImage(image: $0.path, reason: $0.reason) }
    skipped.report(quiet: common.quiet)
    let sheet = try writeSheet(of: making, in: folder)
    let seconds = (ContinuousClock.now - start).inSeconds
    if common.json {
      return try Output.json(
        Document(
          count: items.count, kept: result.kept, made: result.made, method: merging.name, out: options.out,
          pictures: items.map {
            Document.Item(path: $0.path, shape: $0.names.shape, texture: $0.names.texture)
          },
          seconds: seconds, seed: common.seed, settings: settings, sheet: Nullable(sheet), size: options.size,
          skipped: skipped.count, skippedImages: skipped))
    }
    let kept = result.kept > 0 ? " (\(result.kept) more were there)" : ""
    try Output.line(
      "\(options.out): \(result.made) pictures made by \(merging.name)\(kept), \(options.size) × \(options.size) px, "
        + "seed \(common.seed), in \(Progress.duration(seconds))")
    if let sheet { try Output.line(sheet) }
  }

  /// What progress counts, and how many of them a picture takes: a transfer is slow enough to be told by its steps.
  private func steps(of merging: any CueMerging) -> (unit: String, each: Int) {
    guard let transfer = merging as? StyleTransfer else { return ("pictures", 1) }
    return ("steps", transfer.steps)
  }

  /// The sheet's path; nil when none was asked for or no picture was made.
  private func writeSheet(of making: CueMaking, in folder: MakingFolder) throws -> String? {
    guard let path = options.sheet, let sheet = try CueSheet.picture(of: making, in: folder) else {
      return nil
    }
    let isPNG = (path as NSString).pathExtension.lowercased() == "png"
    try AtomicFile.write(isPNG ? try sheet.pngData() : try sheet.jpegData(quality: 85), to: path)
    return path
  }

  private struct Document: Encodable {
    struct Item: Encodable {
      let path: String
      let shape: String
      let texture: String
    }

    let count: Int
    let kept: Int
    let made: Int
    let method: String
    let out: String
    let pictures: [Item]
    let seconds: Double
    let seed: UInt64
    let settings: [String: String]
    let sheet: Nullable<String>
    let size: Int
    let skipped: Int
    let skippedImages: [SkippedImage]
  }
}
