/// How resizing makes a pixel out of its neighbours; each as Pillow does it.
public enum Interpolation: String, Sendable, Hashable, Codable, CaseIterable {
  /// A triangle over the two nearest pixels, wider when shrinking.
  case bilinear
  /// Keys' cubic with a = −0.5 over the four nearest pixels, wider when shrinking.
  case bicubic
  /// The one pixel under the centre.
  case nearest
  /// The mean of the pixels that the new one covers.
  case box

  /// How far the kernel reaches, in pixels, when not shrinking.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    case .nearest, .box: 0.5
    }
  }

  /// The kernel's height at `distance` pixels from its centre.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear:
      return x < 1 ? 1 - x : 0
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    case .nearest:
      return x < 0.5 ? 1 : 0
    case .box:
      // Of two pixels whose edges meet at the centre, the one before it.
      return distance > -0.5 && distance <= 0.5 ? 1 : 0
    }
  }
}
