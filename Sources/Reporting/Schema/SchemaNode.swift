/// What a schema says of one value.
final class SchemaNode {
  enum Form {
    /// Nothing has been noted yet.
    case open
    /// A JSON type, with its least value where there is one.
    case plain(String, minimum: Int? = nil)
    /// One of these values.
    case oneOf([JSONValue])
    /// What the schema defines under this name.
    case reference(String)
    case list(SchemaNode)
    /// Texts under any keys.
    case texts
    case object
  }

  /// A key of an object.
  struct Field {
    let node: SchemaNode
    /// Nil where the key alone says it.
    var description: String?
  }

  var form = Form.open
  var isNullable = false
  /// Of an object, by key.
  var fields: [String: Field] = [:]
  /// The keys that are left out where there is nothing to say.
  var optional: Set<String> = []
  var about: String?

  /// As JSON Schema says it.
  func schema(description: String? = nil) -> JSONValue {
    var keywords = self.keywords
    if let text = description ?? about { keywords["description"] = .text(text) }
    return .object(keywords)
  }

  private var keywords: [String: JSONValue] {
    switch form {
    case .open: [:]
    case .plain(let type, let minimum):
      ["type": typed(type)].merging(minimum.map { ["minimum": .whole($0)] } ?? [:]) { own, _ in own }
    case .oneOf(let values): ["enum": .list(values + (isNullable ? [.null] : []))]
    case .reference(let name):
      isNullable
        ? ["oneOf": .list([.object(["type": .text("null")]), SchemaNode.reference(to: name)])]
        : ["$ref": .text("#/$defs/\(name)")]
    case .list(let item): ["type": typed("array"), "items": item.schema()]
    case .texts: ["type": typed("object"), "additionalProperties": .object(["type": .text("string")])]
    case .object:
      [
        "type": typed("object"),
        "properties": .object(fields.mapValues { $0.node.schema(description: $0.description) }),
        "required": .list(fields.keys.filter { !optional.contains($0) }.sorted().map(JSONValue.text)),
        "additionalProperties": .flag(false),
      ]
    }
  }

  private func typed(_ type: String) -> JSONValue {
    isNullable ? .list([.text(type), .text("null")]) : .text(type)
  }

  private static func reference(to name: String) -> JSONValue { .object(["$ref": .text("#/$defs/\(name)")]) }
}
