import Models
import Tensors

/// FAB in its targeted form (Croce & Hein 2020, 1907.02044): the smallest change that crosses the boundary to each of
/// the likeliest other classes. Each step goes to the nearest point of the boundary's tangent plane inside 0…1, drawn
/// towards the nearest such point of the unchanged picture; once across, the version moves back a tenth of the way.
public struct FastAdaptiveBoundary: Perturbation {
  public let norm: PerturbationNorm
  /// A change of at most this length counts as found, and the picture is then left alone; nil to look for the
  /// smallest change towards every class.
  public let epsilon: Double?
  public let steps: Int
  /// How many other classes to try, the likeliest on the unchanged picture first.
  public let targets: Int
  /// How often to begin for each class: the first time at the picture, then anywhere near it.
  public let restarts: Int

  /// The greatest weight of the way from the unchanged picture.
  let greatestDraw: Float = 0.1
  /// How far past the tangent plane to step.
  let overshoot: Float = 1.05
  /// What stays of the change after a crossing.
  let back: Float = 0.9

  /// - Throws: `AdversaryError.setting`.
  public init(
    norm: PerturbationNorm, epsilon: Double? = nil, steps: Int = 100, targets: Int = 9, restarts: Int = 1
  ) throws {
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(targets >= 1, "targets", "at least 1", targets)
    try requireSetting(restarts >= 1, "restarts", "at least 1", restarts)
    if let epsilon { _ = try PerturbationBudget(norm, epsilon: epsilon) }
    self.norm = norm
    self.epsilon = epsilon
    self.steps = steps
    self.targets = targets
    self.restarts = restarts
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var queries = try PictureQueries(task, of: classifier, on: workers)
    let (others, predictions) = try queries.likeliestOthers(targets)
    var smallest = SmallestChanges(task, norm: norm)
    // A picture that is wrong already needs no change: towards its own class the way would lead back.
    _ = smallest.note(task.images, rows: Array(0..<task.count), predictions: predictions)
    for place in 0..<(others.first?.count ?? 0) {
      for restart in 0..<restarts {
        let rows = smallest.rows(above: epsilon ?? 0)
        guard !rows.isEmpty else { break }
        try cross(
          rows, towards: rows.map { others[$0][place] }, part: place * restarts + restart,
          startsAtRandom: restart > 0, &queries, &smallest)
      }
    }
    return smallest.result(queries)
  }

  private func cross(
    _ rows: [Int], towards aims: [AttackGoal], part: Int, startsAtRandom: Bool,
    _ queries: inout PictureQueries, _ smallest: inout SmallestChanges
  ) throws {
    let (task, workers) = (queries.task, queries.workers)
    let originals = task.images.gathering(rows: rows)
    var pictures = originals
    if startsAtRandom {
      pictures.changeRows(on: workers) { place, picture in
        var generator = task.generator(rows[place], part: part)
        let reach = min(smallest.lengths[rows[place]], epsilon ?? 1)
        norm.startAtRandom(picture, radius: Float(reach) / 2, isSpread: false, using: &generator)
      }
    }
    for _ in 0..<steps {
      // The margin between the two classes alone: its zeros are the boundary sought.
      var values: [Double] = []
      let slopes = try queries.pulledBack(pictures, rows: rows) { logits, places in
        var gradient = Tensor(zeros: logits.shape)
        for (row, aim) in aims[places].enumerated() {
          guard case .reach(let target, let label?) = aim else { continue }
          values.append(Double(logits[row, label]) - Double(logits[row, target]))
          gradient[row, label] = 1
          gradient[row, target] = -1
        }
        return gradient
      }.gradient
      pictures.changeRows(on: workers) { place, picture in
        originals.withRow(place) { original in
          slopes.withRow(place) { approach(picture, original, slope: $0, value: values[place]) }
        }
      }
      let predictions = try queries.predictions(of: pictures, rows: rows)
      let crossed = smallest.note(pictures, rows: rows, predictions: predictions)
      pictures.changeRows(on: workers) { place, picture in
        guard crossed.contains(place) else { return }
        originals.withRow(place) { original in
          for index in picture.indices {
            picture[index] = original[index] + back * (picture[index] - original[index])
          }
        }
      }
    }
  }

  /// One step towards the plane on which value + slope · (x − picture) = 0.
  private func approach(
    _ picture: UnsafeMutableBufferPointer<Float>, _ original: UnsafeBufferPointer<Float>,
    slope: UnsafeBufferPointer<Float>, value: Double
  ) {
    let plane = Hyperplane(slope: slope, norm: norm)
    let here = UnsafeBufferPointer(picture)
    let direct = plane.step(from: here, rise: -value)
    var apart = 0.0
    for index in here.indices {
      apart += Double(slope[index]) * (Double(original[index]) - Double(here[index]))
    }
    let fromOriginal = plane.step(from: original, rise: -value - apart)
    func length(_ change: [Float]) -> Double {
      let zeros = [Float](repeating: 0, count: change.count)
      return max(
        change.withUnsafeBufferPointer { change in zeros.withUnsafeBufferPointer { norm.distance(change, $0) }
        },
        1e-8)
    }
    let (near, far) = (length(direct), length(fromOriginal))
    let draw = min(Float(near / (near + far)), greatestDraw)
    for index in picture.indices {
      let own = picture[index] + overshoot * direct[index]
      let drawn = original[index] + overshoot * fromOriginal[index]
      picture[index] = min(max((1 - draw) * own + draw * drawn, 0), 1)
    }
  }
}
