import Adversary
import ArgumentParser

/// `A,B` as two numbers.
struct NumberPair: ExpressibleByArgument {
  let first, second: Double

  /// As a person would type it.
  var defaultValueDescription: String { "\(first),\(second)" }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let first = parts[0], let second = parts[1], first.isFinite, second.isFinite
    else { return nil }
    self.first = first
    self.second = second
  }
}

/// One or more pairs in one argument with spaces between, for those that begin with a minus and would be taken for an
/// option by themselves.
struct NumberPairs: ExpressibleByArgument {
  let pairs: [NumberPair]

  init?(argument: String) {
    let words = argument.split(separator: " ")
    pairs = words.compactMap { NumberPair(argument: String($0)) }
    guard pairs.count == words.count, !pairs.isEmpty else { return nil }
  }
}

extension [NumberPairs] {
  /// The pairs of all arguments.
  var all: [NumberPair] { flatMap(\.pairs) }
}

extension StickerCorners {
  /// Four pairs, clockwise from the top left.
  ///
  /// - Throws: `ValidationError` for another number of them.
  init(_ pairs: [NumberPair]) throws {
    guard pairs.count == 4 else {
      throw ValidationError(
        "--corners expects four corners X,Y (top left, top right, bottom right, bottom left), found \(pairs.count)"
      )
    }
    let points = pairs.map { Point(x: $0.first, y: $0.second) }
    self.init(topLeft: points[0], topRight: points[1], bottomRight: points[2], bottomLeft: points[3])
  }
}
