import Tensors

/// Independent Gaussian noise on every value, drawn beforehand so that it can be had again.
struct NoiseStep: AppearanceStep {
  /// `[3, side, side]`
  let noise: Tensor

  init(standardDeviation: Float, side: Int, using generator: inout some RandomNumberGenerator) {
    noise = Tensor(normal: standardDeviation, shape: [3, side, side], using: &generator)
  }

  func apply(_ colours: Tensor) -> Appearance {
    Appearance(colours: Appearance.combined(colours, noise) { $0 + $1 }) { $0 }
  }
}
