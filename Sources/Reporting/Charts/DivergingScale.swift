import Foundation

/// A signed colour scale: blue below zero, orange above, near white at zero. Blue and orange stay apart for
/// every common kind of colour blindness, and both ends are darker than the middle, so that size survives
/// in grey.
struct DivergingScale: Sendable {
  /// The value that gets the strongest colour; beyond it the colour stays.
  let limit: Double

  /// Steps on each side of zero: finer than the eye can tell apart, coarse enough to join equal neighbours.
  static let levels = 24

  init(limit: Double) { self.limit = limit.isFinite && limit > 0 ? limit : 1 }

  /// A scale for all of `values` together: its limit is the 99th percentile of their sizes, rounded up to
  /// two digits, so that a few extremes do not wash out the rest.
  init(values: [Float]) {
    let sizes = values.filter(\.isFinite).map { Double(abs($0)) }.sorted()
    guard let last = sizes.indices.last else {
      self.init(limit: 1)
      return
    }
    self.init(limit: DivergingScale.roundedUp(sizes[min(last, Int((0.99 * Double(last)).rounded(.up)))]))
  }

  /// The level of `value`, from −`levels` to `levels`; nil for values that are not numbers.
  func level(of value: Float) -> Int? {
    guard !value.isNaN else { return nil }
    return Int((max(-1, min(1, Double(value) / limit)) * Double(DivergingScale.levels)).rounded())
  }

  /// The colour of a level as `#rrggbb`.
  static func colour(level: Int) -> String {
    "#"
      + bytes(level: level).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
  }

  /// Whether white letters stand out from a level's colour more than black ones: where its relative luminance (WCAG
  /// 2.1) is so small that white has the greater contrast.
  static func isDark(level: Int) -> Bool {
    let linear = bytes(level: level).map { byte in
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05
  }

  /// Red, green and blue of a level, 0…255.
  private static func bytes(level: Int) -> [Int] {
    let share = Double(level) / Double(levels)
    let stops = share < 0 ? below : above
    let place = abs(share) * Double(stops.count - 1)
    let first = min(Int(place), stops.count - 2)
    let part = place - Double(first)
    return zip(stops[first], stops[first + 1]).map { Int(($0 + part * ($1 - $0)).rounded()) }
  }

  private static let above: [[Double]] = [[247, 247, 245], [243, 177, 106], [204, 104, 16], [128, 56, 0]]
  private static let below: [[Double]] = [
    [247, 247, 245], [135, 180, 220], [46, 112, 176], [14, 52, 104],
  ]

  private static func roundedUp(_ value: Double) -> Double {
    guard value > 0 else { return 1 }
    var unit = 1.0
    while value / unit >= 100 { unit *= 10 }
    while value / unit < 10 { unit /= 10 }
    return (value / unit).rounded(.up) * unit
  }
}
