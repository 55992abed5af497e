import Models
import Tensors

/// One change that is added to every picture.
public struct UniversalPerturbation: Sendable {
  /// `[3, height, width]`, in units of pixel value.
  public let change: Tensor
  public let norm: PerturbationNorm

  public init(change: Tensor, norm: PerturbationNorm) {
    self.change = change
    self.norm = norm
  }

  /// The change's own length, before anything is cut off at 0 and 1.
  public var length: Double {
    let zeros = Tensor(zeros: change.shape)
    return change.withUnsafeBuffer { change in zeros.withUnsafeBuffer { norm.distance(change, $0) } }
  }

  /// Adds the change to pictures `[batch, 3, height, width]` and cuts off at 0 and 1.
  ///
  /// - Throws: `AdversaryError.imagesShape` when the pictures have another size.
  public func added(to images: Tensor, on workers: Workers) throws -> Tensor {
    guard images.shape.rank == 4, images.rowLength == change.count,
      Array(images.shape.dimensions.dropFirst()) == change.shape.dimensions
    else { throw AdversaryError.imagesShape(found: "\(images.shape) for a change of \(change.shape)") }
    var result = images
    result.changeRows(on: workers) { _, picture in
      change.withUnsafeBuffer { change in
        for index in picture.indices { picture[index] = min(max(picture[index] + change[index], 0), 1) }
      }
    }
    return result
  }
}

/// An attack that looks for one change for all pictures.
public protocol UniversalAttack: Sendable {
  /// How long the change may be.
  var budget: PerturbationBudget { get }

  /// Finds a change on `images`.
  ///
  /// The same seed gives the same bytes whatever the number of workers.
  ///
  /// - Parameters:
  ///   - images: all of one size, with labels in the network's own numbering.
  ///   - progress: called as the work goes on; throwing ends it.
  /// - Throws: `AdversaryError`, and what the pictures, the network or `progress` throw.
  func perturbation(
    against classifier: any Classifier, on images: any ImageSource, seed: UInt64, workers: Workers,
    progress: (UniversalProgress) throws -> Void
  ) throws -> UniversalPerturbation
}

/// How far a universal attack is.
public struct UniversalProgress: Hashable, Sendable {
  /// Units of work done, and in all; fewer than all may suffice.
  public let done: Int
  public let total: Int
  /// The share of pictures fooled when it was last counted; nil before that.
  public let fooling: Double?
}
