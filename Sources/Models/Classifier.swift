import Layers
import Tensors

/// Anything that turns pictures into logits and can say how each pixel moved them.
///
/// Images are `[batch, 3, height, width]` in 0…1; the classifier normalises them itself.
public protocol Classifier: Sendable {
  /// Name, classes and preprocessing.
  var card: ModelCard { get }

  /// The logits `[batch, classes]` of images `[batch, 3, height, width]`.
  ///
  /// - Throws: when the images' shape does not suit the network.
  func logits(of images: Tensor, on workers: Workers) throws -> Tensor

  /// The logits, and the pullback from a gradient on them to a gradient on the images.
  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits

  /// What to keep of each of these pictures for asking about changes of them. A BagNet runs once and keeps
  /// its logit maps; a network that can reuse nothing keeps nothing and does not run.
  func cleanImages(of images: Tensor, on workers: Workers) throws -> [CleanImage]

  /// The logits `[batch, classes]` of changed pictures, equal to `logits(of: changed.images)` to rounding. A
  /// BagNet computes only the cells that see a changed pixel; any other network takes the full pass.
  func logits(of changed: ChangedImages, on workers: Workers) throws -> Tensor

  /// The same, with the pullback to the changed pixels.
  func differentiableLogits(of changed: ChangedImages, on workers: Workers) throws -> DifferentiableChange
}

/// Logits with their pullback.
public struct DifferentiableLogits: Sendable {
  /// `[batch, classes]`, or a map of them `[batch, classes, rows, columns]`.
  public let logits: Tensor
  /// From the loss' gradient with respect to the logits, in their shape, to its gradient with respect to
  /// the images `[batch, 3, height, width]`, in units of loss per pixel value in 0…1.
  public let imageGradient: @Sendable (Tensor) -> Tensor

  public init(logits: Tensor, imageGradient: @escaping @Sendable (Tensor) -> Tensor) {
    self.logits = logits
    self.imageGradient = imageGradient
  }
}

/// A classifier whose image logits are the mean of logits that each see one small square of pixels and nothing
/// beside the picture: every BagNet.
public protocol LocalClassifier: Classifier {
  /// Where each cell of the logit map looks; the same along both axes.
  var receptiveField: ReceptiveField { get }

  /// The logit map `[batch, classes, rows, columns]`; its mean over rows and columns is `logits`.
  func logitMap(of images: Tensor, on workers: Workers) throws -> Tensor

  /// The logit map, and the pullback from a gradient on it to a gradient on the images.
  func differentiableLogitMap(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits

  /// One class' logit for every square of `receptiveField.size` pixels inside one picture
  /// `[1, 3, height, width]`: `[height − size + 1, width − size + 1]`, the cell (i, j) for the square whose
  /// left top pixel is (i, j).
  ///
  /// - Parameter progress: called with work done and in all; throwing ends the pass.
  func logitsAtEveryPixel(
    of picture: Tensor, forClass index: Int, on workers: Workers, progress: (Int, Int) throws -> Void
  ) throws -> Tensor

  /// The same network asked about one class alone: its card has only that class, and what it keeps of clean
  /// pictures and computes of changed ones holds no other.
  ///
  /// - Precondition: `index` is one of the card's classes.
  func keepingClass(_ index: Int) -> Self
}
