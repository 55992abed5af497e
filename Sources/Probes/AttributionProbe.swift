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
    try requireOnePicture(picture)
    try classifier.requireClass(classIndex)
    let card = classifier.card
    let pass = try classifier.differentiableLogits(of: picture, on: workers)
    guard pass.logits.shape == [1, card.classes.count] else {
      throw ProbeError.logitsShape(
        model: card.name, expected: "[1, \(card.classes.count)]", found: "\(pass.logits.shape)")
    }
    var one = Tensor(zeros: pass.logits.shape)
    one[0, classIndex] = 1
    let gradient = pass.imageGradient(one)
    let logit = pass.logits[0, classIndex]
    let rows = picture.shape[2]
    let columns = picture.shape[3]
    let plane = rows * columns
    let values = gradient.withUnsafeBuffer { gradient in
      picture.withUnsafeBuffer { picture in
        (0..<plane).map { pixel in
          let places = [pixel, plane + pixel, 2 * plane + pixel]
          return method == .saliency
            ? places.reduce(0) { max($0, abs(gradient[$1])) }
            : places.reduce(0) { $0 + gradient[$1] * picture[$1] }
        }
      }
    }
    guard logit.isFinite, values.allSatisfy({ $0.isFinite }) else {
      throw ProbeError.logitsNotFinite(model: card.name, image: name)
    }
    return AttributionMap(
      model: card.name, image: name, method: method, classIndex: classIndex, logit: logit,
      values: values, rows: rows, columns: columns)
  }
}
