import Models
import Tensors

/// Pictures to change so that a network errs.
public struct PerturbationTask: Sendable {
  /// `[count, 3, height, width]` in 0…1
  public let images: Tensor
  /// What is wanted of each picture, in the network's own numbering.
  public let goals: [AttackGoal]
  /// For each picture its number in the corpus: what is random about it depends on this and on the seed alone.
  public let items: [Int]
  /// The pictures' names, for messages.
  public let names: [String]
  public let seed: UInt64

  public init(images: Tensor, goals: [AttackGoal], items: [Int], names: [String], seed: UInt64) {
    precondition(
      images.shape.rank == 4 && images.shape[0] == goals.count && goals.count == items.count
        && goals.count == names.count)
    self.images = images
    self.goals = goals
    self.items = items
    self.names = names
    self.seed = seed
  }

  public var count: Int { goals.count }

  /// How far the picture in row `row` of `versions` is from the task's.
  public func length(of versions: Tensor, row: Int, _ norm: PerturbationNorm) -> Double {
    versions.withRow(row) { version in images.withRow(row) { norm.distance(version, $0) } }
  }

  /// Some of the pictures.
  func selecting(_ rows: [Int]) -> PerturbationTask {
    PerturbationTask(
      images: images.gathering(rows: rows), goals: rows.map { goals[$0] }, items: rows.map { items[$0] },
      names: rows.map { names[$0] }, seed: seed)
  }

  /// The random numbers of the picture in row `row` for part `part` of an attack (a restart, say).
  func generator(_ row: Int, part: Int) -> SeededGenerator {
    var own = Streams.perturbations.generator(seed: seed, item: items[row])
    return SeededGenerator(seed: own.next(), stream: UInt64(part))
  }
}

/// What an attack made of the pictures of a task.
public struct PerturbedPictures: Sendable {
  /// `[count, 3, height, width]` in 0…1: the picture that meets its goal, or where none was found the last try.
  public var images: Tensor
  /// Whether the picture meets its goal, as the network was seen to answer.
  public var isFound: [Bool]
  /// How often the network was asked about each picture; a gradient is one question.
  public var queries: [Int]
  /// Whether a gradient of a picture was 0 throughout, so that it could teach nothing.
  public var hasVanishedGradient: [Bool]
  /// Which part of a sequence of attacks found it; nil for other attacks and where nothing was found.
  public var finder: [String?]
  /// Where a sticker lies; nil for changes that may be anywhere.
  public var places: [PatchPlace?]

  /// - Parameter images: `[isFound.count, 3, height, width]`
  public init(images: Tensor, isFound: [Bool], queries: [Int]) {
    precondition(images.shape[0] == isFound.count && isFound.count == queries.count)
    self.images = images
    self.isFound = isFound
    self.queries = queries
    hasVanishedGradient = Array(repeating: false, count: isFound.count)
    finder = Array(repeating: nil, count: isFound.count)
    places = Array(repeating: nil, count: isFound.count)
  }

  /// The unchanged pictures of `task`, not asked about.
  init(unchanged task: PerturbationTask) {
    images = task.images
    isFound = Array(repeating: false, count: task.count)
    queries = Array(repeating: 0, count: task.count)
    hasVanishedGradient = Array(repeating: false, count: task.count)
    finder = Array(repeating: nil, count: task.count)
    places = Array(repeating: nil, count: task.count)
  }

  /// The rows not found yet.
  var missing: [Int] { isFound.indices.filter { !isFound[$0] } }

  /// Takes over an attack's outcome on the pictures `rows`: its counts, and its pictures where `isBetter`.
  mutating func merge(_ other: PerturbedPictures, rows: [Int], isBetter: (Int) -> Bool) {
    var taken: [Int] = []
    for (place, row) in rows.enumerated() {
      queries[row] += other.queries[place]
      hasVanishedGradient[row] = hasVanishedGradient[row] || other.hasVanishedGradient[place]
      guard isBetter(place) else { continue }
      taken.append(place)
      isFound[row] = other.isFound[place]
      places[row] = other.places[place]
    }
    images.replace(rows: taken.map { rows[$0] }, by: other.images.gathering(rows: taken))
  }
}

/// Something that changes pictures by little so that a network errs. What is asked for is in its fields.
public protocol Perturbation: Sendable {
  /// Changes each picture of `task` until it meets its goal or the attack's means are used up.
  ///
  /// The same seed gives the same bytes whatever the number of workers, and what is random about a picture does not
  /// depend on the others.
  ///
  /// - Throws: `AdversaryError`, and what the network throws.
  func perturb(_ task: PerturbationTask, against classifier: any Classifier, workers: Workers) throws
    -> PerturbedPictures
}
