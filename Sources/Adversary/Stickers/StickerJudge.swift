import Foundation
import Models
import Tensors

/// Judges stickers on pictures held back from their making, and remembers the best.
struct StickerJudge: Sendable {
  let choice: UniversalSticker.Choice
  /// The best sticker judged so far, as an 8-bit picture holds it; nil before the first.
  private(set) var best: Sticker?
  /// Whether as many judgements in a row as patience allows have brought no improvement.
  var hasGivenUp: Bool { choice.patience.map { failures >= $0 } ?? false }

  private let attack: UniversalSticker
  private let classifiers: [AttackedClassifier]
  private let images: any ImageSource
  private var failures = 0
  private var bestScore: (success: Double, loss: Double)?

  /// What it remembers.
  struct State: Codable, Hashable, Sendable {
    /// The best sticker's RGBA bytes; nil before the first judgement.
    var best: Data?
    var success: Double
    var loss: Double
    var failures: Int
  }

  var state: State {
    State(
      best: best.map { Data($0.rgbaBytes) }, success: bestScore?.success ?? 0, loss: bestScore?.loss ?? 0,
      failures: failures)
  }

  /// Goes on where another judge of the same stickers stood.
  ///
  /// - Throws: `AdversaryError.badStickerState` when the best sticker has another side.
  mutating func resume(_ state: State, side: Int) throws {
    guard state.best.map({ $0.count == 4 * side * side }) ?? true, state.failures >= 0 else {
      throw AdversaryError.badStickerState(reason: "a best sticker of another size")
    }
    best = try state.best.map { try Sticker(rgbaBytes: Array($0), side: side) }
    bestScore = best.map { _ in (state.success, state.loss) }
    failures = state.failures
  }

  /// - Throws: `AdversaryError.noImages` when no picture can show success.
  init(
    _ choice: UniversalSticker.Choice, attack: UniversalSticker, classifiers: [AttackedClassifier],
    images: any ImageSource
  ) throws {
    self.choice = choice
    self.attack = attack
    self.classifiers = classifiers
    self.images = images
    guard !usable.isEmpty else { throw AdversaryError.noImages(found: images.count, ofTarget: images.count) }
  }

  /// Judges a sticker.
  ///
  /// - Returns: the share of pictures on which it succeeds with every network.
  /// - Throws: what the pictures or networks throw.
  mutating func judge(_ sticker: Sticker, workers: Workers) throws -> Double {
    let sticker = sticker.quantised()
    var (successes, count, loss) = (0, 0, 0.0)
    for start in stride(from: 0, to: usable.count, by: attack.passSize) {
      let wanted = Array(usable[start..<min(start + attack.passSize, usable.count)])
      let loaded = try images.load(wanted)
      guard let pictures = loaded.images else { continue }
      let indices = loaded.positions.map { wanted[$0] }
      let part = try ask(sticker, on: pictures, indices: indices, workers: workers)
      successes += part.successes
      loss += part.loss
      count += indices.count
    }
    let score = (success: Double(successes) / Double(max(count, 1)), loss: loss / Double(max(count, 1)))
    // More success is better, and among equals a smaller loss.
    if bestScore.map({ score.success > $0.success || (score.success == $0.success && score.loss < $0.loss) })
      ?? true
    {
      (best, bestScore, failures) = (sticker, score, 0)
    } else {
      failures += 1
    }
    return score.success
  }

  private var usable: [Int] {
    (0..<images.count).filter { index in
      let label = images.label(at: index)
      return attack.criterion.counts(label: label)
        && classifiers.allSatisfy { $0.goal(attack.criterion, label: label) != nil }
    }
  }

  /// The sum of losses on some pictures, and how many succeed; every judgement puts the sticker in the same places.
  private func ask(
    _ sticker: Sticker, on pictures: Tensor, indices: [Int], workers: Workers
  ) throws -> (loss: Double, successes: Int) {
    let placements = try indices.map { index in
      var generator = Streams.choices.generator(seed: attack.seed, item: index)
      return try attack.sampler.placement(
        of: sticker, imageHeight: pictures.shape[2], imageWidth: pictures.shape[3], using: &generator)
    }
    let stuck = try StickerTransformation(placements: placements)
      .place(indices.map { _ in sticker }, on: pictures, workers: workers)
    var succeeded = Array(repeating: true, count: indices.count)
    var loss = 0.0
    for attacked in classifiers where attacked.weight > 0 {
      let goals = indices.compactMap { attacked.goal(attack.criterion, label: images.label(at: $0)) }
      let logits = try attacked.classifier.checkedLogits(of: stuck, on: workers) {
        images.name(at: indices[$0])
      }
      loss += Double(attacked.weight) * attack.loss.evaluate(logits, goals: goals).values.reduce(0, +)
      for (row, prediction) in Predictions.top1(of: logits).enumerated() {
        succeeded[row] = succeeded[row] && goals[row].isMet(by: prediction)
      }
    }
    return (loss, succeeded.count { $0 })
  }
}
