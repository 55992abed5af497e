import Foundation

@testable import Reporting

/// Reads any JSON, telling whole numbers, others and truth values apart.
extension JSONValue: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let whole = try? container.decode(Int.self) {
      self = .whole(whole)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  subscript(key: String) -> JSONValue? {
    if case .object(let fields) = self { fields[key] } else { nil }
  }

  var number: Double? {
    switch self {
    case .whole(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// As JSON Schema compares: by value.
  func isEqual(to other: JSONValue) -> Bool {
    switch (self, other) {
    case (.null, .null): true
    case (.flag(let one), .flag(let two)): one == two
    case (.text(let one), .text(let two)): one == two
    default: number != nil && number == other.number
    }
  }
}

/// The part of JSON Schema (draft 2020-12) that the report's schema uses. A keyword that is not known is an error, not
/// passed over.
struct JSONSchema {
  enum Failure: Error {
    case unknownKeyword(String)
    case malformed(String)
  }

  private static let annotations: Set = ["$schema", "$defs", "title", "description"]
  let root: JSONValue

  init(contentsOf path: String) throws {
    root = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// What is wrong with a document, and which properties of the schema it has: `sticker.area`.
  struct Findings {
    var complaints: [String] = []
    var properties: Set<String> = []
  }

  func check(_ document: JSONValue) throws -> Findings {
    var findings = Findings()
    try check(document, root, at: "$", named: "$", &findings)
    return findings
  }

  /// Every property that the schema names, as `Findings` names them.
  func properties() -> Set<String> {
    var names: Set<String> = []
    func walk(_ schema: JSONValue, _ name: String) {
      guard case .object(let fields) = schema else { return }
      if case .object(let properties)? = fields["properties"] {
        for (key, own) in properties {
          names.insert("\(name).\(key)")
          walk(own, "\(name).\(key)")
        }
      }
      if let items = fields["items"] { walk(items, name) }
      for key in ["oneOf", "anyOf"] {
        if case .list(let choices)? = fields[key] { for choice in choices { walk(choice, name) } }
      }
    }
    walk(root, "$")
    if case .object(let definitions)? = root["$defs"] {
      for (name, own) in definitions { walk(own, name) }
    }
    return names
  }

  /// Every object that the schema describes and that may have keys which it does not name.
  func openObjects() -> [String] {
    var open: [String] = []
    func walk(_ schema: JSONValue, _ path: String) {
      switch schema {
      case .object(let fields):
        if fields["properties"] != nil, fields["additionalProperties"]?.isEqual(to: .flag(false)) != true {
          open.append(path)
        }
        for (key, value) in fields { walk(value, "\(path)/\(key)") }
      case .list(let values): for (place, value) in values.enumerated() { walk(value, "\(path)/\(place)") }
      default: break
      }
    }
    walk(root, "#")
    return open
  }

  private func check(
    _ value: JSONValue, _ schema: JSONValue, at path: String, named name: String, _ findings: inout Findings
  ) throws {
    guard case .object(let keywords) = schema else { throw Failure.malformed(path) }
    for (keyword, condition) in keywords.sorted(by: { $0.key < $1.key })
    where !JSONSchema.annotations.contains(keyword) {
      switch (keyword, condition) {
      case ("$ref", .text(let reference)):
        let target = String(reference.dropFirst("#/$defs/".count))
        guard reference.hasPrefix("#/$defs/"), let own = root["$defs"]?[target] else {
          throw Failure.malformed(reference)
        }
        try check(value, own, at: path, named: target, &findings)
      case ("type", .text(let type)):
        if !value.is(type) { findings.complaints.append("\(path): is no \(type)") }
      case ("type", .list(let types)):
        let isOne = types.contains { if case .text(let type) = $0 { value.is(type) } else { false } }
        if !isOne { findings.complaints.append("\(path): is of none of the types") }
      case ("const", _):
        if !value.isEqual(to: condition) { findings.complaints.append("\(path): is not \(condition)") }
      case ("enum", .list(let values)):
        if !values.contains(where: value.isEqual) {
          findings.complaints.append("\(path): is none of \(values)")
        }
      case ("minimum", _), ("maximum", _), ("exclusiveMinimum", _):
        guard let limit = condition.number else { throw Failure.malformed(path) }
        guard let number = value.number else { continue }
        let holds =
          keyword == "minimum" ? number >= limit : keyword == "maximum" ? number <= limit : number > limit
        if !holds { findings.complaints.append("\(path): \(number) breaks \(keyword) \(limit)") }
      case ("minItems", .whole(let limit)):
        if case .list(let items) = value, items.count < limit {
          findings.complaints.append("\(path): has fewer than \(limit) items")
        }
      case ("maxItems", .whole(let limit)):
        if case .list(let items) = value, items.count > limit {
          findings.complaints.append("\(path): has more than \(limit) items")
        }
      case ("items", _):
        guard case .list(let items) = value else { continue }
        for (place, item) in items.enumerated() {
          try check(item, condition, at: "\(path)[\(place)]", named: name, &findings)
        }
      case ("required", .list(let keys)):
        guard case .object(let fields) = value else { continue }
        for case .text(let key) in keys where fields[key] == nil {
          findings.complaints.append("\(path): lacks \(key)")
        }
      case ("properties", .object(let known)):
        guard case .object(let fields) = value else { continue }
        for (key, own) in known {
          guard let field = fields[key] else { continue }
          findings.properties.insert("\(name).\(key)")
          try check(field, own, at: "\(path).\(key)", named: "\(name).\(key)", &findings)
        }
      case ("additionalProperties", _):
        guard case .object(let fields) = value else { continue }
        var known: Set<String> = []
        if case .object(let properties)? = keywords["properties"] { known = Set(properties.keys) }
        for (key, field) in fields where !known.contains(key) {
          if case .flag(let allowed) = condition {
            if !allowed { findings.complaints.append("\(path): has \(key), which it must not") }
          } else {
            try check(field, condition, at: "\(path).\(key)", named: "\(name).*", &findings)
          }
        }
      case ("oneOf", .list(let choices)), ("anyOf", .list(let choices)):
        let all = try choices.map { choice in
          var own = Findings()
          try check(value, choice, at: path, named: name, &own)
          return own
        }
        let fitting = all.filter(\.complaints.isEmpty)
        if fitting.isEmpty || keyword == "oneOf" && fitting.count > 1 {
          findings.complaints.append("\(path): fits \(fitting.count) of \(choices.count) choices")
          findings.complaints += all.max { $0.properties.count < $1.properties.count }?.complaints ?? []
        }
        for own in fitting { findings.properties.formUnion(own.properties) }
      default: throw Failure.unknownKeyword("\(path): \(keyword)")
      }
    }
  }
}

extension JSONValue {
  fileprivate func `is`(_ type: String) -> Bool {
    switch (type, self) {
    case ("null", .null), ("boolean", .flag), ("string", .text), ("array", .list), ("object", .object): true
    case ("integer", .whole), ("number", .whole), ("number", .number): true
    case ("integer", .number(let value)): value == value.rounded()
    default: false
    }
  }
}
