import Models
import Tensors

/// APGD (Croce & Hein 2020, 2003.01690): projected gradient descent with momentum that halves its step, and returns to
/// the best version, where progress stalls.
///
/// The step starts at 2ε. It is looked at after 22 % of the steps and then after intervals that shrink by 3 % of them
/// down to 6 %; it is halved when the loss fell in at most 75 % of an interval's steps, or when the best loss has not
/// changed in an interval before which it was not halved either. A picture that meets its goal is kept and left alone.
public struct AutoPGD: Perturbation {
  /// Which way down.
  public enum Aim: Hashable, Sendable {
    /// The loss of the picture's own goal.
    case goal(AttackLoss)
    /// One run for each of so many other classes, the likeliest on the unchanged picture first, with the logit ratio
    /// towards that class.
    case classes(Int)
  }

  public let budget: PerturbationBudget
  public let aim: Aim
  public let steps: Int
  /// How often to begin anew on pictures that were not fooled; for each class, where classes are aimed at.
  public let restarts: Int
  /// The share of an interval's steps that must improve the loss for the step to stay as it is.
  let stallShare = 0.75

  /// - Throws: `AdversaryError.setting`.
  public init(budget: PerturbationBudget, aim: Aim, steps: Int = 100, restarts: Int = 1) throws {
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(restarts >= 1, "restarts", "at least 1", restarts)
    if case .classes(let count) = aim { try requireSetting(count >= 1, "targets", "at least 1", count) }
    self.budget = budget
    self.aim = aim
    self.steps = steps
    self.restarts = restarts
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var result = PerturbedPictures(unchanged: task)
    var queries = try PictureQueries(task, of: classifier, on: workers)
    switch aim {
    case .goal(let loss):
      for restart in 0..<restarts where !result.missing.isEmpty {
        let rows = result.missing
        try descend(
          rows, part: restart, loss: loss, aims: rows.map { task.goals[$0] }, &queries, &result)
      }
    case .classes(let count):
      let (others, _) = try queries.likeliestOthers(count)
      for place in 0..<(others.first?.count ?? 0) {
        for restart in 0..<restarts where !result.missing.isEmpty {
          let rows = result.missing
          try descend(
            rows, part: place * restarts + restart, loss: .logitRatio, aims: rows.map { others[$0][place] },
            &queries, &result)
        }
      }
    }
    result.count(queries)
    return result
  }

  /// One run on the pictures `rows`.
  ///
  /// - Parameters:
  ///   - part: which of the attack's runs it is, for its random start.
  ///   - aims: what the loss pulls each towards.
  private func descend(
    _ rows: [Int], part: Int, loss: AttackLoss, aims: [AttackGoal], _ queries: inout PictureQueries,
    _ result: inout PerturbedPictures
  ) throws {
    let (task, workers) = (queries.task, queries.workers)
    let shape = Shape(Array(task.images.shape.dimensions.dropFirst()))
    var (rows, aims) = (rows, aims)
    var tracks = rows.map { AutoPGDTrack(task.images.row($0), budget: budget) }
    workers.change(&tracks) { place, track in
      var generator = task.generator(rows[place], part: part)
      track.startAtRandom(using: &generator)
    }
    var schedule = AutoPGDSchedule(steps: steps)
    for step in 0...steps {
      if step > 0 { workers.change(&tracks) { $1.move(isFirst: step == 1) } }
      let pictures = Tensor(rows: tracks.map(\.picture), ofShape: shape)
      let slopes = try queries.slopes(of: pictures, rows: rows, loss: loss, goals: aims)
      let rest = result.keep(pictures, rows: rows, predictions: slopes.predictions, goals: task.goals)
      guard !rest.isEmpty else { return }
      rows = rest.map { rows[$0] }
      aims = rest.map { aims[$0] }
      tracks = rest.map { tracks[$0] }
      let interval = step > 0 ? schedule.intervalEnding(after: step) : nil
      workers.change(&tracks) { place, track in
        let slope = slopes.gradient.row(rest[place])
        let value = slopes.values[rest[place]]
        guard step > 0 else { return track.begin(at: value, slope: slope) }
        track.observe(value, slope: slope)
        if let interval { track.look(back: interval, stallShare: stallShare) }
      }
    }
  }
}

/// When APGD looks at its step.
struct AutoPGDSchedule {
  private var interval: Int
  private let shortest: Int
  private let shortening: Int
  private var last = 0

  init(steps: Int) {
    interval = max(Int(0.22 * Double(steps)), 1)
    shortest = max(Int(0.06 * Double(steps)), 1)
    shortening = max(Int(0.03 * Double(steps)), 1)
  }

  /// The length of the interval that ends with step `step`, counted from 1; nil when none does. To be asked once for
  /// each step.
  mutating func intervalEnding(after step: Int) -> Int? {
    guard step == last + interval else { return nil }
    last = step
    defer { interval = max(interval - shortening, shortest) }
    return interval
  }
}

/// One picture's way through a run of APGD.
struct AutoPGDTrack {
  private let original: [Float]
  private let budget: PerturbationBudget
  /// The present version.
  private(set) var picture: [Float]
  private var slope: [Float] = []
  private var previous: [Float]
  private var best: [Float]
  private var bestSlope: [Float] = []
  private var bestValue = Double.infinity
  private var lastValue = Double.infinity
  private var step: Float
  /// Steps since the last look that lowered the loss.
  private var improvements = 0
  private var bestAtLastLook = Double.infinity
  private var wasHalvedAtLastLook = true

  init(_ original: [Float], budget: PerturbationBudget) {
    self.original = original
    self.budget = budget
    (picture, previous, best) = (original, original, original)
    step = 2 * budget.radius
  }

  mutating func startAtRandom(using generator: inout some RandomNumberGenerator) {
    picture.withUnsafeMutableBufferPointer {
      budget.norm.startAtRandom($0, radius: budget.radius, isSpread: false, using: &generator)
    }
    (previous, best) = (picture, picture)
  }

  /// Takes up the loss and slope of the start.
  mutating func begin(at value: Double, slope: [Float]) {
    (self.slope, bestSlope) = (slope, slope)
    (bestValue, lastValue, bestAtLastLook) = (value, value, value)
  }

  /// Goes a step down, with a quarter of the last change added.
  mutating func move(isFirst: Bool) {
    var stepped = picture
    let share: Float = isFirst ? 1 : 0.75
    original.withUnsafeBufferPointer { original in
      stepped.withUnsafeMutableBufferPointer { stepped in
        slope.withUnsafeBufferPointer { budget.norm.ascend(stepped, by: -step, along: $0) }
        budget.norm.project(stepped, around: original, radius: budget.radius)
        for index in stepped.indices {
          let here = picture[index]
          stepped[index] = here + share * (stepped[index] - here) + (1 - share) * (here - previous[index])
        }
        budget.norm.project(stepped, around: original, radius: budget.radius)
      }
    }
    previous = picture
    picture = stepped
  }

  /// Takes up the loss and slope of the present version.
  mutating func observe(_ value: Double, slope: [Float]) {
    self.slope = slope
    if value < lastValue { improvements += 1 }
    lastValue = value
    guard value < bestValue else { return }
    (best, bestSlope, bestValue) = (picture, slope, value)
  }

  /// Halves the step and returns to the best version if the last `interval` steps have brought too little.
  mutating func look(back interval: Int, stallShare: Double) {
    let oscillates = Double(improvements) <= stallShare * Double(interval)
    let isStuck = !wasHalvedAtLastLook && bestAtLastLook <= bestValue
    (wasHalvedAtLastLook, bestAtLastLook) = (oscillates || isStuck, bestValue)
    improvements = 0
    guard wasHalvedAtLastLook else { return }
    step /= 2
    (picture, slope) = (best, bestSlope)
  }
}

extension PictureQueries {
  /// For each picture of the task the goals of reaching the likeliest other classes, likeliest first: `count` of them,
  /// or as many as there are. And the class named for each unchanged picture.
  ///
  /// - Throws: `AdversaryError.needsTrueClass` when a goal is to reach a class and not to leave one.
  mutating func likeliestOthers(_ count: Int) throws -> (goals: [[AttackGoal]], predictions: [Int]) {
    let labels = try task.goals.map { goal in
      guard case .leave(let label) = goal else { throw AdversaryError.needsTrueClass }
      return label
    }
    let logits = try logits(of: task.images, rows: Array(0..<task.count))
    let others = min(count, classifier.card.classes.count - 1)
    let orders = Predictions.top(others + 1, of: logits)
    let goals = zip(labels, orders).map { label, order in
      order.filter { $0 != label }.prefix(others).map { AttackGoal.reach($0, insteadOf: label) }
    }
    return (goals, orders.map { $0[0] })
  }
}
