import Models
import Tensors

/// A universal sticker on its way: a value that goes one step at a time, so that a run can be watched and
/// stopped.
public struct StickerOptimization: Sendable {
  /// What one step did.
  public struct Report: Sendable, Hashable {
    /// Counted from 1.
    public let step: Int
    public let steps: Int
    /// The weighted mean of the networks' losses plus the weighted total variation, before the step.
    public let loss: Double
    /// The share of the batch's pictures for which the step's sticker already succeeds on every network.
    public let success: Double
    /// Whether every gradient was 0, so that the class loss taught nothing.
    public let gradientVanished: Bool
  }

  public let attack: UniversalSticker
  /// The sticker after the steps done so far; colours in 0…1, not quantised.
  public private(set) var sticker: Sticker
  /// How many steps are done.
  public private(set) var step = 0
  /// Pictures left out because they could not be read, by index, with the reason.
  public private(set) var refusals: [Int: String] = [:]

  private let classifiers: [AttackedClassifier]
  private let images: any ImageSource
  private var schedule: BatchSchedule
  private let outline: StickerOutline
  private let totalWeight: Float
  private var optimizer: any PixelOptimizer
  /// One for each network.
  private var memories: [CleanMemory]

  public var isFinished: Bool { step >= attack.steps }

  /// - Throws: `AdversaryError` when settings, classes or pictures do not allow the attack.
  public init(
    _ attack: UniversalSticker, against classifiers: [AttackedClassifier], images: any ImageSource
  ) throws {
    try attack.validate()
    let totalWeight = classifiers.reduce(0) { $0 + $1.weight }
    guard totalWeight > 0, totalWeight.isFinite, classifiers.allSatisfy({ $0.weight >= 0 }) else {
      throw AdversaryError.noClassifiers
    }
    for attacked in classifiers {
      let card = attacked.classifier.card
      if let target = attack.criterion.target, attacked.index(of: target) == nil {
        throw AdversaryError.classOutOfRange(index: target, count: card.classes.count, model: card.name)
      }
      if attack.loss != .crossEntropy, card.classes.count < 2 {
        throw AdversaryError.tooFewClasses(count: card.classes.count, model: card.name)
      }
    }
    let usable = (0..<images.count).filter { index in
      let label = images.label(at: index)
      return attack.criterion.counts(label: label)
        && (attack.criterion.target != nil || classifiers.allSatisfy { $0.index(of: label) != nil })
    }
    guard !usable.isEmpty else {
      let ofTarget = (0..<images.count).count { images.label(at: $0) == attack.criterion.target }
      throw AdversaryError.noImages(found: images.count, ofTarget: ofTarget)
    }
    self.attack = attack
    self.classifiers = classifiers
    self.images = images
    self.totalWeight = totalWeight
    sticker = try attack.firstSticker()
    outline = StickerOutline(alpha: sticker.alpha)
    schedule = BatchSchedule(pictures: usable, batchSize: attack.batchSize, seed: attack.seed)
    optimizer = attack.stepRule.makeOptimizer()
    memories = classifiers.map { _ in CleanMemory(budget: attack.memory / classifiers.count) }
  }

  /// Does one step.
  ///
  /// - Throws: `AdversaryError`, and what the pictures or networks throw; the sticker is then unchanged.
  public mutating func advance(on workers: Workers) throws -> Report {
    let (batch, positions, pictures) = try nextBatch()
    let indices = positions.map { batch[$0] }
    let placements = try placements(for: positions, on: pictures)
    let slope = try slope(pictures, indices: indices, placements: placements, workers: workers)
    let variation = attack.variationWeight > 0 ? TotalVariation(of: sticker) : nil
    let loss = slope.loss + Double(attack.variationWeight) * (variation?.value ?? 0)
    let gradient = variation.map { sum(slope.gradient, $0.gradient, weight: attack.variationWeight) }
    var colours = sticker.colours
    optimizer.step(
      &colours, gradient: gradient ?? slope.gradient,
      rate: attack.learningRate.rate(at: step, of: attack.steps))
    sticker = sticker.recoloured(colours.map { min(max($0, 0), 1) })
    step += 1
    return Report(
      step: step, steps: attack.steps, loss: loss,
      success: Double(slope.successes) / Double(indices.count),
      gradientVanished: slope.gradient.withUnsafeBuffer { $0.allSatisfy { $0 == 0 } })
  }

  /// The step's pictures and the positions of those that could be read; when none could, they are taken out
  /// and others drawn.
  private mutating func nextBatch() throws -> (batch: [Int], positions: [Int], pictures: Tensor) {
    while true {
      let batch = schedule.batch(step)
      let loaded = try images.load(batch)
      for refusal in loaded.refusals { refusals[refusal.index] = refusal.reason }
      if let pictures = loaded.images { return (batch, loaded.positions, pictures) }
      let rest = schedule.pictures.filter { refusals[$0] == nil }
      guard !rest.isEmpty else {
        throw AdversaryError.noReadableImages(
          count: refusals.count, reason: loaded.refusals.first?.reason ?? "none was given")
      }
      schedule = BatchSchedule(pictures: rest, batchSize: attack.batchSize, seed: attack.seed)
    }
  }

  /// One placement for each picture that was read, from its own stream: a picture's place does not depend on
  /// the others.
  private func placements(for positions: [Int], on pictures: Tensor) throws -> [StickerPlacement] {
    let height = pictures.shape[2]
    let width = pictures.shape[3]
    if step == 0 { try attack.sampler.validate(sticker, imageHeight: height, imageWidth: width) }
    return try positions.map { slot in
      var generator = Streams.placements.generator(
        seed: attack.seed, item: step * attack.batchSize + slot)
      return try attack.sampler.placement(
        of: outline, side: attack.side, imageHeight: height, imageWidth: width, using: &generator)
    }
  }
}

// MARK: - Gradients

extension StickerOptimization {
  /// The class loss over a batch and its gradient on the sticker's colours.
  private struct Slope {
    var loss = 0.0
    var successes = 0
    /// `[3, side, side]`
    var gradient: Tensor
  }

  /// Goes through the batch `passSize` pictures at a time, adding in order.
  private mutating func slope(
    _ pictures: Tensor, indices: [Int], placements: [StickerPlacement], workers: Workers
  ) throws -> Slope {
    var slope = Slope(gradient: Tensor(zeros: sticker.colours.shape))
    for start in stride(from: 0, to: indices.count, by: attack.passSize) {
      let range = start..<min(start + attack.passSize, indices.count)
      let share = Float(range.count) / Float(indices.count)
      let part = try passSlope(
        pictures.slice(range), indices: Array(indices[range]), placements: Array(placements[range]),
        workers: workers)
      slope.loss += Double(share) * part.loss
      slope.successes += part.successes
      slope.gradient = sum(slope.gradient, part.gradient, weight: share)
    }
    return slope
  }

  /// The weighted mean of the networks' losses on pictures with the sticker, and its gradient on the colours.
  private mutating func passSlope(
    _ pictures: Tensor, indices: [Int], placements: [StickerPlacement], workers: Workers
  ) throws -> Slope {
    let labels = indices.map { images.label(at: $0) }
    let applied = try StickerTransformation(placements: placements)
      .apply(sticker, to: pictures, on: workers)
    var slope = Slope(gradient: Tensor(zeros: sticker.colours.shape))
    var succeeded = Array(repeating: true, count: labels.count)
    for (place, attacked) in classifiers.enumerated() where attacked.weight > 0 {
      let card = attacked.classifier.card
      let weight = attacked.weight / totalWeight
      let goals = labels.compactMap { attacked.goal(attack.criterion, label: $0) }
      let clean = try memories[place].cleanImages(
        of: pictures, keys: indices, for: attacked.classifier, on: workers)
      let pass = try attacked.classifier.differentiableLogits(
        of: ChangedImages(applied.images, rectangles: applied.rectangles, clean: clean), on: workers)
      guard goals.count == labels.count, pass.logits.shape == [labels.count, card.classes.count] else {
        throw AdversaryError.classOutOfRange(
          index: pass.logits.shape.dimensions.last ?? 0, count: card.classes.count, model: card.name)
      }
      var loss = attack.loss.evaluate(pass.logits, goals: goals)
      loss.gradient.scale(by: 1 / Float(labels.count))
      let gradient = applied.colourGradient(pass.gradient(loss.gradient), on: pass.crops)
      guard loss.mean.isFinite, gradient.withUnsafeBuffer({ $0.allSatisfy(\.isFinite) }) else {
        throw AdversaryError.notFinite(step: step + 1, model: card.name)
      }
      slope.loss += Double(weight) * loss.mean
      slope.gradient = sum(slope.gradient, gradient, weight: weight)
      for (row, prediction) in Predictions.top1(of: pass.logits).enumerated() {
        succeeded[row] = succeeded[row] && goals[row].isMet(by: prediction)
      }
    }
    slope.successes = succeeded.count { $0 }
    return slope
  }

  /// left + weight · right
  private func sum(_ left: Tensor, _ right: Tensor, weight: Float) -> Tensor {
    var result = left
    result.withUnsafeMutableBuffer { result in
      right.withUnsafeBuffer { right in
        for index in result.indices { result[index] += weight * right[index] }
      }
    }
    return result
  }
}
