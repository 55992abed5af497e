/// The numbers that attributions depend on.
public struct AttributionSettings: Hashable, Sendable {
  /// SmoothGrad: noisy copies of the picture.
  public var noisyCopies = 50
  /// SmoothGrad: the noise's standard deviation over the range of the picture's values; the paper finds 0.1 to 0.2 good.
  public var noise: Float = 0.15
  /// Integrated gradients: places on the way, in the middles of equal stretches.
  public var integrationSteps = 50
  /// ε-LRP: what a sum is moved away from zero by, in units of that sum.
  public var epsilon: Float = 1e-4
  /// Occlusion: the square's side and the distance between squares, in pixels.
  public var occluderSide = 16
  public var occluderStride = 8
  /// Decides SmoothGrad's noise, with the picture's name.
  public var seed: UInt64 = 0
  /// Pictures the network sees at once.
  public var batchSize = 16

  public init() {}

  /// - Throws: `ProbeError.attributionSettings` when a number is out of its range.
  func check() throws {
    func require(_ holds: Bool, _ what: String, _ found: String) throws {
      guard holds else { throw ProbeError.attributionSettings(expected: what, found: found) }
    }
    try require(noisyCopies >= 1, "at least one noisy copy", "\(noisyCopies)")
    try require(noise.isFinite && noise >= 0, "noise of at least 0", "\(noise)")
    try require(integrationSteps >= 1, "at least one integration step", "\(integrationSteps)")
    try require(epsilon.isFinite && epsilon >= 0, "an ε of at least 0", "\(epsilon)")
    guard batchSize >= 1 else { throw ProbeError.batchSize(found: batchSize) }
  }
}
