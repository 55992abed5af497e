import Files
import Tensors

/// Pictures by index, loaded when asked for, so that a corpus never has to fit in memory.
public protocol PictureSource: Sendable {
  /// The number of pictures.
  var count: Int { get }

  /// The pictures at `indices` as `[indices.count, 3, height, width]` in 0…1, all of one size.
  ///
  /// - Throws: a `ReportableError` with fault `badInput` or `missingFile` when a picture cannot be used; such
  ///   a picture is left out, named in the result, and the run goes on. Other errors end the run.
  func images(at indices: [Int]) throws -> Tensor

  /// A name for picture `index` that is stable between runs: its path relative to the corpus.
  func name(at index: Int) -> String
}

/// Pictures whose class is known.
public protocol ImageSource: PictureSource {
  /// The true class of picture `index`, as an index among the classes of the network that is asked.
  func label(at index: Int) -> Int
}

/// A batch of pictures without those that could not be read.
public struct LoadedPictures: Sendable {
  /// A picture that was left out.
  public struct Refusal: Sendable, Hashable {
    /// Its index in the source.
    public let index: Int
    /// One line saying what is wrong with it.
    public let reason: String
  }

  /// The positions in the list asked for of the pictures that were read, ascending.
  public let positions: [Int]
  /// `[positions.count, 3, height, width]`; nil when nothing could be read.
  public let images: Tensor?
  public let refusals: [Refusal]
}

extension PictureSource {
  /// The pictures at `indices`, leaving out those that cannot be read.
  ///
  /// - Throws: `ModelError.imagesShape` and errors that are not about one picture.
  public func load(_ indices: [Int]) throws -> LoadedPictures {
    guard !indices.isEmpty else { return LoadedPictures(positions: [], images: nil, refusals: []) }
    do {
      let images = try checked(try self.images(at: indices), count: indices.count)
      return LoadedPictures(positions: Array(indices.indices), images: images, refusals: [])
    } catch let error as any ReportableError where error.isAboutOnePicture && indices.count > 1 {
      return try loadOneByOne(indices)
    } catch let error as any ReportableError where error.isAboutOnePicture {
      return LoadedPictures(
        positions: [], images: nil, refusals: [.init(index: indices[0], reason: error.description)])
    }
  }

  private func loadOneByOne(_ indices: [Int]) throws -> LoadedPictures {
    var positions: [Int] = []
    var pictures: [Tensor] = []
    var refusals: [LoadedPictures.Refusal] = []
    for (position, index) in indices.enumerated() {
      let loaded = try load([index])
      refusals += loaded.refusals
      guard let images = loaded.images else { continue }
      let picture = images.reshaped(to: Shape(Array(images.shape.dimensions.dropFirst())))
      guard pictures.first.map({ $0.shape == picture.shape }) ?? true else {
        throw ModelError.imagesShape(
          found: "\(pictures[0].shape) and \(picture.shape) in one batch")
      }
      positions.append(position)
      pictures.append(picture)
    }
    return LoadedPictures(
      positions: positions, images: pictures.isEmpty ? nil : Tensor(stacking: pictures), refusals: refusals)
  }

  private func checked(_ images: Tensor, count: Int) throws -> Tensor {
    guard images.shape.rank == 4, images.shape[0] == count, images.shape[1] == 3 else {
      throw ModelError.imagesShape(found: "\(images.shape) for \(count) pictures")
    }
    return images
  }
}

extension ReportableError {
  /// Whether the run can go on without the picture that caused this.
  public var isAboutOnePicture: Bool {
    if case ModelError.imagesShape? = self as? ModelError { return false }
    return fault == .badInput || fault == .missingFile
  }
}
