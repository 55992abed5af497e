/// A share in 0…1; null where nothing was counted.
package struct Share: DefinedValue {
  package static var definition: String { "fraction" }
  package static var example: Share { Share(0.5) }

  package let value: Double?

  package init(_ value: Double?) { self.value = value }

  package init(_ part: Int, of whole: Int) { value = whole == 0 ? nil : Double(part) / Double(whole) }

  package init(from decoder: any Decoder) throws { value = try Nullable(from: decoder).value }

  package func encode(to encoder: any Encoder) throws { try Nullable(value).encode(to: encoder) }
}

/// The ends of a 95 % interval, the lower first; null where none is known.
package struct Interval: DefinedValue {
  package static var definition: String { "interval" }
  package static var example: Interval { Interval(0...1) }

  private let ends: [Nullable<Double>]?

  package init(_ range: ClosedRange<Double>?) {
    ends = range.map { [Nullable($0.lowerBound), Nullable($0.upperBound)] }
  }

  package init(_ interval: WilsonInterval?) { self.init(interval.map { $0.lower...$0.upper }) }

  package init(from decoder: any Decoder) throws {
    ends = try Nullable<[Nullable<Double>]>(from: decoder).value
  }

  package func encode(to encoder: any Encoder) throws { try Nullable(ends).encode(to: encoder) }
}

/// Why the share of that name is null; left out where it is not.
package enum ShareReason: String, Codable, CaseIterable, Sendable {
  case nothingCounted = "nothing was counted"
}

/// A counted share as documents have it: the share, its 95 % Wilson interval, and the reason where there is none.
package struct Proportion {
  package let share: Share
  package let interval: Interval
  package let reason: ShareReason?

  package init(_ part: Int, of whole: Int) {
    share = Share(part, of: whole)
    interval = Interval(WilsonInterval(successes: part, of: whole))
    reason = whole == 0 ? .nothingCounted : nil
  }
}
