import Datasets
import Probes
import Silhouettes
import Studies

/// One share of one observer, with the answer to every picture behind it.
struct Measurement: Sendable {
  /// The observer's name on the page.
  let name: String
  /// The observer's name in its study.
  let observer: String
  /// The study's name on the page.
  let study: String
  let metric: Metric
  /// What was asked beside the metric: the sticker's target, the attack, its norm and its budget.
  let details: [String]
  /// For each picture that counts whether it counts as one of the share; under its name, and for a drawn picture the
  /// corpus too, since every seed draws other pictures under the same names.
  let outcomes: [String: Bool]

  var count: Int { outcomes.count }
  var successes: Int { outcomes.values.count { $0 } }
  /// 0…1; nil where nothing was counted.
  var value: Double? { count == 0 ? nil : Double(successes) / Double(count) }
  var interval: WilsonInterval? { WilsonInterval(successes: successes, of: count) }

  /// Each picture as 0 or 1, for comparison with another's.
  var shares: [String: Double] { outcomes.mapValues { $0 ? 1 : 0 } }

  /// What is measured, with what was asked: `robust_accuracy[pgd,linf,4/255]`.
  var key: String {
    metric.rawValue + (details.isEmpty ? "" : "[\(details.joined(separator: ","))]")
  }

  /// The same in words: `Accuracy under attack (pgd, linf, 4/255)`.
  var title: String {
    metric.title + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
  }
}

extension ReportData {
  /// Every share in the studies, in the order of the page; stickers of sweeps are left out, whose size is part of the
  /// question.
  var measurements: [Measurement] {
    accuracy.flatMap(cleanMeasurements) + stickers.flatMap(stickerMeasurements)
      + perturbations.flatMap(attackMeasurements) + textureBias.flatMap(cueMeasurements)
  }

  private func cleanMeasurements(_ entry: Entry<Recorded<AccuracyResult>>) -> [Measurement] {
    let answers = entry.value.result.answers
    func share(_ metric: Metric, _ isRight: (ImageAnswer) -> Bool) -> Measurement {
      Measurement(
        name: entry.name, observer: entry.value.run.description.observer, study: entry.study, metric: metric,
        details: [], outcomes: outcomes(answers, of: entry.value.run, \.image, isRight))
    }
    return [
      share(.cleanAccuracy) { $0.top.first == $0.label },
      share(.top5Accuracy) { $0.top.prefix(5).contains($0.label) },
    ]
  }

  func stickerMeasurements(_ entry: Sticker) -> [Measurement] {
    let result = entry.value.result
    let details =
      result.target.map { [entry.value.run.description.model.className($0)] } ?? ["untargeted"]
    func share(
      _ metric: Metric, of answers: [StickerAnswer], _ isOne: (StickerAnswer) -> Bool
    ) -> Measurement {
      Measurement(
        name: entry.name, observer: entry.value.run.description.observer, study: entry.study, metric: metric,
        details: details, outcomes: outcomes(answers, of: entry.value.run, \.image, isOne))
    }
    return [
      share(.stickerSuccess, of: result.counted) { result.succeeded($0.sticker, $0) },
      share(.controlNoise, of: result.counted) { result.succeeded($0.noise, $0) },
      share(.controlPhoto, of: result.counted) { result.succeeded($0.photo, $0) },
      share(.stickerAccuracy, of: result.answers) { $0.sticker == $0.label },
    ]
  }

  private func attackMeasurements(_ entry: Perturbed) -> [Measurement] {
    let result = entry.value.result
    let question = result.question
    let budget = question.side.map { "\($0)px" } ?? question.epsilon.map(Format.length)
    let target = question.target.map { entry.value.run.description.model.className($0) }
    let details = [question.attack, question.norm?.rawValue, budget, target].compactMap { $0 }
    let won = Set(result.successes.map(\.image))
    func share(
      _ metric: Metric, of answers: [PerturbationAnswer], _ isOne: (PerturbationAnswer) -> Bool
    ) -> Measurement {
      Measurement(
        name: entry.name, observer: entry.value.run.description.observer, study: entry.study, metric: metric,
        details: details, outcomes: outcomes(answers, of: entry.value.run, \.image, isOne))
    }
    return [
      share(.robustAccuracy, of: result.answers) { !result.isWrong($0, within: question.epsilon) },
      share(.attackSuccess, of: result.attacked) { won.contains($0.image) },
    ]
  }

  private func cueMeasurements(_ entry: Entry<Recorded<TextureBiasResult>>) -> [Measurement] {
    let conflicts = entry.value.result.conflicts
    func isDecided(_ answer: CueConflictAnswer) -> Bool {
      answer.response == answer.shape || answer.response == answer.texture
    }
    func share(
      _ metric: Metric, of answers: [CueConflictAnswer], _ isOne: (CueConflictAnswer) -> Bool
    ) -> Measurement {
      Measurement(
        name: entry.name, observer: entry.value.run.description.observer, study: entry.study, metric: metric,
        details: [], outcomes: outcomes(answers, of: entry.value.run, \.stimulus, isOne))
    }
    return [
      share(.shapeBias, of: conflicts.filter(isDecided)) { $0.response == $0.shape },
      share(.coverage, of: conflicts, isDecided),
    ]
  }

  private func outcomes<Answer>(
    _ answers: [Answer], of run: Run, _ name: KeyPath<Answer, String>, _ isOne: (Answer) -> Bool
  ) -> [String: Bool] {
    let corpus = run.drawnCorpus.map { "\($0): " } ?? ""
    return Dictionary(answers.map { (corpus + $0[keyPath: name], isOne($0)) }) { first, _ in first }
  }
}

extension Run {
  /// The corpus asked about where it is a drawn one; nil for pictures in files.
  var drawnCorpus: String? {
    let options = description.options
    return [options["corpus"], options["stimuli"]].compactMap { $0 }.first(where: PictureCorpus.namesDrawing)
  }
}
