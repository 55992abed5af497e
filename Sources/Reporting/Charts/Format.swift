import Foundation
import Probes

/// How numbers and dates are written; the same everywhere, whatever the machine's language.
enum Format {
  /// What stands where there is no number.
  static let none = "–"

  /// `0.8243` as `82.4 %`.
  static func percent(_ fraction: Double?, digits: Int = 1) -> String {
    guard let fraction, fraction.isFinite else { return none }
    return fixed(100 * fraction, digits: digits) + "\u{202F}%"
  }

  /// A value as an axis of that name shows it: an axis in per cent shows fractions.
  static func onAxis(named name: String, _ value: Double) -> String {
    name.hasSuffix("%") ? percent(value) : precise(value, digits: 4)
  }

  /// `k` of `n` as a percentage.
  static func percent(_ count: Int, of total: Int) -> String {
    percent(total == 0 ? nil : Double(count) / Double(total))
  }

  /// The ends of an interval, as `78.9–85.5 %`.
  static func interval(_ interval: WilsonInterval?) -> String {
    guard let interval else { return none }
    return fixed(100 * interval.lower, digits: 1) + "–" + percent(interval.upper)
  }

  /// The ends of an interval of fractions, as `78.9–85.5 %`.
  static func interval(percent interval: ClosedRange<Double>?) -> String {
    guard let interval else { return none }
    return fixed(100 * interval.lowerBound, digits: 1) + "–" + percent(interval.upperBound)
  }

  /// The ends of an interval, as `0.312…0.351`.
  static func interval(_ interval: ClosedRange<Double>?, digits: Int = 3) -> String {
    guard let interval else { return none }
    return fixed(interval.lowerBound, digits: digits) + "…" + fixed(interval.upperBound, digits: digits)
  }

  /// A number with a fixed count of digits after the point.
  static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : (value < 0 ? "−∞" : "∞") }
    let text = String(format: "%.\(digits)f", abs(value))
    let isZero = !text.contains { $0 != "0" && $0 != "." }
    return value < 0 && !isZero ? "−" + text : text
  }

  /// A number with its sign; zero has none.
  static func signed(_ value: Double, digits: Int) -> String {
    let text = fixed(value, digits: digits)
    return value > 0 && text.contains { $0 != "0" && $0 != "." } ? "+" + text : text
  }

  /// A number to a few significant digits, for comparing two that should agree; very small and very large
  /// ones as `1.01 × 10⁻⁶`.
  static func precise(_ value: Double, digits: Int = 6) -> String {
    guard value.isFinite else { return fixed(value, digits: 0) }
    let parts = String(format: "%.\(digits)g", abs(value)).split(separator: "e")
    var text = parts.first.map(String.init) ?? "0"
    if parts.count == 2, let exponent = Int(parts[1]) {
      text += " × \(powerOfTen(exponent))"
    }
    return value < 0 ? "−" + text : text
  }

  /// A change's length where pixels are 0…1, as people write it: in 255ths where it is a whole number of them, or of
  /// their halves.
  static func length(_ length: Double) -> String {
    let steps = length * 255
    guard abs(2 * steps - (2 * steps).rounded()) < 1e-6, steps > 0.4, steps < 128 else {
      return precise(length, digits: 3)
    }
    return "\(precise(steps, digits: 4))/255"
  }

  /// `10⁻⁶`.
  static func powerOfTen(_ exponent: Int) -> String {
    let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return "10" + (exponent < 0 ? "⁻" : "")
      + String(exponent.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] }.joined()
  }

  /// A whole number in groups of three digits.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += "," }
      grouped.append(digit)
    }
    return (value < 0 ? "−" : "") + grouped
  }

  /// A count with its noun: `1 picture`, `500 pictures`.
  static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? singular : plural ?? singular + "s")"
  }

  /// A duration in seconds as `12.3 s`, `4 min 05 s` or `2 h 03 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return none }
    if seconds < 59.95 { return fixed(seconds, digits: 1) + " s" }
    let whole = Int(seconds.rounded())
    let padded = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
    return whole < 3600
      ? "\(whole / 60) min \(padded(whole % 60)) s" : "\(whole / 3600) h \(padded(whole / 60 % 60)) min"
  }

  /// A moment in universal time, as `2025-11-23 10:41:07 UTC`.
  static func moment(_ date: Date) -> String {
    iso(date).replacing("T", with: "\u{A0}").replacing("Z", with: "\u{A0}UTC")
  }

  /// A moment in universal time, as `2025-11-23T10:41:07Z`.
  static func iso(_ date: Date) -> String { date.formatted(.iso8601) }

  /// A coordinate of a drawing: at most two digits after the point.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e7 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let sign = hundredths < 0 ? "-" : ""
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(sign)\(whole)" }
    return rest.isMultiple(of: 10)
      ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}
