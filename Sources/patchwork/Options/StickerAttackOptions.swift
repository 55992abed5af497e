import Adversary
import ArgumentParser
import Probes

/// What a sticker is to do, and how it is optimised.
struct StickerAttackOptions: ParsableArguments {
  @Option(name: .long, help: "The class to reach, by identifier or name.")
  var target: String?

  @Flag(name: .long, help: "Any class but the true one will do.")
  var untargeted = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Outline: square, circle, rectangle:W,H or ring:HOLE (shares), or a PNG whose opacity it is.",
      valueName: "outline"))
  var mask: MaskArgument = .shape(.square)

  @Option(name: .long, help: "Optimisation steps.")
  var steps = 500

  @Option(name: .long, help: "Pictures a step.")
  var batch = 16

  @Option(name: .long, help: "The step size where pixels are 0…1; it falls to 0.")
  var learningRate = 0.05

  @Option(name: .long, help: "Weight of the total variation, which smooths the sticker.")
  var totalVariation = 0.01

  @Option(name: .long, help: "Class loss: cross-entropy, margin or logit-ratio.")
  var loss: AttackLossName = .crossEntropy

  @Option(name: .long, help: "Random scale while optimising, MIN,MAX.")
  var scale = NumberPair(0.9, 1.1)

  @Option(name: .long, help: "Random rotation while optimising, ± degrees.")
  var rotation = 0.0

  @OptionGroup(title: "How it is to look, and where it is to work") var composition: StickerCompositionOptions

  func validate() throws {
    if (target == nil) != untargeted {
      throw ValidationError(
        target == nil
          ? "expected --target CLASS or --untargeted" : "expected --target or --untargeted, found both")
    }
    if steps < 1 || batch < 1 {
      throw ValidationError("--steps and --batch expect at least 1, found \(min(steps, batch))")
    }
    if !(learningRate > 0 && learningRate <= 1) {
      throw ValidationError("--learning-rate expects a number above 0 and at most 1, found \(learningRate)")
    }
    if !(totalVariation >= 0 && totalVariation.isFinite) {
      throw ValidationError("--total-variation expects 0 or more, found \(totalVariation)")
    }
    if scale.first > scale.second { throw ValidationError("--scale expects MIN,MAX with MIN ≤ MAX") }
    if rotation < 0 { throw ValidationError("--rotation expects degrees from 0, found \(rotation)") }
  }

  /// The side in pixels of a sticker that covers a share of the picture.
  ///
  /// - Parameter imageSide: the picture's; nil where the network's card leaves it open.
  /// - Throws: `CommandError.wrongUse` when the picture's size is open.
  func side(area: Double, imageSide: Int?) throws -> Int {
    guard let imageSide else {
      throw CommandError.wrongUse(
        "expected --side, since the network's card fixes no picture size that an area could be a share of")
    }
    return max(1, Int((Double(imageSide) * (area / (try coverage())).squareRoot()).rounded()))
  }

  /// The share of its square that the outline covers.
  private func coverage() throws -> Double {
    switch mask {
    case .shape(let shape): return shape.coverage
    case .picture(let path):
      let alpha = try StickerFile.read(path).alpha.elements
      return Double(alpha.reduce(0, +)) / Double(alpha.count)
    }
  }

  /// The attack that these options ask for.
  ///
  /// - Throws: `AdversaryError`, and what the readers of the outline, the start and the colours throw.
  func plan(side: Int, target: Int?, seed: UInt64) throws -> UniversalSticker {
    var plan = UniversalSticker(
      criterion: target.map { .targeted($0) } ?? .untargeted, side: side,
      sampler: PlacementSampler(
        scale: scale.first...scale.second, rotation: -rotation...rotation, onWholePixels: false),
      loss: loss.loss, variationWeight: Float(totalVariation), steps: steps, batchSize: batch, seed: seed)
    switch mask {
    case .shape(let shape): plan.mask = shape
    case .picture(let path): plan.alpha = try StickerFile.outline(path, side: side)
    }
    try composition.add(to: &plan, learningRate: Float(learningRate))
    return plan
  }

  /// What is written beside the sticker.
  func card(
    _ plan: UniversalSticker, target: (identifier: String, name: String)?, models: [StickerCard.Network],
    corpus: String, split: String, recipe: StickerCard.Recipe?
  ) -> StickerCard {
    StickerCard(
      sticker: "sticker.png", side: plan.side, mask: mask.text, target: target?.identifier,
      targetName: target?.name, models: models, corpus: corpus, split: split, seed: plan.seed,
      steps: plan.steps, batch: plan.batchSize, learningRate: learningRate, totalVariation: totalVariation,
      scale: [scale.first, scale.second], rotation: [0 - rotation, rotation], loss: loss.rawValue,
      further: composition.further, toolVersion: Patchwork.version, recipe: recipe)
  }
}

extension NumberPair {
  init(_ first: Double, _ second: Double) {
    self.first = first
    self.second = second
  }
}
