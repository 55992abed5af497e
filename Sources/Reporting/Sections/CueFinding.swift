import Probes
import Studies

/// What observers go by where shape and texture disagree, in words.
extension ReportData {
  /// One finding for each answer: by texture, by shape, or by neither for certain.
  func cueFindings() -> [RichText] { stimulusViews().flatMap { $0.cueFindingsOfOne() } }

  private func cueFindingsOfOne() -> [RichText] {
    let networks = textureBias.filter { $0.value.result.kind == .network }
    let persons = textureBias.count - networks.count
    let observers =
      (people.map { [(name: Format.count(persons, "person", "people"), result: $0)] } ?? [])
      + networks.map { (name: $0.name, result: $0.value.result) }
    let groups = Dictionary(grouping: observers) { CuePreference($0.result) }
    return CuePreference.allCases.compactMap { preference in
      guard let group = groups[preference] else { return nil }
      let parts = group.sorted { ($0.result.shapeBias ?? 0.5) < ($1.result.shapeBias ?? 0.5) }
        .map { observer -> RichText in
          let result = observer.result
          let decided = result.shapeCount + result.textureCount
          let interval = Format.interval(percent: result.shapeBiasInterval())
          let share = Format.percent(result.shapeBias)
          return "\(observer.name) \(strong: share) of \(Format.count(decided)) (\(interval))"
        }
      return """
        Where shape and texture disagree\(mention(networks.first?.asked)), \(strong: preference.words), shape among the answers that chose either: \
        \(list: parts).
        """
    }
  }
}

/// What an observer goes by, as far as its answers tell: where the interval that the figure shows and Wilson's both lie
/// on one side of a half. Drawing stimuli again has no doubt about two that agree; Wilson's has.
enum CuePreference: CaseIterable {
  case texture, shape, unclear

  init(_ result: TextureBiasResult) {
    guard let drawn = result.shapeBiasInterval(),
      let wilson = WilsonInterval(
        successes: result.shapeCount, of: result.shapeCount + result.textureCount)
    else {
      self = .unclear
      return
    }
    let (lower, upper) = (min(drawn.lowerBound, wilson.lower), max(drawn.upperBound, wilson.upper))
    self = upper < 0.5 ? .texture : lower > 0.5 ? .shape : .unclear
  }

  var words: String {
    switch self {
    case .texture: "these go by texture"
    case .shape: "these go by shape"
    case .unclear: "these go by neither for certain"
    }
  }
}
