import Models
import Probes

extension [SkippedImage] {
  /// Lists on stderr what was left out and why.
  func report(quiet: Bool) {
    guard !isEmpty, !quiet else { return }
    Output.note("\(count) skipped:")
    for image in prefix(20) { Output.note("  \(image.image): \(image.reason)") }
    if count > 20 { Output.note("  … and \(count - 20) more (all with --json)") }
  }
}
