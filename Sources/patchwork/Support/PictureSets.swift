import Foundation
import Probes
import Tensors

/// The digests of the pictures asked about, read once for all networks of a command.
final class PictureSets {
  private struct Key: Hashable {
    let source: String
    let names: [String]
  }

  private var known: [Key: PictureSet] = [:]

  /// - Parameter isQuiet: whether to say nothing of how far it is.
  func set(
    of pictures: some IdentifiedPictures & Sendable, on workers: Workers, isQuiet: Bool
  ) -> PictureSet {
    let key = Key(source: pictures.source, names: (0..<pictures.count).map(pictures.name))
    if let known = known[key] { return known }
    let progress = Progress("reading", unit: "pictures", total: pictures.count, isQuiet: isQuiet)
    let set = PictureSet(of: pictures, on: workers) { progress.update($0) }
    progress.finish()
    known[key] = set
    return set
  }
}
