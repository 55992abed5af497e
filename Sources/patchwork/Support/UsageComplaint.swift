/// What is wrong with a command line, in one line: what was found, what the option is for, and where to look.
///
/// Made from the argument parser's own text of several lines, whose second and last say the latter two.
struct UsageComplaint {
  let line: String

  /// - Parameters:
  ///   - message: what the parser says is wrong.
  ///   - fullMessage: the same with the option's help and the command's usage below it.
  init(message: String, fullMessage: String) {
    let lines = fullMessage.split(separator: "\n")
    // Many values stand one to a line: "Please provide one of the following:\n  - a\n  - b".
    var text = message.replacing(":\n  - ", with: ": ").replacing("\n  - ", with: ", ")
    if text.hasSuffix(".") { text.removeLast() }
    // "Help:  --limit <limit>  Take only the first N images in sorted order."
    let help = lines.first { $0.hasPrefix("Help:  ") }?.dropFirst("Help:  ".count)
    var abstract = help?.split(separator: ">  ", maxSplits: 1).last ?? ""
    if abstract.hasSuffix(".") { abstract.removeLast() }
    // "  See 'patchwork evaluate --help' for more information."
    let place = lines.last { $0.hasPrefix("  See '") }?.split(separator: "'").dropFirst().first
    line =
      text + (abstract.isEmpty ? "" : " (\(abstract))") + "; see '\(place ?? "patchwork --help")'"
  }
}
