/// Text from a file, kept to one short printable line so that it cannot disturb a terminal.
public func shown(_ text: String) -> String {
  let limit = 160
  let start = printable(String(text.unicodeScalars.prefix(limit)))
  return text.unicodeScalars.count > limit ? start + "…" : start
}

/// Text on one line: what would move the cursor, break the line or hide itself becomes a question mark.
public func printable(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      result += "?"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
