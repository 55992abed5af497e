import Layers
import Models
import Tensors

/// Attributions that share out the logit layer by layer.
extension AttributionProbe {
  /// DeepLIFT by the rescale rule, against the mean colour.
  func deepLift(_ question: Question) throws -> Attribution {
    let reference = reference(for: question)
    return try shared(question, .deepLift, by: .rescale(reference: reference), against: reference)
  }

  /// ε-LRP. The relevance of a pixel is that of its normalised values, so that of the mean colour is zero.
  func relevance(_ question: Question) throws -> Attribution {
    try shared(question, .relevance, by: .epsilon(settings.epsilon), against: reference(for: question))
  }

  private func shared(
    _ question: Question, _ method: AttributionMap.Method, by rule: BackwardRule, against reference: Tensor
  ) throws -> Attribution {
    let found = try requireLayers(for: method).contributions(
      to: question.picture, by: rule, on: question.workers)
    let multipliers = found.multipliers(try weights(on: found.output, question))
    let change = question.picture.combined(with: reference, -)
    let channels = multipliers.combined(with: change, *)
    return Attribution(
      map(question, method, logit: found.output[0, question.classIndex], channels: channels),
      channels: channels.asOnePicture, referenceLogit: found.referenceOutput?[0, question.classIndex])
  }

  /// Grad-CAM on the last map of features: what the first layer that mixes a whole map reads.
  func gradCAM(_ question: Question) throws -> Attribution {
    guard let (head, tail) = try requireLayers(for: .gradCAM).splitAtLastMap() else {
      throw ProbeError.noLastMap(model: classifier.card.name)
    }
    let features = try head.forward(question.picture, on: question.workers)
    guard features.shape.rank == 4 else { throw ProbeError.noLastMap(model: classifier.card.name) }
    let pass = try tail.recordingForward(features, Pass(workers: question.workers, wanted: .inputs))
    guard let gradient = pass.pullback(try weights(on: pass.output, question)).input else {
      preconditionFailure("the input's gradient was asked for")
    }
    let (channels, rows, columns) = (features.shape[1], features.shape[2], features.shape[3])
    let area = rows * columns
    var cells = [Double](repeating: 0, count: area)
    features.withUnsafeBuffer { features in
      gradient.withUnsafeBuffer { gradient in
        for channel in 0..<channels {
          let own = channel * area..<(channel + 1) * area
          let weight = gradient[own].reduce(0) { $0 + Double($1) } / Double(area)
          for (cell, index) in own.enumerated() { cells[cell] += weight * Double(features[index]) }
        }
      }
    }
    let map = Tensor(cells.map { Float($0) }, shape: [rows, columns])
    let values = map.enlarged(height: question.picture.shape[2], width: question.picture.shape[3])
    return Attribution(
      self.map(question, .gradCAM, logit: pass.output[0, question.classIndex], values: values), cells: map)
  }

  private func requireLayers(for method: AttributionMap.Method) throws -> Network {
    guard let layers else {
      throw ProbeError.notLayered(model: classifier.card.name, method: method.rawValue)
    }
    return layers
  }
}

extension Tensor {
  /// A map `[rows, columns]` whose cells tile a picture, interpolated linearly between their middles, row by row; beyond
  /// the outermost middles as at them (PyTorch's bilinear `interpolate`).
  fileprivate func enlarged(height: Int, width: Int) -> [Float] {
    func place(_ pixel: Int, _ length: Int, _ count: Int) -> (first: Int, share: Float) {
      let middle = (Double(pixel) + 0.5) * Double(count) / Double(length) - 0.5
      let inside = Swift.min(Swift.max(middle, 0), Double(count - 1))
      let first = Swift.min(Int(inside), Swift.max(count - 2, 0))
      return (first, Float(inside - Double(first)))
    }
    let (rows, columns) = (shape[0], shape[1])
    let across = (0..<width).map { place($0, width, columns) }
    return withUnsafeBuffer { cells in
      (0..<height).flatMap { pixel in
        let down = place(pixel, height, rows)
        let lower = Swift.min(down.first + 1, rows - 1)
        return across.map { place in
          let right = Swift.min(place.first + 1, columns - 1)
          func between(_ row: Int) -> Float {
            let (start, end) = (cells[row * columns + place.first], cells[row * columns + right])
            return start + place.share * (end - start)
          }
          let (upper, below) = (between(down.first), between(lower))
          return upper + down.share * (below - upper)
        }
      }
    }
  }
}
