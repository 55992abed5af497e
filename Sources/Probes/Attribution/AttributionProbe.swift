import Layers
import Models
import Tensors

/// Which pixels moved a logit, for any network.
///
/// Where a method compares with a reference, it is the network's mean colour, which normalisation makes zero.
public struct AttributionProbe: Sendable {
  public let classifier: any Classifier
  public let settings: AttributionSettings
  /// The network layer by layer; nil for a classifier that has none.
  let layers: Network?

  /// - Throws: `ProbeError.attributionSettings`, `.occluder`, `.batchSize`.
  public init(classifier: any Classifier, settings: AttributionSettings = AttributionSettings()) throws {
    try settings.check()
    self.classifier = classifier
    self.settings = settings
    layers = (classifier as? any LayeredClassifier)?.layers
    _ = try occlusion
  }

  /// The attribution of one class' logit to the pixels.
  ///
  /// - Parameters:
  ///   - picture: `[1, 3, height, width]` in 0…1.
  ///   - name: of the picture, for the result and SmoothGrad's noise.
  ///   - progress: called with passes done and in all; throwing ends the run.
  /// - Throws: `ProbeError.pictureShape`, `.notLayered`, `.noLastMap`; `ModelError.classOutOfRange`, `.logitsShape`,
  ///   `.logitsNotFinite`; `LayerError.noBackwardRule` for DeepLIFT and ε-LRP on networks with layers that these do not
  ///   cover; and what the network throws.
  public func attribution(
    in picture: Tensor, name: String, for classIndex: Int, method: AttributionMap.Method, on workers: Workers,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> Attribution {
    try requireOnePicture(picture)
    try classifier.requireClass(classIndex)
    let question = Question(picture: picture, name: name, classIndex: classIndex, workers: workers)
    let found =
      switch method {
      case .saliency, .gradientTimesInput: try firstOrder(question, method)
      case .smoothGrad: try smoothGrad(question, progress)
      case .integratedGradients: try integratedGradients(question, progress)
      case .deepLift: try deepLift(question)
      case .relevance: try relevance(question)
      case .gradCAM: try gradCAM(question)
      case .occlusion:
        Attribution(
          try occlusion.attribution(
            in: picture, name: name, for: classIndex, on: workers, progress: progress))
      }
    guard found.map.logit.isFinite, found.map.values.allSatisfy(\.isFinite) else {
      throw ModelError.logitsNotFinite(model: classifier.card.name, image: name)
    }
    return found
  }

  /// Whether the network is one that the method can be asked of.
  public func covers(_ method: AttributionMap.Method) -> Bool {
    switch method {
    case .saliency, .gradientTimesInput, .smoothGrad, .integratedGradients, .occlusion: true
    case .deepLift, .relevance: layers?.hasContributions ?? false
    case .gradCAM: layers?.splitAtLastMap() != nil
    }
  }

  /// How many passes a method takes, for telling how far it is.
  public func passCount(of method: AttributionMap.Method, height: Int, width: Int) throws -> Int {
    switch method {
    case .smoothGrad: settings.noisyCopies
    case .integratedGradients: settings.integrationSteps
    case .occlusion: try occlusion.squareCount(height: height, width: width)
    default: 1
    }
  }

  private var occlusion: OcclusionProbe {
    get throws {
      try OcclusionProbe(
        classifier: classifier, side: settings.occluderSide, stride: settings.occluderStride,
        batchSize: settings.batchSize)
    }
  }

  // MARK: - Parts

  /// What is asked: one class' logit of one picture.
  struct Question {
    let picture: Tensor
    let name: String
    let classIndex: Int
    let workers: Workers
  }

  /// The picture of one colour that methods compare with.
  func reference(for question: Question) -> Tensor {
    let shape = question.picture.shape
    let (colour, plane) = (classifier.card.preprocessing.meanColour, shape[2] * shape[3])
    return Tensor(uninitialized: shape) { pixels in
      for index in pixels.indices { pixels[index] = colour[index / plane] }
    }
  }

  /// Logits of one or more pictures, checked, and the weight of 1 on the class' logit of each.
  func weights(on logits: Tensor, _ question: Question) throws -> Tensor {
    try classifier.check(logits, count: logits.shape[0]) { _ in question.name }
    var weights = Tensor(zeros: logits.shape)
    for row in 0..<logits.shape[0] { weights[row, question.classIndex] = 1 }
    return weights
  }

  /// A map of the pixels from a value for each of their channels.
  func map(
    _ question: Question, _ method: AttributionMap.Method, logit: Float, channels: Tensor
  ) -> AttributionMap {
    let (rows, columns) = (question.picture.shape[2], question.picture.shape[3])
    let plane = rows * columns
    let values = channels.withUnsafeBuffer { values in
      (0..<plane).map { pixel in
        let own = (0..<3).map { values[$0 * plane + pixel] }
        return method.isUnsigned ? own.reduce(0) { max($0, abs($1)) } : own.reduce(0, +)
      }
    }
    return map(question, method, logit: logit, values: values)
  }

  func map(
    _ question: Question, _ method: AttributionMap.Method, logit: Float, values: [Float]
  ) -> AttributionMap {
    AttributionMap(
      model: classifier.card.name, image: question.name, method: method, classIndex: question.classIndex,
      logit: logit, values: values, rows: question.picture.shape[2], columns: question.picture.shape[3])
  }
}

extension Tensor {
  /// One picture without its dimension of one.
  var asOnePicture: Tensor { reshaped(to: Shape(Array(shape.dimensions.dropFirst()))) }

  /// Element by element, of tensors of one shape.
  func combined(with other: Tensor, _ value: (Float, Float) -> Float) -> Tensor {
    precondition(shape == other.shape, "cannot combine \(shape) and \(other.shape)")
    return Tensor(uninitialized: shape) { target in
      withUnsafeBuffer { first in
        other.withUnsafeBuffer { second in
          for index in target.indices { target[index] = value(first[index], second[index]) }
        }
      }
    }
  }
}
