import Imaging

/// A contact sheet of one class' patches, the strongest on the left. From top to bottom: the telling patches in orange
/// frames, the pictures that they come from with their places, then the same for the distractors in blue.
public struct EvidenceSheet: Sendable {
  /// A patch and the prepared picture that it comes from.
  public struct Entry: Sendable {
    public let patch: EvidencePatch
    public let photograph: Picture

    public init(patch: EvidencePatch, photograph: Picture) {
      self.patch = patch
      self.photograph = photograph
    }
  }

  public let picture: Picture

  /// - Parameters:
  ///   - columns: places in a row; a side with fewer patches leaves the rest empty.
  /// - Throws: `ImagingError.impossibleSize`.
  public init(telling: [Entry], distractors: [Entry], columns: Int) throws {
    let side = EvidenceTile.side(forPatches: (telling + distractors).map(\.patch.side))
    var rows: [[[Picture]]] = []
    for (entries, frame) in [(telling, EvidenceTile.orange), (distractors, EvidenceTile.blue)] {
      let shown = entries.prefix(columns)
      let blanks = (shown.count..<max(columns, shown.count)).map { _ in EvidenceTile(side: side).picture }
      rows.append([
        try shown.map { try EvidenceTile(side: side, patch: $0.patch, frame: frame).picture } + blanks
      ])
      rows.append([try shown.map { try EvidenceTile(side: side, $0, frame: frame).picture } + blanks])
    }
    picture = PictureSheet(rows).picture
  }
}

/// All classes on one sheet: a row for each, its telling patches in orange frames on the left and its distractors in
/// blue ones on the right.
public struct EvidenceOverview: Sendable {
  /// A sheet has room for so many classes.
  public static let mostClasses = 50

  public let picture: Picture

  /// - Parameters:
  ///   - classes: at least one; those after the first `mostClasses` are left out.
  ///   - columns: places on each side.
  /// - Throws: `ImagingError.impossibleSize`.
  public init(_ classes: [EvidencePatchResult.ClassPatches], columns: Int) throws {
    let shown = classes.prefix(EvidenceOverview.mostClasses)
    let all = shown.flatMap { $0.telling.patches + $0.distractors.patches }
    let side = EvidenceTile.side(forPatches: all.map(\.side))
    picture =
      PictureSheet(
        try shown.map { entry in
          try [(entry.telling, EvidenceTile.orange), (entry.distractors, EvidenceTile.blue)].map {
            strongest, frame in
            let patches = strongest.patches.prefix(columns)
            return try patches.map { try EvidenceTile(side: side, patch: $0, frame: frame).picture }
              + (patches.count..<max(columns, patches.count)).map { _ in EvidenceTile(side: side).picture }
          }
        }
      ).picture
  }
}

/// A square of a sheet.
private struct EvidenceTile {
  static let orange = SignedColourScale.inFavour
  static let blue = SignedColourScale.against
  private static let background: UInt8 = 240
  /// A frame's width.
  private static let frame = 3

  private(set) var picture: Picture
  private let side: Int

  /// A square that holds patches enlarged by a whole number, so that pixels stay squares, and their frames.
  static func side(forPatches sides: [Int]) -> Int {
    let patch = max(sides.max() ?? 1, 1)
    return patch * max(1, (96 + patch / 2) / patch) + 2 * frame
  }

  init(side: Int) {
    self.side = side
    let grey = EvidenceTile.background
    picture = Picture(width: side, height: side, red: grey, green: grey, blue: grey)
  }

  /// A patch in its frame.
  init(side: Int, patch: EvidencePatch, frame colour: SIMD3<Float>) throws {
    self.init(side: side)
    let factor = max(1, (side - 2 * EvidenceTile.frame) / patch.side)
    let large = patch.side * factor
    let margin = (side - large) / 2
    paste(try patch.picture.resized(width: large, height: large, by: .nearest), x: margin, y: margin)
    outline(x: margin, y: margin, width: large, height: large, colour)
  }

  /// A picture with its patch's place.
  init(side: Int, _ entry: EvidenceSheet.Entry, frame colour: SIMD3<Float>) throws {
    self.init(side: side)
    let photograph = entry.photograph
    let scale = Double(side) / Double(max(photograph.width, photograph.height))
    func scaled(_ length: Int) -> Int { Int((Double(length) * scale).rounded()) }
    let (width, height) = (max(1, scaled(photograph.width)), max(1, scaled(photograph.height)))
    let (x, y) = ((side - width) / 2, (side - height) / 2)
    paste(try photograph.resized(width: width, height: height, by: .bilinear), x: x, y: y)
    outline(
      x: x + scaled(entry.patch.left), y: y + scaled(entry.patch.top), width: scaled(entry.patch.side),
      height: scaled(entry.patch.side), colour)
  }

  private mutating func paste(_ other: Picture, x left: Int, y top: Int) {
    for y in 0..<other.height {
      for x in 0..<other.width {
        for channel in 0..<3 {
          picture[x: left + x, y: top + y, channel: channel] = other[x: x, y: y, channel: channel]
        }
      }
    }
  }

  /// A frame round a rectangle, outside it and inside the tile.
  private mutating func outline(x left: Int, y top: Int, width: Int, height: Int, _ colour: SIMD3<Float>) {
    let frame = EvidenceTile.frame
    for y in max(0, top - frame)..<min(side, top + height + frame) {
      for x in max(0, left - frame)..<min(side, left + width + frame) {
        if (top..<top + height).contains(y), (left..<left + width).contains(x) { continue }
        for channel in 0..<3 { picture[x: x, y: y, channel: channel] = UInt8(colour[channel] * 255 + 0.5) }
      }
    }
  }
}
