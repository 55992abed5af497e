import Tensors

/// One picture's way through a random search for a sticker.
struct PatchSearch {
  /// What to ask about next.
  private(set) var proposal: PaintedPatch
  private var best: PaintedPatch
  private var bestLoss = Double.infinity
  private let grid: PatchGrid
  private let schedule: SearchSchedule
  /// Every how many questions the sticker moves.
  private let movesEvery: Int
  /// From which question on single values change and no longer whole pixels.
  private let firstSingleValue: Int
  private var generator: SeededGenerator

  init(grid: PatchGrid, schedule: SearchSchedule, movesEvery: Int, generator: SeededGenerator) {
    self.grid = grid
    self.schedule = schedule
    self.movesEvery = movesEvery
    self.generator = generator
    let queries = schedule.queries
    // Half of the questions that are left once squares are single pixels.
    let pixels = (1..<max(queries, 2)).first {
      PatchSearch.side(of: schedule.share(after: $0), in: grid.side) == 1
    }
    firstSingleValue = pixels.map { $0 + (queries - $0) / 2 } ?? queries
    best = PaintedPatch(
      place: grid[0], colours: Array(repeating: 0, count: 3 * grid.side * grid.side))
    proposal = best
  }

  /// Proposes a sticker.
  ///
  /// - Parameter query: how many questions were asked before; 0 begins.
  mutating func propose(query: Int) {
    guard query > 0 else { return start() }
    proposal = best
    let left = 1 - Double(query) / Double(schedule.queries)
    let reach = Int(0.75 * left * Double(min(grid.height, grid.width)))
    guard query % movesEvery == 0, reach > 0, grid.count > 1 else {
      return recolour(query: query)
    }
    proposal.place.x = moved(best.place.x, reach: reach, below: grid.columns)
    proposal.place.y = moved(best.place.y, reach: reach, below: grid.rows)
  }

  /// Takes up the loss of the proposal.
  mutating func take(_ loss: Double) {
    guard loss < bestLoss else { return }
    best = proposal
    bestLoss = loss
  }

  /// Anywhere, in small squares of random corner colours.
  private mutating func start() {
    proposal.place = grid[generator.uniform(below: grid.count)]
    let side = grid.side
    for index in proposal.colours.indices { proposal.colours[index] = corner() }
    let greatest = max(side / 5, 1)
    for _ in 0..<side * side { paintSquare(side: 1 + generator.uniform(below: greatest)) }
  }

  private mutating func recolour(query: Int) {
    let side = PatchSearch.side(of: schedule.share(after: query), in: grid.side)
    guard side == 1 else { return paintSquare(side: side) }
    let pixels = grid.side * grid.side
    let pixel = generator.uniform(below: pixels)
    let values = (0..<3).map { $0 * pixels + pixel }
    if query >= firstSingleValue {
      let value = values[generator.uniform(below: 3)]
      proposal.colours[value] = 1 - proposal.colours[value]
    } else {
      // One of the seven other corners.
      let flips = 1 + generator.uniform(below: 7)
      for (channel, value) in values.enumerated() where flips >> channel & 1 == 1 {
        proposal.colours[value] = 1 - proposal.colours[value]
      }
    }
  }

  /// Gives a square of the sticker, anywhere in it, one random corner colour.
  private mutating func paintSquare(side: Int) {
    let whole = grid.side
    let (top, left) = (generator.uniform(below: whole - side + 1), generator.uniform(below: whole - side + 1))
    for channel in 0..<3 {
      let colour = corner()
      for row in top..<top + side {
        let start = (channel * whole + row) * whole + left
        for index in start..<start + side { proposal.colours[index] = colour }
      }
    }
  }

  /// Pixels along a square that covers `share` of a sticker.
  private static func side(of share: Double, in side: Int) -> Int {
    max(Int(share.squareRoot() * Double(side)), 1)
  }

  private mutating func moved(_ place: Int, reach: Int, below count: Int) -> Int {
    min(max(place + generator.uniform(below: 2 * reach + 1) - reach, 0), count - 1)
  }

  private mutating func corner() -> Float { Float(generator.uniform(below: 2)) }
}
