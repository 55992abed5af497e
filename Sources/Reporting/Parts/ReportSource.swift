import Probes
import Studies

/// Where parts of a report read their answers: the studies, each under its name on the page.
struct ReportSource {
  let studies: [(name: String, study: Study)]
  let names: [String: ObserverNames]

  /// Every observer's standing answer to every question of a kind.
  ///
  /// - Throws: `StudyError` for a damaged study.
  func recorded<Result: RecordedResult>(
    _ type: Result.Type, _ kind: QuestionKind = Result.Answer.kind
  ) throws -> [ReportData.Entry<Recorded<Result>>] {
    try studies.flatMap { name, study in
      try study.recorded(type, kind).map { recorded in
        ReportData.Entry(
          name: names[name]?.name(of: recorded.run) ?? recorded.run.description.observer, study: name,
          value: recorded, asked: AskedQuestion(recorded.run))
      }
    }
  }

  func study(named name: String) -> Study? { studies.first { $0.name == name }?.study }

  /// - Throws: `StudyError.damaged` for a study with answers of a kind that this release does not know: a page without
  ///   them would pass over what was asked.
  func requireKinds(_ known: [QuestionKind]) throws {
    for (_, study) in studies {
      if let run = try study.runs().first(where: { !known.contains($0.description.kind) }) {
        throw StudyError.unknownKind(path: study.path, kind: run.description.kind.rawValue)
      }
    }
  }
}

/// Where a part keeps what it read: by its kind, and where it makes several things of it, by more names.
struct AnswerSlot: Hashable {
  let name: String
  init(_ name: String) { self.name = name }
}
