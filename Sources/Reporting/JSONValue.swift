import Foundation

/// A JSON document whose every number is finite: what is not becomes null.
enum JSONValue: Encodable, Sendable {
  case null
  case flag(Bool)
  case whole(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  static func optional(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
  static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.text) ?? .null }
  static func optional(_ value: Int?) -> JSONValue { value.map(JSONValue.whole) ?? .null }

  /// fp32 as the shortest decimal that reads back to the same fp32.
  static func single(_ value: Float) -> JSONValue {
    .number(Double(value.description) ?? Double(value))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .whole(let value): try container.encode(value)
    case .number(let value) where value.isFinite: try container.encode(value)
    case .number: try container.encodeNil()
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  /// The document with sorted keys and a line break at its end.
  func document() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
