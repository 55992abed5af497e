import Models
import Tensors

/// Which pixels moved a logit, for any network: to first order, or by occlusion with its usual squares.
public struct AttributionProbe: Sendable {
  public let classifier: any Classifier

  public init(classifier: any Classifier) { self.classifier = classifier }

  /// The attribution of one class' logit to the pixels.
  ///
  /// - Parameters:
  ///   - picture: `[1, 3, height, width]` in 0…1.
  ///   - name: of the picture, for the result.
  /// - Throws: `ProbeError.pictureShape`, `.classOutOfRange`, `.logitsShape`, `.logitsNotFinite`, and what
  ///   the network throws.
  public func attribution(
    in picture: Tensor, name: String, for classIndex: Int, method: AttributionMap.Method,
    on workers: Workers
  ) throws -> AttributionMap {
    if method == .occlusion {
      return try OcclusionProbe(classifier: classifier)
        .attribution(in: picture, name: name, for: classIndex, on: workers)
    }
    let gradient = try gradient(in: picture, name: name, for: classIndex, on: workers)
    return method == .saliency ? gradient.saliency : gradient.timesInput
  }

  /// The gradient of one class' logit with respect to the pixels, from which saliency and gradient × input are
  /// made.
  ///
  /// - Parameters and errors: as `attribution`'s.
  public func gradient(
    in picture: Tensor, name: String, for classIndex: Int, on workers: Workers
  ) throws -> LogitGradient {
    try requireOnePicture(picture)
    try classifier.requireClass(classIndex)
    let card = classifier.card
    let pass = try classifier.differentiableLogits(of: picture, on: workers)
    guard pass.logits.shape == [1, card.classes.count] else {
      throw ModelError.logitsShape(
        model: card.name, expected: "[1, \(card.classes.count)]", found: "\(pass.logits.shape)")
    }
    var one = Tensor(zeros: pass.logits.shape)
    one[0, classIndex] = 1
    let gradient = LogitGradient(
      model: card.name, image: name, classIndex: classIndex, logit: pass.logits[0, classIndex],
      picture: picture, values: pass.imageGradient(one))
    guard gradient.isFinite else { throw ModelError.logitsNotFinite(model: card.name, image: name) }
    return gradient
  }
}
