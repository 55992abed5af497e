/// A value that JSON shows as null when there is none, instead of leaving its key out; so is a number that is not finite.
package struct Nullable<Value: Encodable>: Encodable {
  package let value: Value?

  package init(_ value: Value?) { self.value = value }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value, (value as? any FloatingPoint)?.isFinite ?? true {
      try container.encode(value)
    } else {
      try container.encodeNil()
    }
  }
}

extension Nullable: Decodable where Value: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? nil : try container.decode(Value.self)
  }
}

extension Nullable: Sendable where Value: Sendable {}
