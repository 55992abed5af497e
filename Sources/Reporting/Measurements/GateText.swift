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
    var term = Term()
    var isInBrackets = false
    var isQuoted = false
    var rest = text[...]
    while let character = rest.popFirst() {
      if isQuoted {
        if character != "\"" {
          term.text.append(character)
        } else if rest.first == "\"" {
          rest.removeFirst()
          term.text.append("\"")
        } else {
          isQuoted = false
        }
        continue
      }
      switch character {
      case "\"":
        isQuoted = true
        if !term.isLiteral { term = Term(text: term.read, isLiteral: true) }
      case "[" where !isInBrackets:
        parts[parts.count - 1].word = term.read
        parts[parts.count - 1].terms = []
        term = Term()
        isInBrackets = true
      case "]" where isInBrackets:
        if term.isLiteral || !term.read.isEmpty { parts[parts.count - 1].terms?.append(term.read) }
        term = Term()
        isInBrackets = false
      case "," where isInBrackets:
        parts[parts.count - 1].terms?.append(term.read)
        term = Term()
      case "." where !isInBrackets:
        if parts[parts.count - 1].terms == nil { parts[parts.count - 1].word = term.read }
        parts.append(Part())
        term = Term()
      case " " where term.isLiteral: break
      default: term.text.append(character)
      }
    }
    guard !isQuoted, !isInBrackets else { return nil }
    if parts[parts.count - 1].terms == nil { parts[parts.count - 1].word = term.read }
    self.parts = parts
  }

  /// A word while it is read.
  private struct Term {
    var text = ""
    /// Whether quotes stand around it: then spaces within count, and those around do not.
    var isLiteral = false
    var read: String { isLiteral ? text : text.trimmingSpaces }
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
