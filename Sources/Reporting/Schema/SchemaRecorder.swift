import Probes

/// Notes what a document's type looks like by letting it decode itself from nothing: every key that it asks for, with the
/// type it asks for, is a key of the schema.
final class SchemaRecorder {
  enum Failure: Error, Equatable {
    /// Two types are called the same in the schema.
    case sharedName(String)
    /// A description of a key that the type does not have.
    case unknownField(document: String, field: String)
    /// A type that the schema cannot tell.
    case unknownType(String)
  }

  private struct Known {
    let type: ObjectIdentifier
    let node: SchemaNode
    let example: Any
  }

  private var known: [String: Known] = [:]

  /// What a document looks like, without what it refers to.
  func record<Content: AnswerDocument>(_ document: Content.Type) throws -> SchemaNode {
    let node = SchemaNode()
    _ = try decode(document, into: node)
    return node
  }

  /// Every document that was met within another, by name.
  var definitions: [String: SchemaNode] { known.mapValues(\.node) }

  func value<Value: Decodable>(_ type: Value.Type, into node: SchemaNode) throws -> Value {
    if let defined = type as? any DefinedValue.Type {
      node.form = .reference(defined.definition)
      return try cast(defined.example)
    }
    if let choices = type as? any CaseIterable.Type, let first = try recordChoices(choices, into: node) {
      return try cast(first)
    }
    if let plain = try recordPlain(type, into: node) { return plain }
    if let document = type as? any AnswerDocument.Type {
      node.form = .reference(document.definition)
      return try cast(example(of: document))
    }
    return try Value(from: RecordingDecoder(node: node, recorder: self))
  }

  /// The document's own definition, recorded when it is first met.
  private func example<Content: AnswerDocument>(of document: Content.Type) throws -> Any {
    let name = document.definition
    if let earlier = known[name] {
      guard earlier.type == ObjectIdentifier(document) else { throw Failure.sharedName(name) }
      return earlier.example
    }
    let node = SchemaNode()
    let example = try decode(document, into: node)
    known[name] = Known(type: ObjectIdentifier(document), node: node, example: example)
    return example
  }

  private func decode<Content: AnswerDocument>(_ document: Content.Type, into node: SchemaNode) throws
    -> Content
  {
    let example = try Content(from: RecordingDecoder(node: node, recorder: self))
    node.about = document.about
    for (field, text) in document.fields {
      let key = DocumentKey.snakeCase(field)
      guard node.fields[key] != nil else {
        throw Failure.unknownField(document: document.definition, field: field)
      }
      node.fields[key]?.description = text
    }
    return example
  }

  /// The first of a type's values, all of which are texts or whole numbers; nil for other types.
  private func recordChoices<Choices: CaseIterable>(_ type: Choices.Type, into node: SchemaNode) throws
    -> Any?
  {
    let values = type.allCases.compactMap { choice -> JSONValue? in
      switch (choice as? any RawRepresentable)?.rawValue {
      case let text as String: .text(text)
      case let number as Int: .whole(number)
      default: nil
      }
    }
    guard let first = type.allCases.first, values.count == type.allCases.count else { return nil }
    node.form = .oneOf(values)
    return first
  }

  private func recordPlain<Value>(_ type: Value.Type, into node: SchemaNode) throws -> Value? {
    let (form, example): (SchemaNode.Form, Any)
    switch type {
    case is String.Type: (form, example) = (.plain("string"), "")
    case is Bool.Type: (form, example) = (.plain("boolean"), false)
    // Whole numbers in documents count something; what may be negative has a type of its own.
    case is Int.Type: (form, example) = (.plain("integer", minimum: 0), 0)
    case is Double.Type: (form, example) = (.plain("number"), 0.0)
    case is Float.Type: (form, example) = (.plain("number"), Float(0))
    case is [String: String].Type: (form, example) = (.texts, [String: String]())
    default: return nil
    }
    node.form = form
    return try cast(example)
  }

  private func cast<Value>(_ example: Any) throws -> Value {
    guard let value = example as? Value else { throw Failure.unknownType("\(Value.self)") }
    return value
  }
}
