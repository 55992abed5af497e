import ArgumentParser

/// How large a sticker made for one picture may be.
enum PatchSize: Hashable {
  /// Pixels along its edge.
  case side(Int)
  case area(PictureShare)

  /// Pixels along its edge on pictures of `edge` × `edge` pixels.
  func side(on edge: Int) -> Int {
    switch self {
    case .side(let side): side
    case .area(let share): max(Int((share.value.squareRoot() * Double(edge)).rounded()), 1)
    }
  }
}

/// A share of a picture's pixels, above 0 and at most 1.
struct PictureShare: ExpressibleByArgument, Hashable {
  let value: Double

  init?(argument: String) {
    guard let value = Double(argument), value > 0, value <= 1 else { return nil }
    self.value = value
  }
}
