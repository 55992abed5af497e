import Foundation
import Probes

/// A report's numbers with those of parts that the document has no place for.
struct ReportNumbers: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  let document: ReportDocument
  /// By key.
  let further: [String: any Encodable & Sendable]

  func encode(to encoder: any Encoder) throws {
    try document.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    for (name, answers) in further { try container.encode(answers, forKey: Key(name)) }
  }

  /// With sorted keys and a line break at the end.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
