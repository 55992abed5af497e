import Probes
import Studies

extension ReportData {
  /// The cue-conflict answers by sets of stimuli. Recorded answers come without pictures: they stand beside those of
  /// networks whose stimuli have the same names, and by themselves where there are none.
  func stimulusViews() -> [ReportData] {
    func isRecorded(_ entry: Entry<Recorded<TextureBiasResult>>) -> Bool {
      entry.value.run.description.model == nil
    }
    func names(_ entries: [Entry<Recorded<TextureBiasResult>>]) -> Set<String> {
      Set(entries.flatMap { $0.value.result.answers.map(\.stimulus) })
    }
    var asked = self
    asked.textureBias = textureBias.filter { !isRecorded($0) }
    var groups = asked.views(\.textureBias).map(\.textureBias)
    var recorded: [(entries: [Entry<Recorded<TextureBiasResult>>], stimuli: Set<String>)] = []
    var placed: Set<Int> = []
    let stimuli = groups.map(names)
    let others = textureBias.filter(isRecorded)
    for (index, entry) in others.enumerated() {
      let own = names([entry])
      for (place, known) in stimuli.enumerated() where ReportData.areAlike(own, known) {
        groups[place].insert(entry, at: placeOfRecorded(in: groups[place]))
        placed.insert(index)
      }
      guard !placed.contains(index) else { continue }
      if let place = recorded.firstIndex(where: { group in
        ReportData.areAlike(own, group.stimuli) && !group.entries.contains { $0.name == entry.name }
      }) {
        recorded[place].entries.append(entry)
        recorded[place].stimuli.formUnion(own)
      } else {
        recorded.append(([entry], own))
      }
    }
    return (groups + recorded.map(\.entries)).enumerated().map { place, entries in
      var view = self
      view.textureBias = entries
      view.viewPlace = place
      return view
    }
  }

  /// Recorded observers keep their order and stand before the networks that were asked.
  private func placeOfRecorded(in entries: [Entry<Recorded<TextureBiasResult>>]) -> Int {
    entries.firstIndex { $0.value.run.description.model != nil } ?? entries.count
  }

  /// Whether two sets of stimuli are one as far as names tell: more than half of the smaller one is in the other.
  private static func areAlike(_ first: Set<String>, _ second: Set<String>) -> Bool {
    2 * first.intersection(second).count > min(first.count, second.count)
  }
}
