import GRDB
import Probes

extension PlaceAnswer: StudyAnswer {
  public static var kind: RunKind { .places }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "place_answers",
      columns: ["image", "label", "clean", "place_columns", "sticker", "noise", "photo"])
  }
  public var values: StudyValues {
    StudyValues([
      image, label, clean, columns, NumberList.text(sticker), NumberList.text(noise), NumberList.text(photo),
    ])
  }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1), clean: try values.value(2),
      columns: try values.value(3), sticker: try NumberList.integers(try values.value(4)),
      noise: try NumberList.integers(try values.value(5)), photo: try NumberList.integers(try values.value(6))
    )
  }
}

/// A network's success by place with the picture that the map is drawn over.
public struct PicturedPlaces: Sendable {
  public let recorded: Recorded<PlaceResult>
  /// One of the pictures as the network saw it; nil where the run ended before it was kept.
  public let scene: Artifact?
}

extension Study {
  /// Each network's latest success by place.
  ///
  /// - Throws: `StudyError.damaged` when a run does not say which places it asked about, or its answers are not for
  ///   one grid.
  public func picturedPlaces() throws -> [PicturedPlaces] {
    try mapAnswers(of: latestRuns(.places)) { (run, answers: [PlaceAnswer]) in
      let question: PlaceQuestion = try question(of: run)
      let (columns, count) = (answers.first?.columns ?? 1, answers.first?.sticker.count ?? 1)
      guard question.stride > 0, columns > 0, count > 0, count % columns == 0,
        answers.allSatisfy({ answer in
          answer.columns == columns
            && [answer.sticker, answer.noise, answer.photo].allSatisfy { $0.count == count }
        })
      else {
        throw StudyError.damaged(
          path: path, reason: "run \(run.id) has answers for other places than it asked about")
      }
      return PicturedPlaces(
        recorded: Recorded(
          run: run,
          result: PlaceResult(
            model: run.description.observer, target: run.description.target, question: question,
            answers: answers, skipped: try skipped(of: run))),
        scene: try artifacts(of: run).first { $0.role == .scene })
    }
  }
}
