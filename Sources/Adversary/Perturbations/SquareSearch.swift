import Tensors

/// One picture's way through the Square attack.
struct SquareSearch {
  /// What to ask about next.
  private(set) var proposal: [Float]
  /// The best version so far.
  private(set) var best: [Float]
  private var bestValue = Double.infinity
  private let original: [Float]
  private let height: Int
  private let width: Int
  private let budget: PerturbationBudget
  private var generator: SeededGenerator

  /// - Parameter original: `[3, height, width]`
  init(
    _ original: [Float], height: Int, width: Int, budget: PerturbationBudget, generator: SeededGenerator
  ) {
    (self.original, proposal, best) = (original, original, original)
    (self.height, self.width) = (height, width)
    self.budget = budget
    self.generator = generator
  }

  private var channels: Int { original.count / (height * width) }

  /// Proposes the first change: vertical stripes in L∞, a grid of bumps in L2.
  mutating func start() {
    switch budget.norm {
    case .linf:
      for channel in 0..<channels {
        for column in 0..<width {
          let change = randomSign() * budget.radius
          for row in 0..<height { proposal[index(channel, row, column)] += change }
        }
      }
      for index in proposal.indices { proposal[index] = min(max(proposal[index], 0), 1) }
    case .l2:
      let side = max(min(height, width) / 5, 1)
      var change = [Float](repeating: 0, count: original.count)
      for top in stride(from: height % side / 2, through: height - side, by: side) {
        for left in stride(from: width % side / 2, through: width - side, by: side) {
          let bump = randomBump(side: side)
          for channel in 0..<channels {
            let sign = randomSign()
            for pixel in bump.indices {
              change[index(channel, top + pixel / side, left + pixel % side)] += sign * bump[pixel]
            }
          }
        }
      }
      propose(change)
    }
  }

  /// Proposes a change of the best version in a square.
  ///
  /// - Parameter share: of the picture that it covers.
  mutating func propose(share: Double) {
    let side = (share * Double(height * width)).squareRoot().rounded()
    switch budget.norm {
    case .linf: changeSquare(side: min(max(Int(side), 1), min(height, width)))
    case .l2:
      let odd = max(Int(side), 3) | 1
      moveEnergy(side: min(odd, min(height, width)))
    }
  }

  /// Takes up the loss of the proposal.
  mutating func take(_ value: Double, isFound: Bool) {
    guard value < bestValue || isFound else { return }
    best = proposal
    bestValue = min(value, bestValue)
  }

  // MARK: L∞

  private mutating func changeSquare(side: Int) {
    let top = generator.uniform(below: height - side + 1)
    let left = generator.uniform(below: width - side + 1)
    proposal = best
    for channel in 0..<channels {
      let change = 2 * budget.radius * randomSign()
      for row in top..<top + side {
        for column in left..<left + side { proposal[index(channel, row, column)] += change }
      }
    }
    original.withUnsafeBufferPointer { original in
      proposal.withUnsafeMutableBufferPointer {
        PerturbationNorm.linf.project($0, around: original, radius: budget.radius)
      }
    }
  }

  // MARK: L2

  /// Takes the change out of one window, and spends its energy, and what the budget has left, on a new bump in
  /// another.
  private mutating func moveEnergy(side: Int) {
    let top = generator.uniform(below: height - side + 1)
    let left = generator.uniform(below: width - side + 1)
    let otherTop = generator.uniform(below: height - side + 1)
    let otherLeft = generator.uniform(below: width - side + 1)
    var change = zip(best, original).map { $0 - $1 }
    let energy = change.reduce(0.0) { $0 + Double($1) * Double($1) }
    let unspent = max(budget.epsilon * budget.epsilon - energy, 0) / Double(channels)
    let bump = randomBump(side: side)
    for channel in 0..<channels {
      let window = (0..<side * side).map { index(channel, top + $0 / side, left + $0 % side) }
      let other = (0..<side * side).map { index(channel, otherTop + $0 / side, otherLeft + $0 % side) }
      let inWindow = window.reduce(0.0) { $0 + Double(change[$1]) * Double(change[$1]) }
      // Of the other window only what does not lie in this one, whose energy is counted already.
      let inOther = other.reduce(0.0) { sum, place in
        let (row, column) = (place / width % height, place % width)
        let isShared = (top..<top + side).contains(row) && (left..<left + side).contains(column)
        return isShared ? sum : sum + Double(change[place]) * Double(change[place])
      }
      let sign = randomSign()
      let scale = Float(1 / (1e-12 + inWindow.squareRoot()))
      var fresh = window.indices.map { sign * bump[$0] + scale * change[window[$0]] }
      let length = fresh.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let factor = Float((unspent + inWindow + inOther).squareRoot() / (1e-12 + length))
      for place in fresh.indices { fresh[place] *= factor }
      for place in other { change[place] = 0 }
      for (place, value) in zip(window, fresh) { change[place] = value }
    }
    propose(change)
  }

  /// Proposes a change brought to the length ε, cut off at 0 and 1.
  private mutating func propose(_ change: [Float]) {
    let length = change.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let factor = length > 0 ? Float(budget.epsilon / length) : 0
    for index in proposal.indices {
      proposal[index] = min(max(original[index] + factor * change[index], 0), 1)
    }
  }

  /// Two heaps of opposite sign side by side, along a random axis, of length 1 together.
  private mutating func randomBump(side: Int) -> [Float] {
    let upper = SquareSearch.heap(rows: side / 2, columns: side)
    let lower = SquareSearch.heap(rows: side - side / 2, columns: side)
    var bump = upper + lower.map { -$0 }
    let length = bump.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    for place in bump.indices { bump[place] /= Float(length) }
    guard generator.uniform(below: 2) == 1 else { return bump }
    return bump.indices.map { bump[$0 % side * side + $0 / side] }
  }

  /// Nested rectangles around the middle, the n-th of height 1/n², of length 1 together.
  private static func heap(rows: Int, columns: Int) -> [Float] {
    guard rows > 0 else { return [] }
    var heap = [Float](repeating: 0, count: rows * columns)
    let (middleRow, middleColumn) = (rows / 2, columns / 2)
    for ring in 0..<max(rows / 2 + 1, columns / 2 + 1) {
      let height = 1 / Float((ring + 1) * (ring + 1))
      for row in max(middleRow - ring, 0)..<min(middleRow + ring + 1, rows) {
        for column in max(middleColumn - ring, 0)..<min(middleColumn + ring + 1, columns) {
          heap[row * columns + column] += height
        }
      }
    }
    let length = heap.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return heap.map { Float(Double($0) / length) }
  }

  // MARK: Parts

  private func index(_ channel: Int, _ row: Int, _ column: Int) -> Int {
    (channel * height + row) * width + column
  }

  private mutating func randomSign() -> Float { generator.uniform(below: 2) == 0 ? -1 : 1 }
}
