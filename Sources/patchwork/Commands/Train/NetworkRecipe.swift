import Checkpoints
import Datasets
import Files
import Imaging
import Layers
import Models
import Probes
import Training

extension TrainingKind {
  static let network = TrainingKind(name: "network") { table, options, common in
    try NetworkRecipe(&table, options, common)
  }
}

/// A recipe of kind `network`.
struct NetworkRecipe: PreparedTraining {
  let frame: RecipeFrame
  let architecture: Architecture
  /// 64 stands for the published width.
  let width: Int
  /// Of the hidden fully connected layers; nil: as wide as `width` says.
  let hidden: Int?
  let dropout: Float?
  let validation: String?
  let storage: SafeTensors.Storage
  /// The shorter side that training pictures are resized to; nil leaves them as they are.
  let resize: Int?
  /// Bytes of pictures kept in memory.
  let memory: Int
  let settings: NetworkTraining.Settings
  /// The digest of the recipe's file.
  let digest: String
  let limit: LimitOption
  let common: CommonOptions

  init(_ table: inout RecipeTable, _ options: TrainingOptions, _ common: CommonOptions) throws {
    let name = try table.requiredText("architecture", "a network's architecture, such as bagnet17")
    let known = Architecture.catalogue.map(\.name).filter { $0 != "bag_of_features" }
    guard known.contains(name) else {
      throw table.refuse("architecture", expected: known.joined(separator: ", "), found: "'\(name)'")
    }
    architecture = try Architecture.named(name)
    frame = try RecipeFrame(&table, options, name: name)
    (self.common, limit, digest) = (common, options.limit, table.digest)
    width = try table.whole("width", in: 1...256) ?? 64
    hidden = try table.whole("hidden", in: 1...16_384)
    let written = try table.text("validation")
    validation = options.validation ?? written
    storage = try table.choice("dtype", of: SafeTensors.Storage.self) ?? .fp32
    memory = (try table.whole("memory", in: 0...(1 << 20)) ?? 1024) << 20
    let side = frame.preprocessing.centerCrop ?? 0
    let augmentation = try NetworkRecipe.augmentation(&table, frame.preprocessing, side: side)
    resize = augmentation.resize
    let rate = try table.number("dropout", in: 0...1, isOpen: true)
    dropout = rate.map { Float($0) }
    var settings = NetworkTraining.Settings(
      epochs: try table.whole("epochs", in: 1...100_000) ?? 10,
      batch: try table.whole("batch", in: 2...65_536) ?? 64,
      seed: try table.whole("seed", in: 0...UInt64.max) ?? common.seed,
      schedule: try NetworkRecipe.schedule(&table), augmentation: augmentation.settings)
    settings.labelSmoothing = try table.number("label_smoothing", in: 0...1, isOpen: true) ?? 0
    settings.validationInterval = try table.whole("validate_every", in: 1...100_000) ?? 1
    settings.batchesAhead = try table.whole("batches_ahead", in: 0...64) ?? settings.batchesAhead
    try NetworkRecipe.optimiser(&table, into: &settings)
    settings.average = try NetworkRecipe.average(&table)
    self.settings = settings
    try requireFit(table, sides: [side, settings.augmentation.side])
  }

  // MARK: Parts of the recipe

  private static func optimiser(
    _ table: inout RecipeTable, into settings: inout NetworkTraining.Settings
  ) throws {
    guard var part = try table.table("optimiser") else { return }
    settings.momentum = try part.number("momentum", in: 0...1, isOpen: true) ?? settings.momentum
    settings.isNesterov = try part.flag("nesterov") ?? (settings.momentum > 0)
    settings.weightDecay = try part.number("weight_decay", in: 0...1) ?? settings.weightDecay
    settings.decaysVectors = try part.flag("decay_norms_and_biases") ?? settings.decaysVectors
    guard !settings.isNesterov || settings.momentum > 0 else {
      throw part.refuse("nesterov", expected: "false where momentum is 0", found: "true")
    }
    try part.finish()
  }

  private enum ScheduleKind: String, CaseIterable {
    case oneCycle = "one-cycle"
    case cosine
  }

  private static func schedule(_ table: inout RecipeTable) throws -> LearningRateSchedule {
    guard var part = try table.table("schedule") else {
      throw RecipeError.missingKey(
        path: table.path, key: "schedule", expected: "a table with the greatest learning_rate")
    }
    let kind = try part.choice("kind", of: ScheduleKind.self) ?? .oneCycle
    guard let peak = try part.positive("learning_rate") else {
      throw RecipeError.missingKey(
        path: table.path, key: "schedule.learning_rate", expected: "the greatest learning rate")
    }
    let schedule: LearningRateSchedule
    switch kind {
    case .oneCycle:
      var cycle = OneCycle(peak: peak)
      cycle.rise = try part.number("pct_start", in: 0...1) ?? cycle.rise
      cycle.startDivisor = try part.positive("div_factor") ?? cycle.startDivisor
      cycle.endDivisor = try part.positive("final_div_factor") ?? cycle.endDivisor
      cycle.anneal = try part.choice("anneal", of: LearningRateSchedule.Anneal.self) ?? cycle.anneal
      cycle.momenta = try part.span("momenta", in: 0.01...0.999)
      schedule = .oneCycle(cycle)
    case .cosine:
      var cosine = WarmCosine(peak: peak)
      cosine.rise = try part.number("warmup", in: 0...1, isOpen: true) ?? 0.05
      cosine.start = try part.number("warmup_start", in: 0...1) ?? cosine.start
      cosine.least = try part.number("least", in: 0...peak) ?? cosine.least
      schedule = .warmCosine(cosine)
    }
    try part.finish()
    return schedule
  }

  private enum CropKind: String, CaseIterable {
    case random, center, resized
  }

  private static func augmentation(
    _ table: inout RecipeTable, _ preprocessing: Preprocessing, side standard: Int
  ) throws -> (settings: Augmentation, resize: Int?) {
    var result = Augmentation(
      side: standard, flip: 0.5, interpolation: PicturePreparation(preprocessing).interpolation)
    guard var part = try table.table("augmentation") else {
      return (result, preprocessing.resizeShorterSide)
    }
    let side = try part.whole("size", in: 1...(1 << 14)) ?? standard
    result.side = side
    let resize = try part.whole("resize", in: 1...(1 << 14)) ?? preprocessing.resizeShorterSide
    switch try part.choice("crop", of: CropKind.self) ?? .random {
    case .center: result.crop = .center
    case .random:
      let padding = try part.whole("padding", in: 0...side) ?? 0
      result.crop = .random(padding: padding)
      if let resize, resize + 2 * padding < side {
        throw part.refuse(
          "resize", expected: "at least the pictures' side \(side) with padding", found: "\(resize)")
      }
    case .resized:
      let scale = try part.span("scale", in: 0.001...1) ?? 0.08...1
      let ratio = try part.span("ratio", in: 0.1...10) ?? 3.0 / 4...4.0 / 3
      result.crop = .resized(scale: scale, ratio: ratio)
    }
    result.flip = try part.number("flip", in: 0...1) ?? result.flip
    result.stylise = try part.number("stylise", in: 0...1) ?? result.stylise
    result.jitter = ColourJitter(
      brightness: try part.number("brightness", in: 0...10) ?? 0,
      contrast: try part.number("contrast", in: 0...10) ?? 0,
      saturation: try part.number("saturation", in: 0...10) ?? 0)
    try part.finish()
    return (result, resize)
  }

  private static func average(_ table: inout RecipeTable) throws -> NetworkTraining.Settings.Average? {
    guard var part = try table.table("average") else { return nil }
    guard let decay = try part.number("decay", in: 0...1, isOpen: true) else {
      throw RecipeError.missingKey(
        path: table.path, key: "average.decay", expected: "what the average keeps of itself at each step")
    }
    let average = NetworkTraining.Settings.Average(decay: decay, isWarm: try part.flag("warm") ?? true)
    try part.finish()
    return average
  }

  /// Checks that pictures of these sides, and dropout, suit the architecture.
  private func requireFit(_ table: RecipeTable, sides: [Int]) throws {
    let network = try architecture.randomNetwork(seed: 0, width: width, classes: 2, hidden: hidden)
    if hidden != nil, network.parameters.values.count(where: { $0.shape.rank == 2 }) < 2 {
      throw table.refuse(
        "hidden", expected: "left out, since \(architecture.name) has no hidden fully connected layers",
        found: "a number")
    }
    if dropout != nil, !network.hasDropout {
      throw table.refuse(
        "dropout", expected: "left out, since \(architecture.name) has none", found: "a rate")
    }
    for (side, key) in zip(sides, ["preprocessing", "augmentation"]) {
      do {
        _ = try network.outputShape(for: [1, 3, side, side])
      } catch let error as LayerError {
        throw table.refuse(
          key, expected: "pictures that \(architecture.name) can see", found: "\(side) px (\(error))")
      }
    }
  }
}
