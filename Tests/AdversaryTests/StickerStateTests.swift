import Foundation
import Tensors
import Testing

@testable import Adversary

/// A sticker's optimisation that another process goes on with.
@Suite struct StickerStateTests {
  private let workers = Workers(count: 1)
  private let network = LinearClassifier(weights: randomTensor([3, 3, 8, 8], seed: 81, in: -1...1))
  private let pictures = RandomPictures(labels: [0, 1, 0, 1, 0, 1, 0], height: 8, width: 8, broken: [3])

  private func begun(_ attack: UniversalSticker) throws -> StickerOptimization {
    try StickerOptimization(
      attack, against: [AttackedClassifier(network)], images: pictures, heldBack: pictures)
  }

  private func advance(_ optimization: inout StickerOptimization, steps: Int) throws {
    for _ in 0..<steps where !optimization.isFinished { _ = try optimization.advance(on: workers) }
  }

  /// As a file holds it.
  private func written(_ state: StickerState) throws -> StickerState {
    try JSONDecoder().decode(StickerState.self, from: try JSONEncoder().encode(state))
  }

  @Test(arguments: [
    planned(),
    planned { $0.stepRule = .sign(momentum: 0.9) },
    planned { $0.stepRule = .plain(momentum: 0.5) },
    planned { $0.appearance = AppearanceSampler(noise: 0...0.1, quality: 40...90) },
    planned { $0.places = .worst(stride: 2, every: 5) },
    planned { $0.choice = .init(interval: 3, patience: 2) },
  ])
  func goesOnToTheSameBytesWhereverItStopped(attack: UniversalSticker) throws {
    var whole = try begun(attack)
    try advance(&whole, steps: 20)
    for stop in [0, 1, 7, 20] {
      var first = try begun(attack)
      try advance(&first, steps: stop)
      var second = try begun(attack)
      try second.resume(try written(first.state))
      #expect(second.state == first.state)
      try advance(&second, steps: 20)
      #expect(second.sticker == whole.sticker && second.chosen == whole.chosen, "stopped after \(stop)")
      #expect(second.step == whole.step && second.refusals == whole.refusals)
    }
  }

  @Test func everyBitOfANumberIsKept() throws {
    let values: [Float] = [0, -0.0, .leastNonzeroMagnitude, 1 / 3, .greatestFiniteMagnitude, .infinity]
    let bytes = try JSONDecoder().decode(
      [FloatBytes].self, from: try JSONEncoder().encode([FloatBytes(values)]))
    #expect(bytes[0].values.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([FloatBytes].self, from: Data("[\"AAAAAAA=\"]".utf8))
    }
  }

  @Test func refusesTheStateOfAnotherOptimisation() throws {
    func state(_ attack: UniversalSticker, steps: Int = 2) throws -> StickerState {
      var optimization = try begun(attack)
      try advance(&optimization, steps: steps)
      return optimization.state
    }
    var later = try state(planned())
    later.step = 21
    var hotter = try state(planned())
    hotter.colours = FloatBytes([Float](repeating: 1.5, count: 48))
    var elsewhere = try state(planned())
    elsewhere.pictures = [0, 7]
    var empty = try state(planned())
    empty.pictures = []
    let wrong = [
      later, hotter, elsewhere, empty, try state(planned { $0.side = 5 }),
      try state(planned { $0.stepRule = .sign(momentum: 0.9) }),
      try state(planned { $0.choice = .init(interval: 1) }), try state(planned { $0.steps = 30 }, steps: 25),
    ]
    for state in wrong {
      var optimization = try begun(planned())
      let before = optimization.state
      #expect(throws: AdversaryError.self) { try optimization.resume(state) }
      #expect(optimization.state == before)
    }
  }
}

/// A sticker with most of what a run depends on.
private func planned(_ change: (inout UniversalSticker) -> Void = { _ in }) -> UniversalSticker {
  var attack = UniversalSticker(
    criterion: .targeted(2), side: 4, mask: .circle,
    sampler: PlacementSampler(scale: 0.8...1.1, rotation: -20...20, onWholePixels: false),
    loss: .margin(confidence: .infinity), variationWeight: 0.1, steps: 20, batchSize: 4,
    learningRate: .cosine(0.2), seed: 3)
  change(&attack)
  return attack
}
