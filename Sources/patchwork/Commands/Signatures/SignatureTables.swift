import Models
import Probes

/// What `signatures` prints: a table for each signature.
struct SignatureTables {
  private let answers: SignatureAnswers
  private let models: [LoadedModel]

  init(_ answers: SignatureAnswers, _ models: [LoadedModel]) {
    self.answers = answers
    self.models = models
  }

  var all: [Table] {
    shuffling + (answers.interactions.isEmpty ? [] : [interactions])
      + (answers.errors.isEmpty ? [] : [errors]) + (answers.sensitivity.isEmpty ? [] : [sensitivity])
  }

  /// One for grids, one for tiles; a row a network, and one more for a BagNet's cells that see no seam.
  private var shuffling: [Table] {
    let conditions = answers.shuffling.first?.question.conditions ?? []
    return [ShufflingCondition.Unit.grid, .tile].compactMap { unit in
      let shown = conditions.filter { $0.unit == unit }
      guard !shown.isEmpty else { return nil }
      var table = Table(
        ["shuffling", "images", "whole"]
          + shown.map { unit == .grid ? "\($0.value)×\($0.value)" : "\($0.value) px" })
      for result in answers.shuffling {
        let points = result.points.filter { $0.condition.unit == unit }
        table.add(
          [result.model, "\(result.count)", percent(result.cleanCorrect, of: result.count)]
            + points.map { percent($0.correct, of: result.count) })
        guard points.contains(where: { $0.innerCorrect != nil }) else { continue }
        table.add(
          ["  by cells without a seam", "", ""]
            + points.map { $0.innerCorrect.map { percent($0, of: result.count) } ?? "–" })
        table.add(
          ["  the same in whole pictures", "", ""]
            + points.map { $0.innerCleanCorrect.map { percent($0, of: result.count) } ?? "–" })
      }
      return table
    }
  }

  private var interactions: Table {
    let layouts = answers.interactions.first?.question.layouts ?? []
    var table = Table(["interactions: correlation", "images"] + layouts.map(\.text))
    for result in answers.interactions {
      let model = models.first { $0.card.name == result.model }
      table.add(
        [result.model, "\(result.count)"]
          + result.points(answers.bootstrap).map { point in
            guard let correlation = point.correlation else { return "–" }
            let range = point.interval.map { format(" (%.3f…%.3f)", $0.lowerBound, $0.upperBound) } ?? ""
            return format("%.6f", correlation) + range
              + (model?.isAdditive(point.layout) == true ? " exact" : "")
          })
    }
    return table
  }

  private var errors: Table {
    var table = Table([
      "errors", "images", "accuracy", "error consistency", "95 % interval", "correlation over classes",
    ])
    for pair in answers.errors {
      let consistency = pair.consistency
      table.add([
        "\(pair.first), \(pair.second)", "\(consistency.count)",
        format("%.1f %%, %.1f %%", 100 * consistency.firstAccuracy, 100 * consistency.secondAccuracy),
        consistency.kappa.map { format("%.3f", $0) } ?? "–",
        pair.interval.map { format("%.3f…%.3f", $0.lowerBound, $0.upperBound) } ?? "–",
        pair.correlation.map { format("%.3f", $0) } ?? "–",
      ])
    }
    return table
  }

  /// Each network's rankings, the one under which it falls most first.
  private var sensitivity: Table {
    let counts = answers.sensitivity.first?.question.counts ?? []
    var table = Table(
      ["sensitivity: probability", "whole"] + counts.map { "\($0) masked" } + ["mean fall", "95 % interval"])
    for result in answers.sensitivity {
      for curve in result.curves(answers.bootstrap).sorted(by: { $0.meanFall > $1.meanFall }) {
        table.add(
          ["\(result.model), \(curve.ranking)", result.clean.map { format("%.3f", $0) } ?? "–"]
            + curve.probabilities.map { format("%.3f", $0) }
            + [
              format("%.3f", curve.meanFall),
              curve.interval.map { format("%.3f…%.3f", $0.lowerBound, $0.upperBound) } ?? "–",
            ])
      }
    }
    return table
  }
}
