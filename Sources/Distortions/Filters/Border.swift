/// What a filter takes for the values beyond the ends of a line.
enum Border: Hashable, Sendable {
  /// One value everywhere outside.
  case constant(Double)
  /// The last value goes on: a a a | a b c d | d d d.
  case nearest
  /// Mirrored about the edge of the last value: c b a | a b c d | d c b.
  case reflect
  /// Mirrored about the middle of the last value: d c b | a b c d | c b a.
  case mirror

  /// The place within `0..<count` whose value stands at `place`; nil where the constant does.
  func place(_ place: Int, in count: Int) -> Int? {
    if (0..<count).contains(place) { return place }
    switch self {
    case .constant: return nil
    case .nearest: return min(max(place, 0), count - 1)
    case .reflect:
      let rest = Border.remainder(place, 2 * count)
      return rest < count ? rest : 2 * count - 1 - rest
    case .mirror:
      guard count > 1 else { return 0 }
      let rest = Border.remainder(place, 2 * count - 2)
      return rest < count ? rest : 2 * count - 2 - rest
    }
  }

  /// 0 ..< `divisor`, for negative numbers too.
  private static func remainder(_ value: Int, _ divisor: Int) -> Int {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
