import Tensors

/// The smallest change found so far of each picture of a task that meets its goal.
struct SmallestChanges {
  private let task: PerturbationTask
  private let norm: PerturbationNorm
  private var images: Tensor
  /// The length of each picture's smallest change; infinite where none is known.
  private(set) var lengths: [Double]

  init(_ task: PerturbationTask, norm: PerturbationNorm) {
    self.task = task
    self.norm = norm
    images = task.images
    lengths = Array(repeating: .infinity, count: task.count)
  }

  /// The pictures without a change of at most `epsilon`.
  func rows(above epsilon: Double) -> [Int] { lengths.indices.filter { lengths[$0] > epsilon } }

  /// Takes up versions of the pictures `rows`.
  ///
  /// - Returns: the places in `rows` of those that meet their goals, whether or not they are the smallest.
  mutating func note(_ pictures: Tensor, rows: [Int], predictions: [Int]) -> Set<Int> {
    var met: Set<Int> = []
    var shorter: [Int] = []
    for (place, row) in rows.enumerated() where task.goals[row].isMet(by: predictions[place]) {
      met.insert(place)
      let length = pictures.withRow(place) { version in
        task.images.withRow(row) { norm.distance(version, $0) }
      }
      guard length < lengths[row] else { continue }
      lengths[row] = length
      shorter.append(place)
    }
    images.replace(rows: shorter.map { rows[$0] }, by: pictures.gathering(rows: shorter))
    return met
  }

  /// What an attack that asked `queries` has found: the smallest changes, and the unchanged picture where there is
  /// none.
  func result(_ queries: PictureQueries) -> PerturbedPictures {
    var result = PerturbedPictures(unchanged: task)
    result.images = images
    result.isFound = lengths.map(\.isFinite)
    result.count(queries)
    return result
  }
}
