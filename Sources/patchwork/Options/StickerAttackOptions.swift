import Adversary
import ArgumentParser
import Probes

/// What a sticker is to do, and how it is optimised.
struct StickerAttackOptions: ParsableArguments {
  @Option(name: .long, help: "The class to reach, by identifier or name.")
  var target: String?

  @Flag(name: .long, help: "Any class but the true one will do.")
  var untargeted = false

  @Option(name: .long, help: "The sticker's side in pixels of the network's input.")
  var side: Int?

  @Option(name: .long, help: "The sticker's share of the picture's area, such as 0.05, instead of --side.")
  var area: Double?

  @Option(name: .long, help: "Outline: square or circle.")
  var mask: StickerMask = .square

  @Option(name: .long, help: "Optimisation steps.")
  var steps = 500

  @Option(name: .long, help: "Pictures a step.")
  var batch = 16

  @Option(name: .long, help: "Adam's step size where pixels are 0…1; it falls to 0 along a cosine.")
  var learningRate = 0.05

  @Option(name: .long, help: "Weight of the total variation, which smooths the sticker.")
  var totalVariation = 0.01

  @Option(name: .long, help: "Class loss: cross-entropy or margin.")
  var loss: LossName = .crossEntropy

  @Option(name: .long, help: "Random scale while optimising, MIN,MAX.")
  var scale = NumberPair(0.9, 1.1)

  @Option(name: .long, help: "Random rotation while optimising, ± degrees.")
  var rotation = 0.0

  enum LossName: String, ExpressibleByArgument, CaseIterable {
    case crossEntropy = "cross-entropy"
    case margin
  }

  func validate() throws {
    if (target == nil) != untargeted {
      throw ValidationError(
        target == nil
          ? "expected --target CLASS or --untargeted" : "expected --target or --untargeted, found both")
    }
    if (side == nil) == (area == nil) {
      throw ValidationError(
        side == nil ? "expected --side PX or --area FRACTION" : "expected --side or --area, found both")
    }
    if let side, side < 1 { throw ValidationError("--side expects at least 1, found \(side)") }
    if let area, !(area > 0 && area < 1) {
      throw ValidationError("--area expects a share between 0 and 1, found \(area)")
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

  /// The sticker's side in pixels.
  ///
  /// - Throws: `CommandError.wrongUse` when a share of the area is asked for and the picture's size is open.
  func side(imageSide: Int?) throws -> Int {
    if let side { return side }
    guard let imageSide, let area else {
      throw CommandError.wrongUse(
        "expected --side, since the network's card fixes no picture size that --area could be a share of")
    }
    return max(1, Int((Double(imageSide) * mask.side(ofArea: area)).rounded()))
  }

  /// The attack that these options ask for.
  func plan(side: Int, target: Int?, seed: UInt64) throws -> UniversalSticker {
    UniversalSticker(
      criterion: target.map { .targeted($0) } ?? .untargeted, side: side, mask: mask,
      sampler: PlacementSampler(
        scale: scale.first...scale.second, rotation: -rotation...rotation, onWholePixels: false),
      loss: loss == .margin ? .margin(confidence: .infinity) : .crossEntropy,
      variationWeight: Float(totalVariation), steps: steps, batchSize: batch,
      learningRate: .cosine(Float(learningRate)), seed: seed)
  }

  /// What is written beside the sticker.
  func card(
    _ plan: UniversalSticker, target: (identifier: String, name: String)?, models: [StickerCard.Network],
    corpus: String, split: String
  ) -> StickerCard {
    StickerCard(
      sticker: "sticker.png", side: plan.side, mask: mask, target: target?.identifier,
      targetName: target?.name, models: models, corpus: corpus, split: split, seed: plan.seed,
      steps: plan.steps, batch: plan.batchSize, learningRate: learningRate, totalVariation: totalVariation,
      scale: [scale.first, scale.second], rotation: [0 - rotation, rotation], loss: loss.rawValue,
      toolVersion: Patchwork.version)
  }
}

extension StickerMask: ExpressibleByArgument {}

extension NumberPair {
  init(_ first: Double, _ second: Double) {
    self.first = first
    self.second = second
  }
}
