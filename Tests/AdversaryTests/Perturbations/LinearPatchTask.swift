import Models
import Tensors

@testable import Adversary

/// One picture under a linear network, so that the best sticker of every place is known: each value of the square at
/// the end of 0…1 that its weight points to.
struct LinearPatchTask {
  static let height = 6
  static let width = 7
  let classifier: LinearClassifier
  /// One picture.
  let task: PerturbationTask
  /// How far the best sticker brings the wanted class ahead.
  let bestLead: Double
  /// How far that is from where the picture is without.
  let bestGain: Double
  let best: PatchPlace

  /// - Parameters:
  ///   - excess: by what share of what the best sticker gains it goes past the boundary; below 0 it stays short.
  ///   - isTargeted: whether to reach another class; of two classes only, where that is to leave the one named.
  init(classes: Int = 2, side: Int, excess: Double, number: Int = 0, isTargeted: Bool = false) throws {
    let shape = [classes, 3, LinearPatchTask.height, LinearPatchTask.width]
    let weights = randomTensor(Shape(shape), seed: UInt64(51 + number), in: -1...1)
    let image = randomTensor([1, 3, shape[2], shape[3]], seed: UInt64(81 + number), in: 0...1)
    let plain = LinearClassifier(weights: weights)
    let logits = try plain.logits(of: image, on: Workers(count: 1))
    let label = Predictions.top1(of: logits)[0]
    let grid = try PatchBudget(side: side).grid(on: image)
    var (lead, found) = (-Double.infinity, grid[0])
    for rival in 0..<classes where rival != label {
      for number in 0..<grid.count {
        var value = Double(logits[0, rival]) - Double(logits[0, label])
        for line in grid[number].lines(height: shape[2], width: shape[3]) {
          for index in line {
            let slope = Double(weights.row(rival)[index]) - Double(weights.row(label)[index])
            value += slope * ((slope > 0 ? 1 : 0) - Double(image.row(0)[index]))
          }
        }
        if value > lead { (lead, found) = (value, grid[number]) }
      }
    }
    let order = Predictions.top(2, of: logits)[0]
    bestGain = lead - (Double(logits[0, order[1]]) - Double(logits[0, label]))
    bestLead = excess * bestGain
    best = found
    var bias = [Float](repeating: 0, count: classes)
    bias[label] = Float(lead - bestLead)
    classifier = LinearClassifier(weights: weights, bias: bias)
    task = PerturbationTask(
      images: image, goals: [isTargeted ? .reach(1 - label, insteadOf: label) : .leave(label)],
      items: [number],
      names: ["picture\(number)"], seed: 5)
  }

  /// How far the wanted class leads on a version of the picture.
  func lead(on images: Tensor) throws -> Double {
    let logits = try classifier.logits(of: images, on: Workers(count: 1))
    return -AttackLoss.margin(confidence: .infinity).evaluate(logits, goals: task.goals).values[0]
  }
}
