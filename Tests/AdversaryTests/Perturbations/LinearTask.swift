import Models
import Tensors

@testable import Adversary

/// Pictures between 0.35 and 0.65 under a linear network, far from the walls, so that the shortest change to each
/// rival is known: gap / ‖w‖ in the dual norm. None lies so near a boundary that fp32 decides.
struct LinearTask {
  static let side = 6
  let classifier: LinearClassifier
  let task: PerturbationTask

  /// - Parameters:
  ///   - classes: of the network.
  ///   - target: the class to reach; nil to leave the class the network names.
  init(classes: Int = 5, count: Int = 8, target: Int? = nil, seed: UInt64 = 3) throws {
    let side = LinearTask.side
    let weights = randomTensor([classes, 3, side, side], seed: 31, in: -1...1)
    classifier = LinearClassifier(weights: weights)
    let candidates = randomTensor([20 * count, 3, side, side], seed: 32, in: 0.35...0.65)
    let logits = try classifier.logits(of: candidates, on: Workers(count: 1))
    let leads = Predictions.top(2, of: logits).enumerated().map { row, order in
      logits[row, order[0]] - logits[row, order[1]]
    }
    let chosen = leads.indices.filter { leads[$0] > 0.5 }.prefix(count)
    let images = candidates.gathering(rows: Array(chosen))
    let labels = chosen.map { Predictions.top1(of: logits)[$0] }
    task = PerturbationTask(
      images: images,
      goals: labels.map { label in
        guard let target else { return .leave(label) }
        return .reach(target == label ? (label + 1) % classes : target, insteadOf: label)
      }, items: Array(0..<count), names: (0..<count).map { "picture\($0)" }, seed: seed)
  }

  /// The shortest change that meets the goal of the picture in row `row`.
  func shortest(_ row: Int, _ norm: PerturbationNorm) throws -> Double {
    let logits = try classifier.logits(of: task.images.gathering(rows: [row]), on: Workers(count: 1))
    let classes = logits.shape[1]
    func toOvertake(_ label: Int, by rival: Int) -> Double {
      let slope = zip(classifier.weights.row(rival), classifier.weights.row(label)).map { $0 - $1 }
      let length = slope.withUnsafeBufferPointer(norm.dualLength)
      return (Double(logits[0, label]) - Double(logits[0, rival])) / length
    }
    switch task.goals[row] {
    case .leave(let label):
      return (0..<classes).filter { $0 != label }.map { toOvertake(label, by: $0) }.min() ?? .infinity
    case .reach(let target, _):
      // With two classes the shortest way to a class is past the other one.
      return (0..<classes).filter { $0 != target }.map { toOvertake($0, by: target) }.max() ?? .infinity
    }
  }

  /// The picture in row `row` alone.
  func alone(_ row: Int) -> PerturbationTask { task.selecting([row]) }
}

extension PerturbationNorm {
  static let both: [PerturbationNorm] = [.linf, .l2]
}
