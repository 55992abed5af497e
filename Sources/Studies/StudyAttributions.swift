import Foundation
import Probes

extension AttributionScores: StudyAnswer {
  public static var kind: RunKind { .attribution }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(name: "attribution_scores", columns: ["image", "label", "class_index", "scores"])
  }
  public var values: StudyValues {
    // Scores are finite or missing, so that nothing in them cannot be encoded.
    StudyValues([image, label, classIndex, (try? canonicalJSON(rankings)) ?? "[]"])
  }
  public init(values: StudyValues) throws {
    let scores: String = try values.value(3)
    guard let rankings = try? JSONDecoder().decode([RankingScores].self, from: Data(scores.utf8)) else {
      throw MalformedRow()
    }
    self.init(
      image: try values.value(0), label: try values.value(1), classIndex: try values.value(2),
      rankings: rankings)
  }
}

extension Study {
  /// Each network's latest scores of its attributions.
  ///
  /// - Throws: `StudyError.damaged` when a run does not say which rankings it scores, or an answer lacks one.
  public func recordedAttributions() throws -> [Recorded<AttributionScoreResult>] {
    try latestRuns(.attribution).map { run in
      let answers = try answers(AttributionScores.self, of: run)
      let names = (run.description.options[RunDescription.rankingsOption] ?? "").split(separator: " ")
        .map(String.init)
      guard !names.isEmpty, answers.allSatisfy({ $0.rankings.map(\.ranking) == names }) else {
        throw StudyError.damaged(
          path: path, reason: "run \(run.id) does not say which attributions it scores")
      }
      return Recorded(
        run: run,
        result: AttributionScoreResult(
          model: run.description.observer, rankings: names, answers: answers, skipped: try skipped(of: run)))
    }
  }

  public func attributionResults() throws -> [AttributionScoreResult] {
    try recordedAttributions().map(\.result)
  }
}
