import Models
import Probes

/// What `signatures` says as JSON.
struct SignaturesDocument: Encodable {
  let shuffling: [Shuffling]
  let interactions: [Interactions]
  let errors: [Errors]
  let sensitivity: [Sensitivity]

  init(_ answers: SignatureAnswers, _ models: [LoadedModel]) {
    shuffling = answers.shuffling.map(Shuffling.init)
    interactions = answers.interactions.map { result in
      Interactions(result, answers.bootstrap, models.first { $0.card.name == result.model })
    }
    errors = answers.errors.map { pair in
      Errors(pair, models.first { $0.card.name == pair.first })
    }
    sensitivity = answers.sensitivity.map { Sensitivity($0, answers.bootstrap) }
  }

  struct Shuffling: Encodable {
    struct Condition: Encodable {
      let unit: ShufflingCondition.Unit
      let value: Int
      let top1: Nullable<Double>
      let top1Interval: Nullable<[Double]>
      let top1Correct: Int
      /// By the cells that see no seam, in the shuffled and in the whole picture; null where there are none.
      let innerTop1: Nullable<Double>
      let innerWholeTop1: Nullable<Double>
    }

    let name: String
    let n: Int
    let wholeTop1: Nullable<Double>
    let meanOverGrids: Nullable<Double>
    let innerDifference: Nullable<Double>
    let conditions: [Condition]
    let skipped: [SkippedImage]

    init(_ result: ShufflingResult) {
      func share(_ correct: Int?) -> Nullable<Double> {
        Nullable(result.count == 0 ? nil : correct.map { Double($0) / Double(result.count) })
      }
      name = result.model
      n = result.count
      wholeTop1 = share(result.cleanCorrect)
      meanOverGrids = Nullable(result.meanOverGrids)
      innerDifference = Nullable(result.innerDifference)
      conditions = result.points.map { point in
        Condition(
          unit: point.condition.unit, value: point.condition.value, top1: share(point.correct),
          top1Interval: Nullable(
            WilsonInterval(successes: point.correct, of: result.count).map { [$0.lower, $0.upper] }),
          top1Correct: point.correct, innerTop1: share(point.innerCorrect),
          innerWholeTop1: share(point.innerCleanCorrect))
      }
      skipped = result.skipped
    }
  }

  struct Interactions: Encodable {
    struct Layout: Encodable {
      let side: Int
      let gap: Int
      /// Whether no cell sees two masks; null for networks that see the whole picture.
      let additive: Nullable<Bool>
      let correlation: Nullable<Double>
      let correlationInterval: Nullable<[Double]>
      let greatestDifference: Nullable<Double>
    }

    let name: String
    let n: Int
    let layouts: [Layout]
    let skipped: [SkippedImage]

    init(_ result: InteractionResult, _ bootstrap: Bootstrap, _ model: LoadedModel?) {
      name = result.model
      n = result.count
      layouts = result.points(bootstrap).map { point in
        Layout(
          side: point.layout.side, gap: point.layout.gap,
          additive: Nullable(model?.isAdditive(point.layout)), correlation: Nullable(point.correlation),
          correlationInterval: Nullable(point.interval.map { [$0.lowerBound, $0.upperBound] }),
          greatestDifference: Nullable(point.greatestDifference))
      }
      skipped = result.skipped
    }
  }

  struct Errors: Encodable {
    struct Class: Encodable {
      let `class`: String
      let n: Int
      let firstCorrect: Int
      let secondCorrect: Int
    }

    let first: String
    let second: String
    let n: Int
    let firstTop1: Double
    let secondTop1: Double
    let observed: Double
    let expected: Double
    let kappa: Nullable<Double>
    let kappaInterval: Nullable<[Double]>
    let classCorrelation: Nullable<Double>
    let classes: [Class]

    init(_ pair: ErrorAgreement, _ model: LoadedModel?) {
      first = pair.first
      second = pair.second
      n = pair.consistency.count
      firstTop1 = pair.consistency.firstAccuracy
      secondTop1 = pair.consistency.secondAccuracy
      observed = pair.consistency.observed
      expected = pair.consistency.expected
      kappa = Nullable(pair.consistency.kappa)
      kappaInterval = Nullable(pair.interval.map { [$0.lowerBound, $0.upperBound] })
      classCorrelation = Nullable(pair.correlation)
      let identifiers = model?.card.classes ?? []
      classes = pair.classes.map { own in
        Class(
          class: identifiers.indices.contains(own.label) ? identifiers[own.label] : "\(own.label)",
          n: own.count, firstCorrect: own.firstCorrect, secondCorrect: own.secondCorrect)
      }
    }
  }

  struct Sensitivity: Encodable {
    struct Ranking: Encodable {
      let ranking: String
      let probabilities: [Double]
      let meanFall: Double
      let meanFallInterval: Nullable<[Double]>
    }

    let name: String
    let n: Int
    let patchSide: Int
    let patches: [Int]
    let whole: Nullable<Double>
    let rankings: [Ranking]
    let skipped: [SkippedImage]

    init(_ result: SensitivityResult, _ bootstrap: Bootstrap) {
      name = result.model
      n = result.count
      patchSide = result.question.side
      patches = result.question.counts
      whole = Nullable(result.clean)
      rankings = result.curves(bootstrap).map { curve in
        Ranking(
          ranking: curve.ranking, probabilities: curve.probabilities, meanFall: curve.meanFall,
          meanFallInterval: Nullable(curve.interval.map { [$0.lowerBound, $0.upperBound] }))
      }
      skipped = result.skipped
    }
  }
}
