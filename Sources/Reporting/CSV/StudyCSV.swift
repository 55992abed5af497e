import Datasets
import Foundation
import Models
import Probes
import Studies

/// A study as tables: one row a run, and for each kind of answer one row an answer. Classes stand by their identifiers.
public enum StudyCSV {
  /// A table that goes to a file of its own.
  public struct Table: Sendable {
    /// The file's name: `perturbations.csv`.
    public let name: String
    public let text: String
  }

  /// The tables of a study; kinds without answers are left out.
  ///
  /// - Throws: `StudyError`.
  public static func tables(of study: Study) throws -> [Table] {
    let runs = try study.runs()
    var tables = [Table(name: "runs.csv", text: runTable(runs))]
    func add(_ name: String, _ header: [String], _ rows: [[String]]) {
      guard !rows.isEmpty else { return }
      tables.append(Table(name: "\(name).csv", text: CSVText.document(header: ["run"] + header, rows: rows)))
    }
    func rows<Answer: StudyAnswer>(_ type: Answer.Type, _ fields: (Answer, Classes) -> [[String]]) throws
      -> [[String]]
    {
      try runs.filter { $0.description.kind == Answer.kind }.flatMap { run in
        let classes = Classes(run.description.model?.card)
        return try study.answers(type, of: run).flatMap { fields($0, classes) }.map { ["\(run.id)"] + $0 }
      }
    }
    add(
      "accuracy", ["image", "class", "rank", "predicted"],
      try rows(ImageAnswer.self) { answer, classes in
        answer.top.enumerated().map { place, index in
          [answer.image, classes[answer.label], "\(place + 1)", classes[index]]
        }
      })
    add(
      "stickers", ["image", "class", "clean", "x", "y", "scale", "sticker", "noise", "photo"],
      try rows(StickerAnswer.self) { answer, classes in
        [
          [
            answer.image, classes[answer.label], classes[answer.clean], "\(answer.x)", "\(answer.y)",
            "\(answer.scale)", classes[answer.sticker], classes[answer.noise], classes[answer.photo],
          ]
        ]
      })
    add(
      "places", ["image", "class", "clean", "row", "column", "sticker", "noise", "photo"],
      try rows(PlaceAnswer.self) { answer, classes in
        answer.sticker.indices.map { place in
          [
            answer.image, classes[answer.label], classes[answer.clean], "\(place / answer.columns)",
            "\(place % answer.columns)", classes[answer.sticker[place]], classes[answer.noise[place]],
            classes[answer.photo[place]],
          ]
        }
      })
    add(
      "texture-bias", ["stimulus", "shape", "texture", "response", "shape_rank", "texture_rank"],
      try rows(CueConflictAnswer.self) { answer, _ in
        [
          [answer.stimulus, answer.shape, answer.texture, answer.response]
            + [answer.shapeRank, answer.textureRank].map { $0.map { "\($0)" } ?? "" }
        ]
      })
    add(
      "single-cues", ["set", "image", "category", "response"],
      try runs.filter { $0.description.kind == .singleCue }.flatMap { run in
        try study.answers(CueConflictAnswer.self, of: run).map { answer in
          [
            "\(run.id)", run.description.options[RunDescription.setOption] ?? "", answer.stimulus,
            answer.shape,
            answer.response,
          ]
        }
      })
    add(
      "local-conflict",
      ["stimulus", "shape", "texture", "difference"]
        + ConflictRegion.allCases.flatMap {
          ["\($0.rawValue)_cells", "\($0.rawValue)_mean", "\($0.rawValue)_shape_cells"]
        },
      try rows(LocalConflictAnswer.self) { answer, _ in
        [
          [answer.stimulus, answer.shape, answer.texture, "\(answer.difference)"]
            + answer.regions.flatMap { ["\($0.cells)", $0.mean.map { "\($0)" } ?? "", "\($0.shapeCells)"] }
        ]
      })
    add(
      "distortions", ["image", "class", "kind", "level", "predicted"],
      try distortionRows(.distortions, runs, study))
    add(
      "corruptions", ["image", "class", "type", "severity", "predicted"],
      try distortionRows(.corruptions, runs, study))
    add(
      "perturbations",
      [
        "image", "class", "clean", "adversarial", "length", "queries", "found_by", "gradient_vanished", "x",
        "y",
        "side",
      ],
      try rows(PerturbationAnswer.self) { answer, classes in
        [
          [
            answer.image, classes[answer.label], classes[answer.clean], classes[answer.adversarial],
            "\(answer.length)", "\(answer.queries)", answer.finder ?? "",
            answer.hasVanishedGradient ? "1" : "0",
          ] + [answer.place?.x, answer.place?.y, answer.place?.side].map { $0.map { "\($0)" } ?? "" }
        ]
      })
    try addSignatures(add, of: study)
    try addEvidencePatches(add, of: study)
    add(
      "evidence", ["image", "class", "row", "column", "logit"],
      try rows(PicturedEvidence.self) { evidence, classes in
        let map = evidence.map
        return map.cells.enumerated().map { place, logit in
          [
            map.image, classes[map.classIndex], "\(place / map.columns)", "\(place % map.columns)",
            "\(logit)",
          ]
        }
      })
    add(
      "attribution", ["image", "class", "explained", "map", "score", "share", "value"],
      try rows(AttributionScores.self, attributionRows))
    add(
      "skipped", ["image", "reason"],
      try runs.flatMap { run in try study.skipped(of: run).map { ["\(run.id)", $0.image, $0.reason] } })
    add(
      "warnings", ["warning"],
      try runs.flatMap { run in try study.warnings(of: run).map { ["\(run.id)", $0] } })
    return tables
  }

  /// Class identifiers by index; an index that the card does not know stands as it is.
  private struct Classes {
    private let identifiers: [String]
    init(_ card: ModelCard?) { identifiers = card?.classes ?? [] }
    subscript(index: Int) -> String { identifiers.indices.contains(index) ? identifiers[index] : "\(index)" }
  }

  private static func runTable(_ runs: [Run]) -> String {
    let format = ISO8601DateFormatter()
    let known = Set(runs.flatMap(\.description.options.keys)).sorted()
    return CSVText.document(
      header: [
        "run", "kind", "observer", "observer_kind", "weights_sha256", "target", "seed", "threads",
        "processor",
        "tool_version", "started", "finished", "seconds", "resumptions", "command",
      ] + known,
      rows: runs.map { run in
        let description = run.description
        return [
          "\(run.id)", description.kind.rawValue, description.observer, description.observerKind.rawValue,
          description.model?.weightsSHA256 ?? "",
          description.target.map { Classes(description.model?.card)[$0] } ?? "", "\(description.seed)",
          "\(description.threads)", description.processor, description.toolVersion,
          format.string(from: run.started), run.finished.map(format.string) ?? "", "\(run.seconds)",
          "\(run.resumptions)", description.command,
        ] + known.map { description.options[$0] ?? "" }
      })
  }

  /// A row for each value of each map; the share of patches is empty for scores that have none.
  private static func attributionRows(_ answer: AttributionScores, _ classes: Classes) -> [[String]] {
    answer.rankings.flatMap { ranking in
      func series(_ name: String, _ values: [Float?], at shares: [Double]) -> [[String]] {
        zip(shares, values).map { [name, "\($0)", $1.map { "\($0)" } ?? ""] }
      }
      func single(_ name: String, _ value: Float?) -> [[String]] {
        value.map { [[name, "", "\($0)"]] } ?? []
      }
      let scores =
        series("deletion", ranking.deletion, at: AttributionScoreProbe.shares)
        + series("insertion", ranking.insertion, at: AttributionScoreProbe.shares)
        + series("sensitivity", ranking.sensitivity, at: AttributionScoreProbe.subsetShares)
        + single("pearson", ranking.pearson) + single("spearman", ranking.spearman)
        + single("relative_error", ranking.relativeError)
      return scores.map {
        [answer.image, classes[answer.label], classes[answer.classIndex], ranking.ranking] + $0
      }
    }
  }

  private static func distortionRows(_ kind: QuestionKind, _ runs: [Run], _ study: Study) throws -> [[String]]
  {
    try runs.filter { $0.description.kind == kind }.flatMap { run in
      let classes = Classes(run.description.model?.card)
      let conditions = run.description.options[RunDescription.conditionsOption].flatMap {
        DistortionConditions(text: $0)
      }
      let shown = (conditions?.series ?? []).flatMap { series in series.levels.map { (series.kind, $0) } }
      return try study.answers(DistortionAnswer.self, of: run).flatMap { answer in
        zip(shown, answer.answers).map { condition, index in
          [
            "\(run.id)", answer.image, classes[answer.label], condition.0, "\(condition.1)", classes[index],
          ]
        }
      }
    }
  }
}
