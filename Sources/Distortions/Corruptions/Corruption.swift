import Tensors

/// A way in which pictures get worse, in five steps: one of the common corruptions of Hendrycks & Dietterich (2019,
/// 1903.12261), with the parameters of the published ImageNet-C.
///
/// They are applied to the picture as the network sees it, as the published pictures were made of crops of 224 pixels.
/// At that size all parameters are the published ones. At others, whatever is a length (a standard deviation, a radius,
/// a displacement) is multiplied by the shorter side over 224, and what is drawn at random (snow, frost, spatter, the bends
/// of the elastic transform, the grain of glass) is drawn for 224 pixels and resized, so that a picture looks as spoilt as it would at 224; the published
/// parameters for 32 and 64 pixels shrink in about this way. Strengths of noise, contrast, brightness and saturation,
/// factors of zoom, the share of pixels kept and the quality of JPEG are no lengths and stay.
///
/// Values are cut down to 8 bits, as the published code does. The published pictures were then saved as JPEG of quality
/// 85; these are not.
///
/// A new corruption is one file with a value of this type and one line in the catalogue.
public struct Corruption: Sendable {
  /// What a corruption imitates.
  public enum Family: String, Sendable, CaseIterable {
    case noise, blur, weather, digital
    /// One of the four that the mean corruption error leaves out.
    case extra
  }

  /// As commands, studies and the published folders call it: `gaussian_noise`.
  public let name: String
  /// As a figure calls it: `Gaussian noise`.
  public let title: String
  public let family: Family
  private let change: @Sendable (ColourPlanes, Int, inout SeededGenerator) throws -> ColourPlanes

  /// - Parameter change: from a picture, a severity in 1…5 and the picture's own random numbers to a picture of the
  ///   same size; values outside 0…1 are clipped afterwards.
  init(
    name: String, title: String, family: Family,
    change: @escaping @Sendable (ColourPlanes, Int, inout SeededGenerator) throws -> ColourPlanes
  ) {
    self.name = name
    self.title = title
    self.family = family
    self.change = change
  }

  /// How severe a corruption can be, the mildest first.
  public static let severities = Array(1...5)

  /// Every corruption, in the order in which they are asked and shown: the fifteen, then the four.
  public static let catalogue: [Corruption] = [
    .gaussianNoise, .shotNoise, .impulseNoise, .defocusBlur, .glassBlur, .motionBlur, .zoomBlur, .snow,
    .frost, .fog,
    .brightness, .contrast, .elasticTransform, .pixelate, .jpegCompression, .speckleNoise, .gaussianBlur,
    .spatter,
    .saturate,
  ]

  /// The fifteen over which the mean corruption error is taken.
  public static let benchmark = catalogue.filter { $0.family != .extra }

  /// The corruption of that name; nil when there is none.
  public static func named(_ name: String) -> Corruption? { catalogue.first { $0.name == name } }

  /// The picture `[3, height, width]` in 0…1, corrupted.
  ///
  /// - Parameters:
  ///   - severity: within 1…5.
  ///   - seed: of the whole run.
  ///   - name: of the picture. All that is random follows from `seed`, `name` and the corruption, so every network sees
  ///     the same picture, and the severities of one picture differ in nothing but severity.
  /// - Throws: `ImagingError` for a picture that JPEG cannot hold.
  public func corrupt(_ picture: Tensor, severity: Int, seed: UInt64, name: String) throws -> Tensor {
    precondition(Corruption.severities.contains(severity), "a severity is 1 to 5, not \(severity)")
    return try kind([severity]).distort(picture, to: Double(severity), seed: seed, name: name)
  }

  /// The corruption as a kind of distortion whose levels are severities.
  public func kind(_ severities: [Int] = Corruption.severities) -> DistortionKind {
    let change = self.change
    return DistortionKind(
      name: name, title: title, levelName: "severity", levels: severities.map(Double.init)
    ) { picture, level, generator in
      try change(ColourPlanes(picture), Int(level), &generator).tensor
    }
  }

  /// The picture as it is: the one condition with which errors under corruptions are compared.
  public static let clean = DistortionKind(name: "clean", title: "Clean", levelName: "severity", levels: [0])
  {
    picture, _, _ in picture
  }

  /// The sides of the pictures for which the parameters were published.
  public static let publishedSide = 224

  /// A length in pixels of a picture of 224, in pixels of this one.
  static func length(_ published: Double, in picture: ColourPlanes) -> Double {
    published * Double(min(picture.height, picture.width)) / Double(publishedSide)
  }

  /// A length that counts whole pixels: at least one.
  static func wholeLength(_ published: Int, in picture: ColourPlanes) -> Int {
    max(1, Int(length(Double(published), in: picture).rounded()))
  }

  /// A layer drawn for a picture whose shorter side is 224, in the picture's own size.
  static func layer(
    over picture: ColourPlanes, _ draw: (_ height: Int, _ width: Int) throws -> Plane
  ) rethrows -> Plane {
    try draw(drawnLength(picture.height, in: picture), drawnLength(picture.width, in: picture))
      .resized(height: picture.height, width: picture.width)
  }

  /// A side of the picture when its shorter side is made 224.
  static func drawnLength(_ side: Int, in picture: ColourPlanes) -> Int {
    max(1, Int((Double(side * publishedSide) / Double(min(picture.height, picture.width))).rounded()))
  }
}

extension Corruption: Hashable {
  public static func == (left: Corruption, right: Corruption) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
