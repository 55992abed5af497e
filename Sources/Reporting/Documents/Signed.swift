import Probes

/// A whole number that nothing keeps from being negative: a place before the first pixel, or what a study of other hands
/// says.
struct Signed: DefinedValue {
  static var definition: String { "signed" }
  static var example: Signed { Signed(0) }

  private let value: Int

  init(_ value: Int) { self.value = value }

  init(from decoder: any Decoder) throws { value = try Int(from: decoder) }

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
