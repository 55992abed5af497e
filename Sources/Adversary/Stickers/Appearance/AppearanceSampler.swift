import Tensors

/// How a sticker may look when it is printed, lit and photographed; one look is drawn for each picture. Everything
/// concerns the sticker alone, so that the rest of the picture stays as it is and exact windows hold.
public struct AppearanceSampler: Hashable, Sendable, Codable {
  /// Added to every value.
  public var brightness: ClosedRange<Double>
  /// The factor on the distance from mid-grey.
  public var contrast: ClosedRange<Double>
  /// The exponent of every value.
  public var gamma: ClosedRange<Double>
  /// The standard deviation of a Gaussian blur, in the sticker's own pixels.
  public var blur: ClosedRange<Double>
  /// The standard deviation of Gaussian noise.
  public var noise: ClosedRange<Double>
  /// JPEG's quality; nil for none.
  public var quality: ClosedRange<Int>?

  /// Leaves the sticker as it is unless told otherwise.
  public init(
    brightness: ClosedRange<Double> = 0...0, contrast: ClosedRange<Double> = 1...1,
    gamma: ClosedRange<Double> = 1...1, blur: ClosedRange<Double> = 0...0, noise: ClosedRange<Double> = 0...0,
    quality: ClosedRange<Int>? = nil
  ) {
    self.brightness = brightness
    self.contrast = contrast
    self.gamma = gamma
    self.blur = blur
    self.noise = noise
    self.quality = quality
  }

  /// Whether every sticker stays as it is.
  public var isIdentity: Bool { self == AppearanceSampler() }

  /// - Throws: `AdversaryError.setting` for the first range that cannot be.
  func validate() throws {
    func require(_ range: ClosedRange<Double>, in allowed: ClosedRange<Double>, _ name: String) throws {
      try requireSetting(
        range.lowerBound >= allowed.lowerBound && range.upperBound <= allowed.upperBound, name,
        "numbers in \(allowed.lowerBound)…\(allowed.upperBound)", "\(range.lowerBound)…\(range.upperBound)")
    }
    try require(brightness, in: -1...1, "brightness")
    try require(contrast, in: 0...10, "contrast")
    try require(gamma, in: 0.1...10, "gamma")
    try require(blur, in: 0...100, "blur")
    try require(noise, in: 0...1, "noise")
    if let quality {
      try requireSetting(
        quality.lowerBound >= 1 && quality.upperBound <= 100, "JPEG quality", "numbers in 1…100",
        "\(quality.lowerBound)…\(quality.upperBound)")
    }
  }

  /// Draws one look.
  ///
  /// - Parameter side: of the sticker, in its own pixels.
  func steps(side: Int, using generator: inout some RandomNumberGenerator) -> [any AppearanceStep] {
    func drawn(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double(generator.uniform())
    }
    // Every range is drawn from, wanted or not, so that widening one leaves the others' numbers alone.
    let light = LightStep(
      brightness: Float(drawn(brightness)), contrast: Float(drawn(contrast)), gamma: Float(drawn(gamma)))
    let (deviation, grain, share) = (drawn(blur), drawn(noise), drawn(0...1))
    guard !isIdentity else { return [] }
    var steps: [any AppearanceStep] = [light, ClipStep()]
    if deviation > 0 { steps.append(BlurStep(standardDeviation: deviation)) }
    if grain > 0 {
      steps += [NoiseStep(standardDeviation: Float(grain), side: side, using: &generator), ClipStep()]
    }
    if let quality {
      let count = Double(quality.upperBound - quality.lowerBound + 1)
      let drawn = min(quality.lowerBound + Int(share * count), quality.upperBound)
      steps += [CompressionStep(quality: drawn), ClipStep()]
    }
    return steps
  }
}

extension [any AppearanceStep] {
  /// All changes one after another, with the pullback through all.
  func apply(_ colours: Tensor) -> Appearance {
    var shown = colours
    var pullbacks: [@Sendable (Tensor) -> Tensor] = []
    for step in self {
      let changed = step.apply(shown)
      shown = changed.colours
      pullbacks.append(changed.pullback)
    }
    let ways = pullbacks
    return Appearance(colours: shown) { gradient in
      ways.reversed().reduce(gradient) { $1($0) }
    }
  }
}
