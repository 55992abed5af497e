import Probes

/// Several stickers made and tested for one question.
public enum StickerSweep: String, Sendable, CaseIterable {
  /// Success against the share of the picture that a sticker covers.
  case areas
  /// A sticker made on each network, tested on all.
  case transfer
}

/// One sticker of a sweep on one network.
public struct SweptSticker: Sendable, Equatable {
  public let sweep: StickerSweep
  /// The networks that the sticker was made on.
  public let madeOn: String
  /// The share of the picture that it covers, 0…1.
  public let area: Double
  public let recorded: Recorded<StickerResult>
  /// A picture without and with a sticker of an area; none in other sweeps, and before the run kept them.
  public let gallery: [Artifact]
}

extension RunDescription {
  /// The options under which a run of kind `sticker` says of which sweep it is, which networks its sticker was made on,
  /// and which share of the picture that covers.
  public static let sweepOption = "sweep"
  public static let madeOnOption = "made_on"
  public static let areaOption = "area"

  /// The sweep that the run is one of; nil for a sticker by itself.
  public var sweep: StickerSweep? {
    options[RunDescription.sweepOption].flatMap(StickerSweep.init(rawValue:))
  }
}

extension SweptSticker {
  /// The sticker of a sweep with what the run keeps of it; nil for a sticker by itself.
  ///
  /// - Throws: `StudyError.damaged` when a run of a sweep does not say what its sticker was made on or covers.
  public init?(_ recorded: Recorded<StickerResult>, in study: Study) throws {
    let description = recorded.run.description
    guard let sweep = description.sweep else { return nil }
    guard let madeOn = description.options[RunDescription.madeOnOption],
      let area = description.options[RunDescription.areaOption].flatMap(Double.init), area > 0, area <= 1
    else {
      throw StudyError.damaged(
        path: study.path,
        reason: "run \(recorded.run.id) does not say what its sticker was made on or covers")
    }
    self.sweep = sweep
    self.madeOn = madeOn
    self.area = area
    self.recorded = recorded
    gallery =
      sweep == .areas
      ? try study.artifacts(of: recorded.run).filter { [.before, .after].contains($0.role) } : []
  }
}
