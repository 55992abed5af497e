/// Every attack on single pictures, or on all at once, that is known by name.
public enum PerturbationCatalogue {
  public static let all: [PerturbationEntry] =
    gradientSteps + adaptive + ensembles + smallest + universal + patches

  /// The attack called `name`; nil when there is none.
  public static func named(_ name: String) -> PerturbationEntry? { all.first { $0.name == name } }

  // MARK: Within a budget, along gradients

  private static let gradientSteps = [
    PerturbationEntry(
      "fgsm", "One step of length ε along the gradient (its sign in L∞).",
      source: "Goodfellow et al. 2014, 1412.6572", settings: [.loss],
      maker: .bounded { budget, settings in
        try ProjectedGradient(
          budget: budget, steps: 1, stepSize: budget.epsilon, startsAtRandom: false,
          loss: settings.loss ?? .crossEntropy)
      }),
    PerturbationEntry(
      "pgd", "Projected gradient: 40 steps of ε/30 from a random start.",
      source: "Madry et al. 2017, 1706.06083", settings: [.steps, .stepSize, .restarts, .loss],
      maker: .bounded { budget, settings in
        try ProjectedGradient(
          budget: budget, steps: settings.steps ?? 40, stepSize: settings.stepSize ?? budget.epsilon / 30,
          startsAtRandom: true, restarts: settings.restarts ?? 1, loss: settings.loss ?? .crossEntropy)
      }),
    PerturbationEntry(
      "mi-fgsm", "Ten steps with momentum 1; transfers better to other networks.",
      source: "Dong et al. 2018, 1710.06081", settings: [.steps, .stepSize, .momentum, .loss],
      maker: .bounded { budget, settings in
        let steps = settings.steps ?? 10
        return try ProjectedGradient(
          budget: budget, steps: steps, stepSize: settings.stepSize ?? budget.epsilon / Double(max(steps, 1)),
          startsAtRandom: false, momentum: Float(settings.momentum ?? 1), loss: settings.loss ?? .crossEntropy
        )
      }),
  ]

  // MARK: Within a budget, adapting themselves

  private static let adaptive = [
    PerturbationEntry(
      "apgd-ce", "APGD, whose steps halve where it stalls, on the cross-entropy.",
      source: "Croce & Hein 2020, 2003.01690", settings: [.steps, .restarts],
      maker: .bounded { budget, settings in
        try AutoPGD(
          budget: budget, aim: .goal(.crossEntropy), steps: settings.steps ?? 100,
          restarts: settings.restarts ?? 1)
      }),
    PerturbationEntry(
      "apgd-dlr", "APGD on the difference of logits ratio.",
      source: "Croce & Hein 2020, 2003.01690", settings: [.steps, .restarts],
      usesOfClasses: [.logitRatio(towardsOthers: false)],
      maker: .bounded { budget, settings in
        try AutoPGD(
          budget: budget, aim: .goal(.logitRatio), steps: settings.steps ?? 100,
          restarts: settings.restarts ?? 1)
      }),
    PerturbationEntry(
      "apgd-t", "APGD towards each of the 9 likeliest other classes.",
      source: "Croce & Hein 2020, 2003.01690", canTarget: false, settings: [.steps, .restarts, .targets],
      usesOfClasses: [.logitRatio(towardsOthers: true), .otherClasses(9)],
      maker: .bounded { budget, settings in
        try AutoPGD(
          budget: budget, aim: .classes(settings.targets ?? 9), steps: settings.steps ?? 100,
          restarts: settings.restarts ?? 1)
      }),
    PerturbationEntry(
      "square", "Random search that sees only logits: 5,000 questions.",
      source: "Andriushchenko et al. 2020, 1912.00049", usesGradients: false, settings: [.queries],
      maker: .bounded { budget, settings in
        try SquareAttack(budget: budget, queries: settings.queries ?? 5000)
      }),
  ]

  // MARK: Within a budget, several together

  private static let ensembles = [
    PerturbationEntry(
      "standard", "The standard ensemble: apgd-ce, apgd-t, fab-t, square in turn.",
      source: "Croce & Hein 2020, 2003.01690", canTarget: false, settings: [.steps, .queries],
      usesOfClasses: [.logitRatio(towardsOthers: true), .otherClasses(9)],
      maker: .bounded { budget, settings in
        try AttackSequence.standard(
          budget: budget, steps: settings.steps ?? 100, queries: settings.queries ?? 5000)
      })
  ]

  // MARK: The smallest change

  private static let smallest = [
    PerturbationEntry(
      "fab-t", "FAB towards each of the 9 likeliest other classes.",
      source: "Croce & Hein 2020, 1907.02044", canTarget: false, settings: [.steps, .targets, .restarts],
      usesOfClasses: [.otherClasses(9)],
      maker: .minimal { norm, settings in
        try FastAdaptiveBoundary(
          norm: norm, steps: settings.steps ?? 100, targets: settings.targets ?? 9,
          restarts: settings.restarts ?? 1)
      }),
    PerturbationEntry(
      "deepfool", "Steps to the nearest boundary that the tangent shows.",
      source: "Moosavi-Dezfooli et al. 2016, 1511.04599", canTarget: false,
      settings: [.steps, .candidates, .overshoot],
      maker: .minimal { norm, settings in
        try DeepFool(
          norm: norm, candidates: settings.candidates ?? 10, overshoot: settings.overshoot ?? 0.02,
          steps: settings.steps ?? 50)
      }),
    PerturbationEntry(
      "cw", "Carlini & Wagner: Adam on length and margin, weight by bisection.",
      source: "Carlini & Wagner 2017, 1608.04644", norms: [.l2],
      settings: [.steps, .searches, .learningRate, .firstConstant, .confidence],
      maker: .minimal { _, settings in
        try CarliniWagner(
          searches: settings.searches ?? 9, steps: settings.steps ?? 1000,
          learningRate: settings.learningRate ?? 0.01, firstConstant: settings.firstConstant ?? 1e-3,
          confidence: settings.confidence ?? 0)
      }),
    PerturbationEntry(
      "fmn", "Fast minimum norm: steps in a ball that shrinks and grows.",
      source: "Pintor et al. 2021, 2102.12827", settings: [.steps, .stepSize],
      maker: .minimal { norm, settings in
        try FastMinimumNorm(norm: norm, steps: settings.steps ?? 100, stepSize: settings.stepSize ?? 1)
      }),
  ]

  // MARK: One change for all pictures

  private static let universal = [
    PerturbationEntry(
      "uap", "Grown picture by picture with DeepFool.",
      source: "Moosavi-Dezfooli et al. 2017, 1610.08401", canTarget: false,
      settings: [.steps, .rounds, .candidates, .overshoot],
      maker: .universal { budget, _, settings in
        try UniversalDeepFool(
          budget: budget, rounds: settings.rounds ?? 10, steps: settings.steps ?? 10,
          candidates: settings.candidates ?? 10, overshoot: settings.overshoot ?? 0.02)
      }),
    PerturbationEntry(
      "uap-gradient", "By gradient steps over batches.",
      source: "Shafahi et al. 2018, 1811.11304", settings: [.steps, .stepSize, .batchSize, .loss],
      maker: .universal { budget, criterion, settings in
        try UniversalGradient(
          budget: budget, criterion: criterion, steps: settings.steps ?? 500,
          batchSize: settings.batchSize ?? 16,
          stepSize: settings.stepSize ?? budget.epsilon / 10, loss: settings.loss ?? .crossEntropy)
      }),
  ]

  // MARK: One sticker for each picture

  private static let patches = [
    PerturbationEntry(
      "patch-pgd", "Projected gradient in a square; places ranked for all at once.",
      source: "Madry et al. 2017, 1706.06083", norms: [],
      settings: [.steps, .stepSize, .restarts, .places, .targets, .loss],
      maker: .patch { budget, settings in
        try PatchPGD(
          budget: budget, places: settings.places ?? 5, rivals: settings.targets ?? 9,
          steps: settings.steps ?? 100, stepSize: settings.stepSize, restarts: settings.restarts ?? 1,
          loss: settings.loss ?? .margin(confidence: .infinity))
      }),
    PerturbationEntry(
      "lavan", "Plain gradient steps at a random place until sure of a class.",
      source: "Karmon et al. 2018, 1801.02608", norms: [],
      settings: [.steps, .learningRate, .confidence, .places],
      maker: .patch { budget, settings in
        try LaVAN(
          budget: budget, places: settings.places ?? 1, steps: settings.steps ?? 300,
          learningRate: settings.learningRate ?? 1, confidence: settings.confidence ?? 0.9)
      }),
    PerturbationEntry(
      "patch-rs", "Random search that sees only logits: 10,000 questions.",
      source: "Croce et al. 2022, 2006.12834", norms: [], usesGradients: false,
      settings: [.queries, .restarts],
      maker: .patch { budget, settings in
        try PatchRandomSearch(
          budget: budget, queries: settings.queries ?? 10_000, restarts: settings.restarts ?? 1)
      }),
  ]
}
