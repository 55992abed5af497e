import Models

/// What a program is told of one answer: the same object in a command's `--json` and in report.json, whose schema is made
/// from these types.
///
/// Properties become keys in snake_case, every structure within one is a document too, and numbers are finite or null.
package protocol AnswerDocument: Codable, Sendable {
  /// What the schema calls the type.
  static var definition: String { get }
  /// What the schema says of the whole; nil where the name says it.
  static var about: String? { get }
  /// What the schema says of single keys, by the property's name.
  static var fields: [String: String] { get }
}

extension AnswerDocument {
  /// `distorted_kind` for `DistortedDocument.Kind`.
  package static var definition: String {
    String(reflecting: Self.self).split(separator: ".").dropFirst()
      .map { DocumentKey.snakeCase($0.replacing(/Document$/, with: "")) }.joined(separator: "_")
  }

  package static var about: String? { nil }
  package static var fields: [String: String] { [:] }
}

/// How a property's name becomes a key.
package enum DocumentKey {
  /// `top1_interval` for `top1Interval`, as `JSONEncoder` has it for names without runs of capitals.
  package static func snakeCase(_ name: some StringProtocol) -> String {
    name.enumerated().reduce(into: "") { key, next in
      if next.element.isUppercase, next.offset > 0 { key.append("_") }
      key += next.element.lowercased()
    }
  }
}

/// A value that the schema defines once under a name of its own, such as a share.
package protocol DefinedValue: Codable, Sendable {
  static var definition: String { get }
  /// Any value of the type.
  static var example: Self { get }
}

extension SkippedImage: AnswerDocument {}
