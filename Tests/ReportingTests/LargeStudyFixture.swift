import Datasets
import Distortions
import Foundation
import Layers
import Models
import Probes
import Studies
import Tensors

@testable import Reporting

/// A study as large as real ones get: every kind of answer, each network asked about every picture.
struct LargeStudyFixture {
  static let names = [
    "bagnet9", "bagnet17", "bagnet33", "resnet50", "vgg16", "densenet169", "alexnet", "resnet50-shape",
  ]
  static let fields = ["bagnet9": 9, "bagnet17": 17, "bagnet33": 33]

  let pictures: Int
  let models = LargeStudyFixture.names.map { name in
    StudyFixture.model(
      "\(name)/imagenette", name, parameters: 1_000_000, field: LargeStudyFixture.fields[name])
  }
  private var random = SeededGenerator(seed: 11)
  private var minutes = 0.0

  init(pictures: Int) { self.pictures = pictures }

  mutating func write(to path: String) throws -> Study {
    let study = try Study(at: path)
    for (place, model) in models.enumerated() {
      try addAccuracy(to: study, model, skill: 0.7 + 0.03 * Float(place))
      try addDistortions(
        .distortions, DistortionConditions(DistortionKind.catalogue), to: study, model, place)
      let clean = DistortionConditions.Series(kind: Corruption.clean.name, levels: [0])
      try addDistortions(
        .corruptions,
        DistortionConditions(
          series: [clean] + DistortionConditions(Corruption.catalogue.map { $0.kind() }).series),
        to: study, model, place)
      try addStickers(to: study, model, place)
      try StudyFixture.addPlaces(to: study, model)
      try StudyFixture.addSizes(to: study, model)
      try addPerturbations(to: study, model, place)
      try addCueConflict(to: study, model, place)
      try addSignatures(to: study, model, place)
      try addAttributions(to: study, model)
      try addEvidence(to: study, model)
    }
    return study
  }

  /// A run of its own, filled and finished.
  private mutating func run<Answer: StudyAnswer>(
    _ kind: QuestionKind, _ model: ModelRecord, in study: Study, target: Int? = nil,
    options: [String: String] = [:], skipped: [SkippedImage] = [], answers: [Answer]
  ) throws {
    var description = StudyFixture.run(
      kind, model, target: target, command: "patchwork \(kind.rawValue) --model \(model.card.name)")
    description.options.merge(options) { $1 }
    let run = try study.begin(description, at: StudyFixture.start.addingTimeInterval(60 * minutes))
    minutes += 1
    try study.append(answers, skipped: skipped, to: run, seconds: 30)
    try study.finish(run, at: StudyFixture.start.addingTimeInterval(60 * minutes))
  }

  private func name(_ picture: Int) -> String {
    "\(StudyFixture.classNames[picture % 10])/ILSVRC2012_val_\(10_000_000 + picture).JPEG"
  }

  private mutating func named(_ label: Int, skill: Float) -> Int {
    random.uniform() < skill ? label : random.uniform(below: 10)
  }

  private mutating func addAccuracy(to study: Study, _ model: ModelRecord, skill: Float) throws {
    let answers = (0..<pictures).map { picture in
      let first = named(picture % 10, skill: skill)
      return ImageAnswer(
        image: name(picture), label: picture % 10, top: (0..<5).map { (first + $0) % 10 })
    }
    let skipped = (0..<pictures / 10).map {
      SkippedImage(
        image: "broken/ILSVRC2012_val_\(20_000_000 + $0).JPEG",
        reason: "expected a whole JPEG, found its first 812 bytes")
    }
    try run(.accuracy, model, in: study, skipped: skipped, answers: answers)
  }

  private mutating func addDistortions(
    _ kind: QuestionKind, _ conditions: DistortionConditions, to study: Study, _ model: ModelRecord,
    _ place: Int
  ) throws {
    let skills = conditions.series.flatMap { series in
      series.levels.indices.map { Float(0.85 - 0.1 * Double($0) - 0.02 * Double(place)) }
    }
    let answers = (0..<pictures).map { picture in
      DistortionAnswer(
        image: name(picture), label: picture % 10, answers: skills.map { named(picture % 10, skill: $0) })
    }
    try run(
      kind, model, in: study,
      options: [
        RunDescription.conditionsOption: conditions.text,
        RunDescription.baselineOption: "alexnet/imagenette",
      ], answers: answers)
  }

  private mutating func stickerAnswers(_ success: Float) -> [StickerAnswer] {
    (0..<pictures).map { picture in
      let clean = named(picture % 10, skill: 0.85)
      return StickerAnswer(
        image: name(picture), label: picture % 10, clean: clean, x: Double(random.uniform(in: 0...72)),
        y: Double(random.uniform(in: 0...72)), scale: 1, sticker: random.uniform() < success ? 8 : clean,
        noise: random.uniform() < 0.02 ? 8 : clean, photo: random.uniform() < 0.1 ? 8 : clean)
    }
  }

  private mutating func addStickers(to study: Study, _ model: ModelRecord, _ place: Int) throws {
    let success = 0.9 - 0.1 * Float(place)
    try run(.sticker, model, in: study, target: 8, answers: stickerAnswers(success))
    for (step, area) in [0.01, 0.02, 0.05, 0.1].enumerated() {
      try run(
        .sticker, model, in: study, target: 8,
        options: [
          RunDescription.sweepOption: StickerSweep.areas.rawValue,
          RunDescription.madeOnOption: model.card.name, RunDescription.areaOption: "\(area)",
        ], answers: stickerAnswers(success * Float(step + 1) / 4))
    }
    for other in models {
      try run(
        .sticker, model, in: study, target: 8,
        options: [
          RunDescription.sweepOption: StickerSweep.transfer.rawValue,
          RunDescription.madeOnOption: other.card.name, RunDescription.areaOption: "0.05",
        ], answers: stickerAnswers(other == model ? success : success / 3))
    }
  }

  private mutating func addPerturbations(to study: Study, _ model: ModelRecord, _ place: Int) throws {
    let questions: [(String, Double?)] = [
      ("pgd", 1.0 / 255), ("pgd", 2.0 / 255), ("pgd", 4.0 / 255), ("apgd", 4.0 / 255), ("deepfool", nil),
    ]
    for (attack, epsilon) in questions {
      var options = [RunDescription.attackOption: attack, RunDescription.normOption: "linf"]
      options[RunDescription.epsilonOption] = epsilon.map { "\($0)" }
      let skill = Float(0.8 - 20 * (epsilon ?? 0.02)) - 0.02 * Float(place)
      let answers = (0..<pictures).map { picture in
        PerturbationAnswer(
          image: name(picture), label: picture % 10, clean: named(picture % 10, skill: 0.9),
          adversarial: named(picture % 10, skill: skill), length: epsilon ?? Double(random.uniform()) / 50,
          queries: 40)
      }
      try run(.perturbations, model, in: study, options: options, answers: answers)
    }
  }

  /// 1,280 stimuli, as the published set has.
  private mutating func addCueConflict(to study: Study, _ model: ModelRecord, _ place: Int) throws {
    let categories = StudyFixture.categories
    let answers = categories.flatMap { shape in
      categories.flatMap { texture in
        (1...5).map { number in
          let roll = random.uniform()
          let response = roll < 0.2 + 0.05 * Float(place) ? shape : roll < 0.7 ? texture : "other"
          return CueConflictAnswer(
            stimulus: "\(shape)\(number)-\(texture)\(number).png", shape: shape, texture: texture,
            response: response)
        }
      }
    }
    try run(.textureBias, model, in: study, answers: answers)
  }

  private mutating func addSignatures(to study: Study, _ model: ModelRecord, _ place: Int) throws {
    func options(_ question: some Encodable) throws -> [String: String] {
      [RunDescription.questionOption: try RunDescription.option(for: question)]
    }
    let isLocal = model.receptiveField != nil
    let shuffling = ShufflingQuestion(conditions: [.init(.grid, 2), .init(.grid, 4), .init(.tile, 8)])
    try run(
      .shuffling, model, in: study, options: options(shuffling),
      answers: (0..<pictures).map { picture in
        ShufflingAnswer(
          image: name(picture), label: picture % 10, clean: named(picture % 10, skill: 0.85),
          answers: (1...3).map { named(picture % 10, skill: 0.85 - 0.15 * Float($0)) },
          innerAnswers: isLocal ? [nil, nil, nil] : [], innerClean: isLocal ? [nil, nil, nil] : [],
          innerDifference: isLocal ? 1e-7 : nil)
      })
    let interactions = InteractionQuestion(layouts: [.init(side: 8, gap: 8), .init(side: 8, gap: 32)])
    try run(
      .interactions, model, in: study, options: options(interactions),
      answers: (0..<pictures).map { picture in
        let joint = [Double(random.normal()), Double(random.normal())]
        return InteractionAnswer(
          image: name(picture), label: picture % 10, joint: joint,
          sum: joint.map { $0 + Double(random.normal()) * (isLocal ? 0 : 1) })
      })
    let sensitivity = SensitivityQuestion(
      rankings: ["saliency", "integrated-gradients", "random"], counts: [1, 2, 4, 8], side: 8)
    try run(
      .sensitivity, model, in: study, options: options(sensitivity),
      answers: (0..<pictures).map { picture in
        SensitivityAnswer(
          image: name(picture), label: picture % 10, clean: 0.9,
          probabilities: (0..<12).map { _ in Double(random.uniform()) })
      })
  }

  private mutating func addAttributions(to study: Study, _ model: ModelRecord) throws {
    let hasTruth = model.receptiveField != nil
    let rankings = ["saliency", "deeplift", "integrated-gradients", "random"]
    try run(
      .attribution, model, in: study,
      options: [RunDescription.rankingsOption: rankings.joined(separator: " ")],
      answers: (0..<pictures).map { picture in
        AttributionScores(
          image: name(picture), label: picture % 10, classIndex: picture % 10,
          rankings: rankings.map { ranking in
            RankingScores(
              ranking: ranking,
              deletion: AttributionScoreProbe.shares.map { Float(1 - $0) * random.uniform() },
              insertion: AttributionScoreProbe.shares.map { Float($0) * random.uniform() },
              sensitivity: AttributionScoreProbe.subsetShares.map { _ in random.uniform() },
              pearson: hasTruth ? random.uniform() : nil, spearman: hasTruth ? random.uniform() : nil,
              relativeError: hasTruth ? random.uniform() : nil)
          })
      })
  }

  /// Ten pictures of noise, which no codec makes smaller, for each network that has maps.
  private mutating func addEvidence(to study: Study, _ model: ModelRecord) throws {
    guard let field = model.receptiveField else { return }
    let run = try study.begin(
      StudyFixture.run(.evidence, model, command: "patchwork heatmap --model \(model.card.name)"),
      at: StudyFixture.start)
    for picture in 0..<10 {
      let cells = (0..<81 * 81).map { _ in random.normal() }
      let map = EvidenceMap(
        model: model.card.name, image: name(picture), classIndex: picture % 10, logit: 0.1, cells: cells,
        rows: 81, columns: 81, receptiveField: ReceptiveField(size: field.size, stride: 1, offset: 0))
      let pixels = (0..<96 * 96 * 3).map { _ in Double(random.uniform()) }
      let png = PNGFixture.encode(width: 96, height: 96) { x, y in
        let start = (y * 96 + x) * 3
        return Array(pixels[start..<start + 3])
      }
      try study.append(
        [PicturedEvidence(map: map, picture: try EncodedPicture(png, name: name(picture)))], to: run)
    }
    try study.finish(run, at: StudyFixture.start)
  }
}
