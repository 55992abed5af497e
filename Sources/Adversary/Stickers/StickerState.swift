import Files
import Foundation
import Tensors

/// Where a sticker's optimisation stands: all that another process needs to go on and come to the same bytes.
///
/// What is random about a step follows from the seed and the step's number, so that no random state is kept.
public struct StickerState: Codable, Hashable, Sendable {
  /// Steps done.
  var step: Int
  /// `[3, side, side]`
  var colours: FloatBytes
  /// What the optimiser remembers.
  var optimizerSteps: Int
  var running: [FloatBytes]
  /// The pictures drawn from, by index.
  var pictures: [Int]
  /// Pictures that could not be read, by index, with the reason.
  var refusals: [Int: String]
  var worstPlaces: [Int: WorstPlace]
  /// Nil where stickers are not judged.
  var judge: StickerJudge.State?

  /// Where a picture's sticker did most when it was last searched.
  struct WorstPlace: Codable, Hashable, Sendable {
    let placement: StickerPlacement
    let step: Int
  }
}

/// Numbers of single precision, bit for bit: little-endian, as base64 in JSON.
struct FloatBytes: Codable, Hashable, Sendable {
  let values: [Float]

  init(_ values: [Float]) { self.values = values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let data = try container.decode(Data.self)
    guard let values = FloatBlob.decode(data) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(data.count) bytes")
    }
    self.values = values
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(FloatBlob.encode(values))
  }
}

extension StickerOptimization {
  /// Where the optimisation stands.
  public var state: StickerState {
    StickerState(
      step: step, colours: FloatBytes(sticker.colours.elements), optimizerSteps: optimizer.memory.steps,
      running: optimizer.memory.running.map(FloatBytes.init), pictures: schedule.pictures, refusals: refusals,
      worstPlaces: worstPlaces, judge: judge?.state)
  }

  /// Goes on where another run of the same attack on the same pictures stood.
  ///
  /// - Throws: `AdversaryError.badStickerState` when it cannot be this attack's; nothing is changed then.
  public mutating func resume(_ state: StickerState) throws {
    func require(_ isRight: Bool, _ reason: String) throws {
      if !isRight { throw AdversaryError.badStickerState(reason: reason) }
    }
    let size = sticker.colours.count
    try require((0...attack.steps).contains(state.step), "\(state.step) of \(attack.steps) steps")
    try require(
      state.colours.values.count == size && state.colours.values.allSatisfy { $0 >= 0 && $0 <= 1 },
      "colours of another sticker")
    let lists = state.optimizerSteps == 0 ? 0 : attack.stepRule.runningCount
    try require(
      state.optimizerSteps == state.step && state.running.count == lists
        && state.running.allSatisfy { $0.values.count == size && $0.values.allSatisfy(\.isFinite) },
      "what another optimiser remembers")
    let indices = 0..<images.count
    let named = state.pictures + Array(state.refusals.keys) + Array(state.worstPlaces.keys)
    try require(
      !state.pictures.isEmpty && named.allSatisfy(indices.contains)
        && state.worstPlaces.values.allSatisfy { $0.step <= state.step }, "pictures that are not there")
    try require((state.judge == nil) == (judge == nil), "judgements where there are none, or the reverse")
    var resumed = judge
    if let told = state.judge { try resumed?.resume(told, side: sticker.side) }
    judge = resumed
    sticker = sticker.recoloured(Tensor(state.colours.values, shape: sticker.colours.shape))
    optimizer.memory = OptimizerMemory(steps: state.optimizerSteps, running: state.running.map(\.values))
    schedule = BatchSchedule(pictures: state.pictures, batchSize: attack.batchSize, seed: attack.seed)
    (step, refusals, worstPlaces) = (state.step, state.refusals, state.worstPlaces)
  }
}
