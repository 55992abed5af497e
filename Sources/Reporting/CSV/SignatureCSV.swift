import Probes
import Studies

extension StudyCSV {
  /// A row for each network, picture and cut, layout or ranking. Indices stand as they are: 0 for the first class.
  static func addSignatures(
    _ add: (_ name: String, _ header: [String], _ rows: [[String]]) -> Void, of study: Study
  ) throws {
    func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "" }
    add(
      "shuffling",
      ["image", "label", "unit", "value", "predicted", "inner_predicted", "inner_whole_predicted"],
      try study.recorded(ShufflingResult.self, of: study.runs(.shuffling)).flatMap { recorded in
        recorded.result.answers.flatMap { answer in
          [["\(recorded.run.id)", answer.image, "\(answer.label)", "whole", "", "\(answer.clean)", "", ""]]
            + recorded.result.question.conditions.enumerated().map { place, condition in
              [
                "\(recorded.run.id)", answer.image, "\(answer.label)", condition.unit.rawValue,
                "\(condition.value)", "\(answer.answers[place])",
                text(answer.innerAnswers.isEmpty ? nil : answer.innerAnswers[place]),
                text(answer.innerClean.isEmpty ? nil : answer.innerClean[place]),
              ]
            }
        }
      })
    add(
      "interactions", ["image", "label", "side", "gap", "joint_fall", "summed_fall"],
      try study.recorded(InteractionResult.self, of: study.runs(.interactions)).flatMap { recorded in
        recorded.result.answers.flatMap { answer in
          recorded.result.question.layouts.enumerated().map { place, layout in
            [
              "\(recorded.run.id)", answer.image, "\(answer.label)", "\(layout.side)", "\(layout.gap)",
              "\(answer.joint[place])", "\(answer.sum[place])",
            ]
          }
        }
      })
    add(
      "sensitivity", ["image", "label", "ranking", "patches", "probability"],
      try study.recorded(SensitivityResult.self, of: study.runs(.sensitivity)).flatMap { recorded in
        let question = recorded.result.question
        return recorded.result.answers.flatMap { answer in
          [["\(recorded.run.id)", answer.image, "\(answer.label)", "", "0", "\(answer.clean)"]]
            + question.rankings.indices.flatMap { ranking in
              question.counts.enumerated().map { place, count in
                [
                  "\(recorded.run.id)", answer.image, "\(answer.label)", question.rankings[ranking],
                  "\(count)", "\(answer.probabilities[ranking * question.counts.count + place])",
                ]
              }
            }
        }
      })
  }
}
