import Distortions
import Probes
import Studies

// What can be measured of each kind of answer. Gates, `report gates`, `report diff` and comparisons know these numbers
// and no others.

extension ReportData {
  /// Every number in the studies that has a name, in the order of the page.
  var measurements: [Measurement] { parts.flatMap { $0.measurements(self) } }

  func accuracyMeasurements() -> [Measurement] {
    accuracy.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      let answers = entry.value.result.answers
      return [
        measured.share("clean_accuracy", "Clean accuracy", [], .greaterIsBetter, of: answers, by: \.image) {
          $0.top.first == $0.label
        },
        measured.share(
          "top5_accuracy", "Clean accuracy, five answers", [], .greaterIsBetter, of: answers, by: \.image
        ) { $0.top.prefix(5).contains($0.label) },
      ]
    }
  }

  func stickerMeasurements() -> [Measurement] {
    stickers.flatMap(stickerMeasurements)
      + sweeps.flatMap { entry in
        stickerMeasurements(
          Entry(name: entry.name, study: entry.study, value: entry.value.recorded, asked: entry.asked))
      }
  }

  func stickerMeasurements(_ entry: Entry<Recorded<StickerResult>>) -> [Measurement] {
    let measured = Measured(data: self, entry: entry, run: entry.value.run)
    let result = entry.value.result
    let details = [aim(result.target, entry.value.run)]
    func success(
      _ measure: String, _ title: String, _ direction: Measurement.Direction,
      _ answer: @escaping (StickerAnswer) -> Int
    ) -> Measurement {
      measured.share(measure, title, details, direction, of: result.counted, by: \.image) {
        result.succeeded(answer($0), $0)
      }
    }
    return [
      success("sticker_success", "Success of the sticker", .greaterIsWorse, \.sticker),
      success("control_noise", "Success of random noise", .greaterIsWorse, \.noise),
      success("control_photo", "Success of photographs", .greaterIsWorse, \.photo),
      measured.share(
        "sticker_accuracy", "Accuracy with the sticker", details, .greaterIsBetter, of: result.answers,
        by: \.image
      ) { $0.sticker == $0.label },
    ]
  }

  /// The class aimed at by its readable name.
  private func aim(_ target: Int?, _ run: Run) -> String {
    target.map { run.description.model.className($0) } ?? "untargeted"
  }

  func placeMeasurements() -> [Measurement] {
    places.flatMap { entry in
      let (run, result) = (entry.value.recorded.run, entry.value.recorded.result)
      let measured = Measured(data: self, entry: entry, run: run)
      let details = [aim(result.target, run)]
      func mean(_ measure: String, _ title: String, _ answers: (PlaceAnswer) -> [Int]) -> Measurement {
        let shares = result.answers.map { answer in
          let named = answers(answer)
          let successes = named.count { result.succeeded($0, answer) }
          return (answer.image, Double(successes) / Double(max(1, named.count)))
        }
        return measured.mean(
          measure, title, details, .greaterIsWorse, unit: .share,
          Dictionary(shares) { first, _ in first })
      }
      let best = result.successes.max()
      return [
        mean("place_success", "Success of the sticker over all places", \.sticker),
        mean("place_noise", "Success of random noise over all places", \.noise),
        mean("place_photo", "Success of photographs over all places", \.photo),
        measured.number(
          "best_place_success", "Success of the sticker at its best place", details, .greaterIsWorse,
          unit: .share, count: result.images,
          best.map { Double($0) / Double(max(1, result.images)) }),
      ]
    }
  }

  func perturbationMeasurements() -> [Measurement] {
    perturbations.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      let (result, question) = (entry.value.result, entry.value.result.question)
      let budget = question.side.map { "\($0)px" } ?? question.epsilon.map(Format.length)
      let target = question.target.map { entry.value.run.description.model.className($0) }
      let details = [question.attack, question.norm?.rawValue, budget, target].compactMap { $0 }
      let won = Set(result.successes.map(\.image))
      return [
        measured.share(
          "robust_accuracy", "Accuracy under attack", details, .greaterIsBetter, of: result.answers,
          by: \.image
        ) { !result.isWrong($0, within: question.epsilon) },
        measured.share(
          "attack_success", "Success of the attack", details, .greaterIsWorse, of: result.attacked,
          by: \.image
        ) { won.contains($0.image) },
        measured.number(
          "median_length", "Median length of the changes that succeed", details, .greaterIsBetter,
          count: result.successes.count, result.medianLength),
      ]
    }
  }

  func textureBiasMeasurements() -> [Measurement] {
    textureBias.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      let conflicts = entry.value.result.conflicts
      func isDecided(_ answer: CueConflictAnswer) -> Bool {
        answer.response == answer.shape || answer.response == answer.texture
      }
      return [
        measured.share(
          "shape_bias", "Shape bias", [], .neither, of: conflicts.filter(isDecided), by: \.stimulus,
          interval: entry.value.result.shapeBiasInterval()
        ) { $0.response == $0.shape },
        measured.share(
          "coverage", "Coverage of both cues", [], .neither, of: conflicts, by: \.stimulus, isDecided),
      ]
    }
  }

  func singleCueMeasurements() -> [Measurement] {
    singleCues.map { entry in
      Measured(data: self, entry: entry, run: entry.value.run).share(
        "cue_accuracy", "Accuracy on pictures with one cue", [entry.value.result.set], .greaterIsBetter,
        of: entry.value.result.answers, by: \.stimulus
      ) { $0.response == $0.shape }
    }
  }

  func localConflictMeasurements() -> [Measurement] {
    localConflicts.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      let answers = entry.value.result.answers
      func mean(_ region: String, _ value: (LocalConflictAnswer) -> Double?) -> Measurement {
        measured.mean(
          "shape_evidence", "Evidence for shape less that for texture, logits", [region], .neither,
          Dictionary(answers.compactMap { answer in value(answer).map { (answer.stimulus, $0) } }) {
            first, _ in first
          })
      }
      return [mean("whole") { Double($0.difference) }]
        + ConflictRegion.allCases.enumerated().map { place, region in
          mean(region.rawValue) { $0.regions.indices.contains(place) ? $0.regions[place].mean : nil }
        }
    }
  }

  func distortionMeasurements() -> [Measurement] {
    distortions.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      let result = entry.value.result
      return levels(of: result, measured, "distorted_accuracy", "Accuracy under distortion") {
        DistortionKind.named($0)?.label(of: $1) ?? Format.precise($1)
      }
        + result.conditions.series.map(\.kind).map { kind in
          measured.mean(
            "mean_distorted_accuracy", "Accuracy over the levels of a distortion beyond its weakest", [kind],
            .greaterIsBetter, unit: .share, result.sharesRight(under: kind))
        }
    }
  }

  /// Accuracy under each condition of a run.
  private func levels(
    of result: DistortionResult, _ measured: Measured<Recorded<DistortionResult>>, _ measure: String,
    _ title: String, label: (String, Double) -> String
  ) -> [Measurement] {
    let conditions = result.conditions.series.flatMap { series in
      series.levels.map { (series.kind, $0) }
    }
    return conditions.enumerated().map { place, condition in
      measured.share(
        measure, title, [condition.0, label(condition.0, condition.1)], .greaterIsBetter,
        of: result.answers, by: \.image
      ) { $0.answers.indices.contains(place) && $0.answers[place] == $0.label }
    }
  }

  func corruptionMeasurements() -> [Measurement] {
    views(\.corruptions).flatMap { view in
      view.corruptions.flatMap { entry in
        let measured = Measured(data: self, entry: entry, run: entry.value.run)
        let result = entry.value.result
        let errors = view.corruptionErrors(of: entry)
        let comparison = view.corruptionComparison(of: entry)
        let baseline = view.corruptionBaseline(of: entry).map { [$0.name] } ?? []
        return view.levels(of: result, measured, "corrupted_accuracy", "Accuracy under corruption") {
          "\(Int($1))"
        } + [
          measured.number(
            "corruption_error", "Error over the common corruptions", [], .greaterIsWorse, unit: .share,
            count: result.count, errors?.mean),
          measured.number(
            "mce", "Mean corruption error beside the baseline", baseline, .greaterIsWorse, unit: .share,
            count: comparison?.count ?? 0, comparison?.mean),
          measured.number(
            "relative_mce", "Relative mean corruption error beside the baseline", baseline, .greaterIsWorse,
            unit: .share, count: comparison?.count ?? 0, comparison?.relativeMean),
        ]
      }
    }
  }

  func attributionMeasurements() -> [Measurement] {
    attributions.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      return summaries(of: entry).flatMap { summary -> [Measurement] in
        func mean(
          _ measure: String, _ title: String, _ direction: Measurement.Direction, _ mean: SampleMean?
        ) -> Measurement {
          measured.number(
            measure, title, [summary.ranking.replacing("_", with: "-")], direction, count: mean?.count ?? 0,
            mean?.value, interval: mean?.interval)
        }
        return [
          mean("deletion_area", "Area under the deletion curve", .greaterIsWorse, summary.deletionArea),
          mean("insertion_area", "Area under the insertion curve", .greaterIsBetter, summary.insertionArea),
          mean("sensitivity_n", "Sensitivity-n, mean", .greaterIsBetter, summary.meanSensitivity),
          mean("cell_pearson", "Correlation with the cells", .greaterIsBetter, summary.pearson),
          mean("cell_spearman", "Rank correlation with the cells", .greaterIsBetter, summary.spearman),
          mean("cell_error", "Relative error to the cells", .greaterIsWorse, summary.relativeError),
        ].filter { $0.count > 0 }
      }
    }
  }

  func shufflingMeasurements() -> [Measurement] {
    shuffling.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      let result = entry.value.result
      let conditions = result.question.conditions.enumerated().map { place, condition in
        measured.share(
          "shuffled_accuracy", "Accuracy on shuffled pictures", [condition.text], .neither,
          of: result.answers, by: \.image
        ) { $0.answers.indices.contains(place) && $0.answers[place] == $0.label }
      }
      return [
        measured.share(
          "whole_accuracy", "Accuracy on whole pictures", [], .greaterIsBetter, of: result.answers,
          by: \.image
        ) { $0.clean == $0.label },
        measured.number(
          "mean_shuffled_accuracy", "Accuracy on shuffled pictures over all grids", [], .neither,
          unit: .share,
          count: result.count, result.meanOverGrids),
      ] + conditions
    }
  }

  func interactionMeasurements() -> [Measurement] {
    interactions.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      return points(of: entry).map { point in
        measured.number(
          "additivity", "Correlation of joint and summed effects of masks", [point.layout.text], .neither,
          count: entry.value.result.count, point.correlation, interval: point.interval)
      }
    }
  }

  func sensitivityMeasurements() -> [Measurement] {
    sensitivity.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      return curves(of: entry).map { curve in
        measured.number(
          "probability_fall", "Fall of the class’ probability with patches masked", [curve.ranking],
          .neither, count: entry.value.result.count, curve.meanFall, interval: curve.interval)
      }
    }
  }

  func evidenceMeasurements() -> [Measurement] {
    evidence.compactMap { entry in
      // Several networks may have been asked the same: the run is that of this one.
      let own = runs.first {
        $0.study == entry.study && $0.name == entry.name && $0.asked?.question == entry.asked?.question
          && stands($0)
      }
      guard let run = own else { return nil }
      let map = entry.value.map
      return Measured(data: self, entry: entry, run: run.value.run).number(
        "logit", "Logit", [map.image, model(named: entry.name).className(map.classIndex)], .neither,
        count: 1, Double(map.logit))
    }
  }

  func evidencePatchMeasurements() -> [Measurement] {
    evidencePatches.flatMap { entry in
      let measured = Measured(data: self, entry: entry, run: entry.value.run)
      let model = entry.value.run.description.model
      return entry.value.result.classes.flatMap { found -> [Measurement] in
        func strongest(_ measure: String, _ title: String, _ side: EvidencePatchResult.Strongest)
          -> Measurement
        {
          measured.number(
            measure, title, [model.className(found.classIndex)], .neither, count: side.patches.count,
            side.patches.first.map { Double($0.logit) })
        }
        return [
          strongest("telling_logit", "Logit of the most telling patch", found.telling),
          strongest("distractor_logit", "Logit of the strongest distractor", found.distractors),
        ]
      }
    }
  }
}
