import Tensors

/// Values below 0 and above 1 are cut off, and teach nothing.
struct ClipStep: AppearanceStep {
  func apply(_ colours: Tensor) -> Appearance {
    Appearance(colours: colours.map { min(max($0, 0), 1) }) { gradient in
      Appearance.combined(gradient, colours) { $1 >= 0 && $1 <= 1 ? $0 : 0 }
    }
  }
}
