import Tensors

/// A way to make one picture with the shapes of one and the texture of another.
public protocol CueMerging: Sendable {
  /// As commands call it: `phase-swap`.
  var name: String { get }

  /// What decides the pictures made beside the two given and the seed, for the folder they are kept in.
  var settings: [String: String] { get }

  /// The picture `[3, side, side]` in 0…1, the same bytes on any number of threads.
  ///
  /// - Parameters:
  ///   - shape: the picture whose shapes are kept.
  ///   - texture: a picture of the same side.
  ///   - generator: of this picture alone.
  ///   - progress: called with the share that is done, now and then.
  /// - Throws: a `ReportableError` of fault `badInput` for pictures that do not suit, which are left out and reported;
  ///   any other error ends the run.
  func merge(
    shape: CuePicture, texture: CuePicture, using generator: inout SeededGenerator, on workers: Workers,
    progress: (Double) throws -> Void
  ) throws -> Tensor
}
