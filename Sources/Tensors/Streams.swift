/// Separate random numbers for each use of one seed, so that drawing more of one kind never shifts another.
public enum Streams: UInt64, Sendable {
  case start = 1
  case batches = 2
  case placements = 3
  case noise = 4
  case perturbations = 5
  case appearances = 6
  case choices = 7

  /// The generator of item `item`: its numbers do not depend on which items came before.
  public func generator(seed: UInt64, item: Int) -> SeededGenerator {
    var root = SeededGenerator(seed: seed, stream: rawValue)
    return SeededGenerator(seed: root.next(), stream: UInt64(bitPattern: Int64(item)))
  }
}
