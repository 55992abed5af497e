import Models
import Tensors

/// Attributions from gradients of the logit at the picture, near it, or on the way to it.
extension AttributionProbe {
  /// Saliency, and gradient × input against black.
  func firstOrder(_ question: Question, _ method: AttributionMap.Method) throws -> Attribution {
    let pass = try classifier.differentiableLogits(of: question.picture, on: question.workers)
    let gradient = pass.imageGradient(try weights(on: pass.logits, question))
    let logit = pass.logits[0, question.classIndex]
    guard method == .gradientTimesInput else {
      let map = map(question, method, logit: logit, channels: gradient)
      return Attribution(map, gradient: gradient.asOnePicture)
    }
    let product = gradient.combined(with: question.picture, *)
    return Attribution(
      map(question, method, logit: logit, channels: product), gradient: gradient.asOnePicture,
      channels: product.asOnePicture)
  }

  /// The mean gradient at copies of the picture with normal noise, not clipped.
  func smoothGrad(_ question: Question, _ progress: (Int, Int) throws -> Void) throws -> Attribution {
    let (least, greatest) = question.picture.withUnsafeBuffer { ($0.min() ?? 0, $0.max() ?? 0) }
    let deviation = settings.noise * (greatest - least)
    let gradient = try meanGradient(question, count: settings.noisyCopies, progress) { copy in
      var generator = SeededGenerator(seed: settings.seed, named: "smoothgrad/\(copy)/\(question.name)")
      let noise = Tensor(normal: deviation, shape: question.picture.shape, using: &generator)
      return question.picture.combined(with: noise, +)
    }
    let map = map(question, .smoothGrad, logit: try logit(of: question.picture, question), channels: gradient)
    return Attribution(map, gradient: gradient.asOnePicture)
  }

  /// The mean gradient at the middles of equal stretches on the straight way from the mean colour, × that way.
  func integratedGradients(_ question: Question, _ progress: (Int, Int) throws -> Void) throws -> Attribution
  {
    let reference = reference(for: question)
    let way = question.picture.combined(with: reference, -)
    let steps = settings.integrationSteps
    let gradient = try meanGradient(question, count: steps, progress) { step in
      let share = (Float(step) + 0.5) / Float(steps)
      return reference.combined(with: way) { $0 + share * $1 }
    }
    let product = gradient.combined(with: way, *)
    return Attribution(
      map(
        question, .integratedGradients, logit: try logit(of: question.picture, question), channels: product),
      gradient: gradient.asOnePicture, channels: product.asOnePicture,
      referenceLogit: try logit(of: reference, question))
  }

  private func logit(of picture: Tensor, _ question: Question) throws -> Float {
    try classifier.checkedLogits(of: picture, on: question.workers) { _ in question.name }[
      0, question.classIndex]
  }

  /// The mean of the gradients at `count` pictures, made when their turn comes, summed in their order.
  private func meanGradient(
    _ question: Question, count: Int, _ progress: (Int, Int) throws -> Void, at picture: (Int) -> Tensor
  ) throws -> Tensor {
    var sum = [Double](repeating: 0, count: question.picture.count)
    for start in stride(from: 0, to: count, by: settings.batchSize) {
      let end = min(start + settings.batchSize, count)
      let batch = Tensor(stacking: (start..<end).map { picture($0).asOnePicture })
      let pass = try classifier.differentiableLogits(of: batch, on: question.workers)
      let gradients = pass.imageGradient(try weights(on: pass.logits, question))
      gradients.withUnsafeBuffer { values in
        for index in values.indices { sum[index % sum.count] += Double(values[index]) }
      }
      try progress(end, count)
    }
    return Tensor(sum.map { Float($0 / Double(count)) }, shape: question.picture.shape)
  }
}
