import Models
import Probes

/// A share in per cent; a dash where there is nothing to share.
func percent(_ part: Int, of whole: Int) -> String {
  whole == 0 ? "–" : format("%.1f %%", 100 * Double(part) / Double(whole))
}

extension [SkippedImage] {
  /// Lists on stderr what was left out and why.
  func report(quiet: Bool) {
    guard !isEmpty, !quiet else { return }
    Output.note("\(count) skipped:")
    for image in prefix(20) { Output.note("  \(image.image): \(image.reason)") }
    if count > 20 { Output.note("  … and \(count - 20) more (all with --json)") }
  }
}

extension CorpusImages {
  /// Says on stderr which class folders the network does not know.
  func reportUnmatched(for card: ModelCard, quiet: Bool) {
    guard !unmatched.isEmpty, !quiet else { return }
    let names = unmatched.prefix(5).map(\.path).joined(separator: ", ")
    let rest = unmatched.count > 5 ? " and \(unmatched.count - 5) more" : ""
    Output.note(
      "\(card.name): left out \(unmatched.count) class folders it has no class for: \(names)\(rest)")
  }
}

extension LoadedModel {
  /// Pictures asked about at once: one where the card fixes no size, since a batch has one size.
  var batchSize: Int { card.preprocessing.centerCrop == nil ? 1 : 16 }
}

extension LimitOption {
  /// For the study: the limit, or `all`.
  var text: String { limit.map(String.init) ?? "all" }
}
