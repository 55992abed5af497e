import Testing

@testable import patchwork

/// One line from the argument parser's several.
@Suite struct UsageComplaintTests {
  @Test func theOptionsHelpAndTheCommandsNameAreKept() {
    let message = "The value 'x' is invalid for '--limit <limit>'"
    let full = """
      Error: \(message)
      Help:  --limit <limit>  Take only the first N images.
      Usage: patchwork evaluate [--limit <limit>]
        See 'patchwork evaluate --help' for more information.
      """
    #expect(
      UsageComplaint(message: message, fullMessage: full).line
        == message + " (Take only the first N images); see 'patchwork evaluate --help'")
  }

  @Test func manyValuesStandInOneLine() {
    let message =
      "The value 'x' is invalid for '--task <task>'. Please provide one of the following:\n  - a\n  - b"
    #expect(
      UsageComplaint(message: message, fullMessage: "Error: \(message)\nUsage: patchwork bench").line
        == "The value 'x' is invalid for '--task <task>'. Please provide one of the following: a, b; "
        + "see 'patchwork --help'")
  }
}
