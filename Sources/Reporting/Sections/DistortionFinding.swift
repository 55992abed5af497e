import Probes
import Studies

/// The network that is right most often under one kind of distortion, and the one that comes next.
struct DistortionLeader {
  struct Network {
    let name: String
    let result: DistortionResult
    /// Over the levels beyond the weakest.
    let mean: Double
  }

  let kind: String
  let best: Network
  /// Nil when there is one network alone.
  let next: Network?
  /// The two on the pictures that both saw; nil when there are none or their levels differ.
  let comparison: DistortionComparison?
}

extension ReportData {
  /// For each kind the best network, where any answered.
  var distortionLeaders: [DistortionLeader] {
    distortionKinds.compactMap { kind in
      let networks = distortions.compactMap { entry in
        curves(of: entry).first { $0.kind == kind }?.meanDistorted.map {
          DistortionLeader.Network(name: entry.name, result: entry.value.result, mean: $0)
        }
      }
      // Equal means keep the order of the study.
      let ranked = networks.enumerated().sorted {
        ($1.element.mean, $0.offset) < ($0.element.mean, $1.offset)
      }
      .map(\.element)
      guard let best = ranked.first else { return nil }
      let next = ranked.dropFirst().first
      return DistortionLeader(
        kind: kind, best: best, next: next,
        comparison: next.flatMap { DistortionComparison(best.result, $0.result, under: kind) })
    }
  }

  /// Which network keeps most of its accuracy under each kind, claimed only where chance does not explain it.
  func distortionFinding() -> [RichText] {
    let views = views(\.distortions)
    let all = views.flatMap(\.distortionLeaders)
    guard !all.isEmpty else { return [] }
    let rule: RichText =
      all.contains { $0.comparison != nil }
      ? " Differences are between the first network and the next, with 95\u{202F}% intervals over the pictures both saw."
      : ""
    return views.enumerated().compactMap { place, view in
      let leaders = view.distortionLeaders
      guard !leaders.isEmpty else { return nil }
      return RichText(
        """
        Accuracy averaged over the levels of a distortion beyond its weakest\(mention(view.distortions.first?.asked)): \
        \(list: leaders.map(words)).
        """, place == views.count - 1 ? rule : "")
    }
  }

  private func words(_ leader: DistortionLeader) -> RichText {
    let kind = "under " + title(ofDistortion: leader.kind).lowercased()
    let best = leader.best
    guard let next = leader.next else {
      return "\(kind), \(best.name) \(strong: Format.percent(best.mean))"
    }
    guard let comparison = leader.comparison else {
      return """
        \(kind), \(best.name) \(strong: Format.percent(best.mean)) and \(next.name) \
        \(strong: Format.percent(next.mean)), not on the same pictures
        """
    }
    let range = "\(points(comparison.lower)) to \(points(comparison.upper))"
    let (first, second) = (Format.percent(comparison.first), Format.percent(comparison.second))
    return comparison.isBeyondChance && comparison.difference > 0
      ? """
      \(kind), \(best.name) keeps most with \(strong: first), \(strong: points(comparison.difference)) points more than \
      \(next.name) with \(strong: second) (\(range))
      """
      : """
      \(kind), \(best.name) with \(strong: first) and \(next.name) with \(strong: second) cannot be told apart \
      (difference \(range) points)
      """
  }

  private func points(_ difference: Double) -> String { Format.fixed(100 * difference, digits: 1) }
}
