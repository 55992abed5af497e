import Models
import Probes

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
