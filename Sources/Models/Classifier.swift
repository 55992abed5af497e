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

  /// The logits, and the way back from a gradient on them to a gradient on the images.
  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits
}

/// Logits with their pullback.
public struct DifferentiableLogits: Sendable {
  /// `[batch, classes]`
  public let logits: Tensor
  /// From the loss' gradient with respect to the logits `[batch, classes]` to its gradient with respect to
  /// the images `[batch, 3, height, width]`, in units of loss per pixel value in 0…1.
  public let imageGradient: @Sendable (Tensor) -> Tensor

  public init(logits: Tensor, imageGradient: @escaping @Sendable (Tensor) -> Tensor) {
    self.logits = logits
    self.imageGradient = imageGradient
  }
}

/// A classifier whose image logits are the mean of logits that each see one small square of pixels: every
/// BagNet.
public protocol LocalClassifier: Classifier {
  /// Where each cell of the logit map looks; the same along both axes.
  var receptiveField: ReceptiveField { get }

  /// The logit map `[batch, classes, rows, columns]`; its mean over rows and columns is `logits`.
  func logitMap(of images: Tensor, on workers: Workers) throws -> Tensor
}
