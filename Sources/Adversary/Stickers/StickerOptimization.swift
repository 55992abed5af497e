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
    /// The share of held-back pictures on which the sticker succeeds, when this step was judged by them.
    public let heldBackSuccess: Double?
  }

  public let attack: UniversalSticker
  /// The sticker after the steps done so far; colours in 0…1, not quantised.
  public internal(set) var sticker: Sticker
  /// What the run is to give: the sticker that did best on the pictures held back, or without any the last.
  public var chosen: Sticker { judge?.best ?? sticker }
  /// How many steps are done.
  public internal(set) var step = 0
  /// Pictures left out because they could not be read, by index, with the reason.
  public internal(set) var refusals: [Int: String] = [:]

  let classifiers: [AttackedClassifier]
  let images: any ImageSource
  private let start: Sticker
  var judge: StickerJudge?
  var schedule: BatchSchedule
  let outline: StickerOutline
  let totalWeight: Float
  var optimizer: any PixelOptimizer
  /// One for each network.
  private var memories: [CleanMemory]
  /// The worst places found, by picture.
  var worstPlaces: [Int: StickerState.WorstPlace] = [:]

  public var isFinished: Bool { step >= attack.steps || judge?.hasGivenUp == true }

  /// - Parameter heldBack: the pictures to choose by; needed when the attack has a `choice`.
  /// - Throws: `AdversaryError` when settings, classes or pictures do not allow the attack.
  public init(
    _ attack: UniversalSticker, against classifiers: [AttackedClassifier], images: any ImageSource,
    heldBack: (any ImageSource)? = nil
  ) throws {
    try attack.validate()
    let totalWeight = classifiers.reduce(0) { $0 + $1.weight }
    guard totalWeight > 0, totalWeight.isFinite, classifiers.allSatisfy({ $0.weight >= 0 }) else {
      throw AdversaryError.noClassifiers
    }
    for attacked in classifiers {
      let card = attacked.classifier.card
      if let target = attack.criterion.target, attacked.index(of: target) == nil {
        throw ModelError.classOutOfRange(index: target, count: card.classes.count, model: card.name)
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
    start = sticker
    judge = try attack.choice.map { choice in
      guard let heldBack else { throw AdversaryError.noImages(found: 0, ofTarget: 0) }
      return try StickerJudge(choice, attack: attack, classifiers: classifiers, images: heldBack)
    }
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
    let visits = try visits(positions, indices, on: pictures, workers: workers)
    let slope = try slope(pictures, visits: visits, workers: workers)
    var (loss, gradient) = (slope.loss, slope.gradient)
    if attack.variationWeight > 0 {
      let variation = TotalVariation(of: sticker)
      loss += Double(attack.variationWeight) * variation.value
      gradient = sum(gradient, variation.gradient, weight: attack.variationWeight)
    }
    if attack.printingWeight > 0 {
      let printing = NonPrintability(of: sticker, printable: attack.printable)
      loss += Double(attack.printingWeight) * printing.value
      gradient = sum(gradient, printing.gradient, weight: attack.printingWeight)
    }
    var colours = sticker.colours
    optimizer.step(
      &colours, gradient: gradient, rate: attack.learningRate.rate(at: step, of: attack.steps))
    sticker = sticker.recoloured(allowed(colours))
    step += 1
    let isJudged = judge.map { step.isMultiple(of: $0.choice.interval) || step == attack.steps } ?? false
    let judged = isJudged ? try judge?.judge(sticker, workers: workers) : nil
    return Report(
      step: step, steps: attack.steps, loss: loss,
      success: Double(slope.successes) / Double(indices.count),
      gradientVanished: slope.gradient.withUnsafeBuffer { $0.allSatisfy { $0 == 0 } },
      heldBackSuccess: judged)
  }

  /// Colours brought back to within the bound around the start, and into 0…1.
  private func allowed(_ colours: Tensor) -> Tensor {
    var colours = colours
    guard let bound = attack.bound else { return colours.map { min(max($0, 0), 1) } }
    colours.withUnsafeMutableBuffer { colours in
      start.colours.withUnsafeBuffer { bound.norm.project(colours, around: $0, radius: bound.radius) }
    }
    return colours
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

  /// Where the sticker lies on each picture that was read and how it looks there, from streams of their own: a picture's
  /// look does not depend on the others.
  private mutating func visits(
    _ positions: [Int], _ indices: [Int], on pictures: Tensor, workers: Workers
  ) throws -> [Visit] {
    let (height, width) = (pictures.shape[2], pictures.shape[3])
    if step == 0 { try attack.sampler.validate(sticker, imageHeight: height, imageWidth: width) }
    return try zip(positions, indices).enumerated().map { row, place in
      let item = step * attack.batchSize + place.0
      let placement: StickerPlacement
      switch attack.places {
      case .sampled:
        var generator = Streams.placements.generator(seed: attack.seed, item: item)
        placement = try attack.sampler.placement(
          of: outline, side: attack.side, imageHeight: height, imageWidth: width, using: &generator)
      case .worst(let stride, let every):
        placement = try worstPlace(
          on: pictures.slice(row..<row + 1), index: place.1, stride: stride, every: every, workers: workers)
      }
      var generator = Streams.appearances.generator(seed: attack.seed, item: item)
      return Visit(
        index: place.1, label: images.label(at: place.1), placement: placement,
        look: attack.appearance.steps(side: attack.side, using: &generator))
    }
  }

  private mutating func worstPlace(
    on picture: Tensor, index: Int, stride: Int, every: Int, workers: Workers
  ) throws -> StickerPlacement {
    if let known = worstPlaces[index], step - known.step < every { return known.placement }
    let first = classifiers[0]
    let label = images.label(at: index)
    let search = PlaceSearch(
      classifier: first.classifier, target: attack.criterion.target.flatMap(first.index), stride: stride,
      scale: (attack.sampler.scale.lowerBound + attack.sampler.scale.upperBound) / 2)
    let clean = try memories[0].cleanImages(of: picture, keys: [index], for: first.classifier, on: workers)
    let found = try search.answers(
      with: sticker, on: picture, label: first.index(of: label) ?? 0, clean: clean[0],
      name: images.name(at: index), workers: workers)
    let placement = found.grid.placement(found.worst)
    worstPlaces[index] = StickerState.WorstPlace(placement: placement, step: step)
    return placement
  }

  /// One picture of a step with the sticker on it.
  struct Visit {
    /// In the picture source.
    let index: Int
    let label: Int
    let placement: StickerPlacement
    let look: [any AppearanceStep]
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
  private mutating func slope(_ pictures: Tensor, visits: [Visit], workers: Workers) throws -> Slope {
    var slope = Slope(gradient: Tensor(zeros: sticker.colours.shape))
    for start in stride(from: 0, to: visits.count, by: attack.passSize) {
      let range = start..<min(start + attack.passSize, visits.count)
      let share = Float(range.count) / Float(visits.count)
      let part = try passSlope(pictures.slice(range), visits: Array(visits[range]), workers: workers)
      slope.loss += Double(share) * part.loss
      slope.successes += part.successes
      slope.gradient = sum(slope.gradient, part.gradient, weight: share)
    }
    return slope
  }

  /// The weighted mean of the networks' losses on pictures with the sticker, and its gradient on the colours.
  private mutating func passSlope(_ pictures: Tensor, visits: [Visit], workers: Workers) throws -> Slope {
    let looks = visits.map { $0.look.apply(sticker.colours) }
    let applied = try StickerTransformation(placements: visits.map(\.placement))
      .apply(looks.map { sticker.recoloured($0.colours) }, to: pictures, on: workers)
    var slope = Slope(gradient: Tensor(zeros: sticker.colours.shape))
    var succeeded = Array(repeating: true, count: visits.count)
    for (place, attacked) in classifiers.enumerated() where attacked.weight > 0 {
      let card = attacked.classifier.card
      let weight = attacked.weight / totalWeight
      let goals = visits.compactMap { attacked.goal(attack.criterion, label: $0.label) }
      let clean = try memories[place].cleanImages(
        of: pictures, keys: visits.map(\.index), for: attacked.classifier, on: workers)
      let pass = try attacked.classifier.differentiableLogits(
        of: ChangedImages(applied.images, rectangles: applied.rectangles, clean: clean), on: workers)
      guard goals.count == visits.count, pass.logits.shape == [visits.count, card.classes.count] else {
        throw ModelError.classOutOfRange(
          index: pass.logits.shape.dimensions.last ?? 0, count: card.classes.count, model: card.name)
      }
      var loss = attack.loss.evaluate(pass.logits, goals: goals)
      loss.gradient.scale(by: 1 / Float(visits.count))
      let each = applied.colourGradients(pass.gradient(loss.gradient), on: pass.crops)
      var gradient = Tensor(zeros: sticker.colours.shape)
      for (row, look) in looks.enumerated() {
        let onLook = each.gathering(rows: [row]).reshaped(to: sticker.colours.shape)
        gradient.add(look.pullback(onLook), on: workers)
      }
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
