import Tensors

/// Which pictures each step sees: the pictures in a new random order each time round.
struct BatchSchedule: Sendable {
  /// Indices in the picture source.
  let pictures: [Int]
  let batchSize: Int
  let seed: UInt64

  /// The pictures of step `step`, counted from 0; with fewer pictures than a batch holds they repeat.
  func batch(_ step: Int) -> [Int] {
    var order: (round: Int, pictures: [Int]) = (-1, [])
    return (0..<batchSize).map { slot in
      let place = step * batchSize + slot
      let round = place / pictures.count
      if round != order.round {
        var generator = Streams.batches.generator(seed: seed, item: round)
        order = (round, pictures.shuffled(using: &generator))
      }
      return order.pictures[place % pictures.count]
    }
  }
}
