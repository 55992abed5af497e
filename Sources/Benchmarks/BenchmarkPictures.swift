import Datasets
import Imaging
import Models
import Probes
import Tensors

/// The pictures a network is timed on: random pixels, or pictures as its card prepares them.
public struct BenchmarkPictures: Sendable {
  /// Height and width where no card fixes them and no other is asked for.
  public static let standardSide = 224

  /// Independent uniform pixels `[batch, 3, side, side]`.
  public static func random(batch: Int, side: Int, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(uniform: 0...1, shape: [batch, 3, side, side], using: &generator)
  }

  /// Pictures from disk, over again from the first when there are fewer than the batch needs.
  ///
  /// - Parameters:
  ///   - paths: pictures, and folders with pictures at any depth.
  ///   - preprocessing: what is done to each.
  /// - Throws: `FileError`, `DatasetsError` or `ImagingError` for what cannot be read, and
  ///   `ModelError.imagesShape` when sizes differ after the preparation.
  public static func read(_ paths: [String], batch: Int, preprocessing: Preprocessing) throws -> Tensor {
    let files = try PictureList(paths).paths.prefix(batch)
    let preparation = PicturePreparation(preprocessing)
    let pictures = try files.map { try preparation.prepare(try Picture(contentsOf: $0)).tensor }
    if let other = pictures.first(where: { $0.shape != pictures[0].shape }) {
      throw ModelError.imagesShape(found: "\(pictures[0].shape) and \(other.shape) in one batch")
    }
    return Tensor(stacking: (0..<batch).map { pictures[$0 % pictures.count] })
  }
}
