import Adversary
import ArgumentParser
import Models

/// What bounds the changes that `perturb` makes.
enum PerturbationBounds {
  /// Greatest lengths, ascending; none for an attack that looks for the smallest change.
  case lengths(PerturbationNorm, [PixelLength])
  /// Squares for stickers.
  case squares([PatchSize])
}

extension [PatchSize] {
  /// Pixels along the squares on a network's pictures, ascending.
  ///
  /// - Throws: `ValidationError` when one does not fit, or is a share of pictures that have no size of their own.
  func sides(for card: ModelCard) throws -> [Int] {
    let edge = card.preprocessing.centerCrop
    let sides = try map { size in
      if let edge { return size.side(on: edge) }
      guard case .side(let side) = size else {
        throw ValidationError(
          "\(card.name): expected --side, found --area; the network takes pictures of any size, so a share of them "
            + "is no number of pixels")
      }
      return side
    }
    if let edge, let side = sides.first(where: { $0 > edge }) {
      throw ValidationError(
        "\(card.name): expected --side of at most \(edge) pixels, the edge of its pictures, found \(side)")
    }
    return sides.sorted()
  }
}
