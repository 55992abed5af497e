import Foundation
import Models
import Tensors

/// The L2 attack of Carlini & Wagner 2017, 1608.04644: Adam on the squared length of the change plus a constant times
/// the margin, over pixels written as (tanh w + 1) / 2 so that they stay in 0…1; the constant that just suffices is
/// found by bisection for each picture.
public struct CarliniWagner: Perturbation {
  /// How often the constant is chosen.
  public let searches: Int
  /// Adam's steps with one constant.
  public let steps: Int
  public let learningRate: Double
  public let firstConstant: Double
  /// By how much the wanted class is to lead.
  public let confidence: Double

  /// - Throws: `AdversaryError.setting`.
  public init(
    searches: Int = 9, steps: Int = 1000, learningRate: Double = 0.01, firstConstant: Double = 1e-3,
    confidence: Double = 0
  ) throws {
    try requireSetting(searches >= 1, "searches", "at least 1", searches)
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(
      learningRate > 0 && learningRate.isFinite, "learning rate", "a number above 0", learningRate)
    try requireSetting(
      firstConstant > 0 && firstConstant.isFinite, "first constant", "a number above 0", firstConstant)
    try requireSetting(confidence >= 0 && confidence.isFinite, "confidence", "0 or more", confidence)
    self.searches = searches
    self.steps = steps
    self.learningRate = learningRate
    self.firstConstant = firstConstant
    self.confidence = confidence
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var queries = try PictureQueries(task, of: classifier, on: workers)
    var smallest = SmallestChanges(task, norm: .l2)
    let all = Array(0..<task.count)
    let clean = try queries.predictions(of: task.images, rows: all)
    // A picture that meets its goal as it is needs no change.
    let met = smallest.note(task.images, rows: all, predictions: clean)
    let rows = all.filter { !met.contains($0) }
    var constants = rows.map { _ in Bisection(first: firstConstant) }
    for _ in 0..<searches where !rows.isEmpty {
      let crossed = try optimise(rows, constants: constants.map(\.value), &queries, &smallest)
      for place in rows.indices { constants[place].narrow(isEnough: crossed.contains(place)) }
    }
    return smallest.result(queries)
  }

  /// One run of Adam on the pictures `rows`.
  ///
  /// - Returns: the places of the pictures of which some version met its goal.
  private func optimise(
    _ rows: [Int], constants: [Double], _ queries: inout PictureQueries, _ smallest: inout SmallestChanges
  ) throws -> Set<Int> {
    let (task, workers) = (queries.task, queries.workers)
    let shape = Shape(Array(task.images.shape.dimensions.dropFirst()))
    let loss = AttackLoss.margin(confidence: Float(confidence))
    var places = Array(rows.indices)
    var tracks = places.map { CarliniWagnerTrack(task.images.row(rows[$0]), constant: constants[$0]) }
    var crossed: Set<Int> = []
    let interval = (steps + 9) / 10
    for step in 0..<steps where !places.isEmpty {
      let asked = places.map { rows[$0] }
      let pictures = Tensor(rows: tracks.map(\.picture), ofShape: shape)
      let slopes = try queries.slopes(
        of: pictures, rows: asked, loss: loss, goals: asked.map { task.goals[$0] })
      let met = smallest.note(pictures, rows: asked, predictions: slopes.predictions)
      crossed.formUnion(met.map { places[$0] })
      workers.change(&tracks) { place, track in
        track.step(
          margin: slopes.values[place], slope: slopes.gradient.row(place), rate: Float(learningRate),
          isCheck: step.isMultiple(of: interval))
      }
      let rest = places.indices.filter { !tracks[$0].isStalled }
      places = rest.map { places[$0] }
      tracks = rest.map { tracks[$0] }
    }
    return crossed
  }

  /// The search for the smallest constant that suffices: tenfold until one does, then halves.
  private struct Bisection {
    private(set) var value: Double
    private var tooSmall = 0.0
    private var enough = Double.infinity

    init(first: Double) { value = first }

    mutating func narrow(isEnough: Bool) {
      if isEnough { enough = value } else { tooSmall = value }
      value = enough.isInfinite ? value * 10 : (tooSmall + enough) / 2
    }
  }
}

/// One picture's way through a run of Adam.
private struct CarliniWagnerTrack {
  /// The version to ask about.
  private(set) var picture: [Float]
  /// Whether the last tenth of the steps brought nothing.
  private(set) var isStalled = false
  private let original: [Float]
  private let constant: Double
  private var angles: Tensor
  private var optimizer = Adam()
  private var lossAtLastCheck = Double.infinity

  init(_ original: [Float], constant: Double) {
    self.constant = constant
    angles = Tensor(original.map { atanh((2 * $0 - 1) * 0.999_999) }, shape: [original.count])
    picture = CarliniWagnerTrack.pixels(angles)
    // Distances are counted from the picture as the angles can tell it, so that the first is 0.
    self.original = picture
  }

  /// d loss / d w = (constant · d margin / d x + 2 · (x − original)) · (1 − tanh² w) / 2
  mutating func step(margin: Double, slope: [Float], rate: Float, isCheck: Bool) {
    var loss = constant * margin
    var gradient = slope
    for index in gradient.indices {
      let change = picture[index] - original[index]
      loss += Double(change) * Double(change)
      // With x = (tanh w + 1) / 2 the last factor is 2 · x · (1 − x).
      gradient[index] =
        (Float(constant) * slope[index] + 2 * change) * 2 * picture[index] * (1 - picture[index])
    }
    if isCheck {
      isStalled = !(loss <= lossAtLastCheck - 1e-4 * abs(lossAtLastCheck)) && lossAtLastCheck.isFinite
      lossAtLastCheck = loss
    }
    optimizer.step(&angles, gradient: Tensor(gradient, shape: angles.shape), rate: rate)
    picture = CarliniWagnerTrack.pixels(angles)
  }

  private static func pixels(_ angles: Tensor) -> [Float] {
    angles.elements.map { min(max((tanh($0) + 1) / 2, 0), 1) }
  }
}
