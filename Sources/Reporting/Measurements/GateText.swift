import Probes

/// A gate's left side, taken apart:
///
///     gate        = [ kind [ "[" terms "]" ] "." ] observer "." measure [ "[" terms "]" ] comparison limit
///     terms       = term { "," term }
///     comparison  = ">" | ">=" | "<" | "<="
///     limit       = number [ "%" ]
///
/// Any part may be quoted, `"…"`, and is where it holds a point, a bracket, a comma or a quotation mark; two quotation
/// marks within quotes stand for one. Points within brackets do not divide.
struct GateText: Hashable, Sendable {
  /// A word with what stands in brackets behind it.
  struct Part: Hashable, Sendable {
    var word = ""
    var terms: [String]?
  }

  let parts: [Part]

  /// Nil where quotes or brackets do not close.
  init?(_ text: some StringProtocol) {
    var parts = [Part()]
    var term = ""
    var isInBrackets = false
    var isQuoted = false
    var rest = text[...]
    func closed(_ term: String) -> String { term.trimmingSpaces }
    while let character = rest.popFirst() {
      if isQuoted {
        if character == "\"" {
          if rest.first == "\"" {
            rest.removeFirst()
            term.append("\"")
          } else {
            isQuoted = false
          }
        } else {
          term.append(character)
        }
        continue
      }
      switch character {
      case "\"": isQuoted = true
      case "[" where !isInBrackets:
        parts[parts.count - 1].word += closed(term)
        parts[parts.count - 1].terms = []
        term = ""
        isInBrackets = true
      case "]" where isInBrackets:
        if !term.isEmpty { parts[parts.count - 1].terms?.append(closed(term)) }
        term = ""
        isInBrackets = false
      case "," where isInBrackets:
        parts[parts.count - 1].terms?.append(closed(term))
        term = ""
      case "." where !isInBrackets:
        parts[parts.count - 1].word += closed(term)
        parts.append(Part())
        term = ""
      default: term.append(character)
      }
    }
    guard !isQuoted, !isInBrackets else { return nil }
    parts[parts.count - 1].word += closed(term)
    self.parts = parts
  }

  /// A part as it is written: in quotes where it must be.
  static func quoted(_ part: String) -> String {
    let isPlain = !part.isEmpty && part == part.trimmingSpaces && !part.contains { ".[],\"<>=".contains($0) }
    return isPlain ? part : "\"\(part.replacing("\"", with: "\"\""))\""
  }
}

extension String {
  /// Without spaces at either end.
  var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
