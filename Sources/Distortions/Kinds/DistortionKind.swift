import Tensors

/// A way to spoil pictures by degrees, for asking how much of it a network stands.
///
/// A new kind is one file with a value of this type and one line in the catalogue.
public struct DistortionKind: Sendable {
  /// As commands and studies call it: `low-pass`.
  public let name: String
  /// As a figure calls it: `Low-pass filter`.
  public let title: String
  /// What a level is, with its unit: `standard deviation, pixels`.
  public let levelName: String
  /// The published levels, the weakest first; the first leaves everything but colour and a fixed contrast as it is.
  public let levels: [Double]
  /// Whether every level is of a picture made grey; otherwise it keeps its colours at first.
  public let startsGrey: Bool
  /// How a level is written where it is measured in other units than it is stored in.
  private let levelScale: Double
  private let change: @Sendable (Tensor, Double, inout SeededGenerator) throws -> Tensor

  /// - Parameters:
  ///   - levelScale: a level times this is what is shown: 100 for a share that is shown in per cent.
  ///   - startsGrey: whether `change` makes the picture grey at every level.
  ///   - change: from a picture `[3, height, width]` in 0…1, a level and the picture's own random numbers to a
  ///     picture of the same shape in 0…1.
  init(
    name: String, title: String, levelName: String, levels: [Double], levelScale: Double = 1,
    startsGrey: Bool = true,
    change: @escaping @Sendable (Tensor, Double, inout SeededGenerator) throws -> Tensor
  ) {
    self.name = name
    self.title = title
    self.levelName = levelName
    self.levels = levels
    self.levelScale = levelScale
    self.startsGrey = startsGrey
    self.change = change
  }

  /// Every kind there is, in the order in which they are asked and shown.
  public static let catalogue: [DistortionKind] = [
    .noise, .lowPass, .contrast, .saltAndPepper, .highPass, .phaseNoise, .rotation, .greyscale,
    .opponentColours,
  ]

  /// The three on which networks trained for shape and for texture are compared most, asked about unless others are.
  public static let usual: [DistortionKind] = [.noise, .lowPass, .contrast]

  /// The kind of that name; nil when there is none.
  public static func named(_ name: String) -> DistortionKind? { catalogue.first { $0.name == name } }

  /// The picture `[3, height, width]` in 0…1, distorted to `level`.
  ///
  /// - Parameters:
  ///   - seed: of the whole run.
  ///   - name: of the picture. All that is random follows from `seed`, `name` and the kind, so every network sees the
  ///     same picture, whatever was asked before, in whatever batches.
  /// - Throws: `ImagingError` for a picture that a kind which saves it cannot save; the kinds of `catalogue` never do.
  public func distort(_ picture: Tensor, to level: Double, seed: UInt64, name: String) throws -> Tensor {
    precondition(
      picture.shape.rank == 3 && picture.shape[0] == 3,
      "a picture is [3, height, width], not \(picture.shape)")
    var generator = SeededGenerator(seed: seed, named: "\(self.name)/\(name)")
    return try change(picture, level, &generator)
  }

  /// A level as a figure's axis shows it, without needless zeros.
  public func label(of level: Double) -> String { DistortionKind.text(of: level * levelScale) }

  /// A number in at most six digits after the point, without needless zeros.
  static func text(of value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
  }
}

extension DistortionKind: Hashable {
  public static func == (left: DistortionKind, right: DistortionKind) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
