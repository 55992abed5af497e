import Foundation
import Testing

/// The JSON that a command printed, with its text, so that the order of keys can be looked at too.
struct JSONDocument {
  let text: String
  let root: [String: Any]

  /// - Throws: when the text is not exactly one JSON object.
  init(_ text: String) throws {
    self.text = text
    root = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "not an object: \(text)")
  }

  subscript(key: String) -> Any? { root[key] }

  /// The objects of a list.
  func list(_ key: String) throws -> [[String: Any]] {
    try #require(root[key] as? [[String: Any]], "no list of objects “\(key)” in \(text)")
  }

  func number(_ key: String) throws -> Double { try root.number(key) }

  /// Every key at any depth, in the order of the text.
  var keysInOrder: [[String]] {
    // The printer puts one member a line and indents by two spaces a level.
    var open: [(indent: Int, keys: [String])] = []
    var groups: [[String]] = []
    for line in text.split(separator: "\n") {
      let indent = line.prefix { $0 == " " }.count
      while let last = open.last, last.indent > indent { groups.append(open.removeLast().keys) }
      let body = line.dropFirst(indent)
      guard body.hasPrefix("\""), let end = body.range(of: "\" : ") else { continue }
      let key = String(body[body.index(after: body.startIndex)..<end.lowerBound])
      if open.last?.indent == indent {
        open[open.count - 1].keys.append(key)
      } else {
        open.append((indent, [key]))
      }
    }
    return groups + open.map(\.keys)
  }

  /// Expects sorted snake_case keys at every depth, and that the text is the document and a line's end.
  func expectWellKept(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(text.hasPrefix("{\n") && text.hasSuffix("}\n"), sourceLocation: sourceLocation)
    #expect(!keysInOrder.isEmpty, "no keys found in \(text)", sourceLocation: sourceLocation)
    for keys in keysInOrder {
      #expect(keys == keys.sorted(), sourceLocation: sourceLocation)
      for key in keys {
        #expect(
          key.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil, "key “\(key)”",
          sourceLocation: sourceLocation)
      }
    }
  }
}

extension [String: Any] {
  func number(_ key: String) throws -> Double {
    try #require(self[key] as? NSNumber, "no number “\(key)” in \(self)").doubleValue
  }

  func integer(_ key: String) throws -> Int {
    let value = try number(key)
    return try #require(Int(exactly: value), "“\(key)” is \(value), no whole number")
  }

  func text(_ key: String) throws -> String {
    try #require(self[key] as? String, "no text “\(key)” in \(self)")
  }

  func list(_ key: String) throws -> [[String: Any]] {
    try #require(self[key] as? [[String: Any]], "no list of objects “\(key)” in \(self)")
  }

  /// Whether the key is there with null for its value.
  func isNull(_ key: String) -> Bool { self[key] is NSNull }
}
