import Datasets
import Distortions
import Files
import Foundation
import Layers
import Models
import Probes
import Studies
import Tensors

/// A folder that is removed with the value that owns it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent("reporting-\(UUID().uuidString)").path
    try AtomicFile.makeFolder(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Builds studies whose answers are drawn from a seeded generator: invented, but of the size and shape of
/// real ones.
struct StudyFixture {
  static let classNames = [
    "tench", "English springer", "cassette player", "chain saw", "church", "French horn", "garbage truck",
    "gas pump", "golf ball", "parachute",
  ]
  static let categories = [
    "airplane", "bear", "bicycle", "bird", "boat", "bottle", "car", "cat", "chair", "clock", "dog",
    "elephant",
    "keyboard", "knife", "oven", "truck",
  ]
  static let start = Date(timeIntervalSince1970: 1_763_900_000)

  var random = SeededGenerator(seed: 7)

  static func model(_ name: String, _ architecture: String, parameters: Int, field: Int?) -> ModelRecord {
    ModelRecord(
      card: ModelCard(
        name: name, architecture: architecture, classes: (0..<10).map { "n0\($0)440764" },
        classNames: classNames,
        preprocessing: Preprocessing(
          resizeShorterSide: 112, centerCrop: 96, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]),
        source: "trained for this report", licence: "MIT", corpus: "imagenette, training half", top1: 0.83),
      weightsSHA256: SHA256.hexadecimal(of: name.utf8), parameters: parameters,
      receptiveField: field.map { ReceptiveField(size: $0, stride: 8, offset: 0) }, inputSize: 96)
  }

  static func run(_ kind: QuestionKind, _ model: ModelRecord, target: Int? = nil, command: String)
    -> RunDescription
  {
    RunDescription(
      kind: kind, model: model, target: target, command: command, seed: 20_251_123, threads: 2,
      processor: "AMD EPYC (Zen 4)",
      options: ["corpus": "imagenette/val", "limit": "500", "positions": "random"],
      toolVersion: "0.1.0")
  }

  private func stamp(_ minutes: Double) -> Date { StudyFixture.start.addingTimeInterval(60 * minutes) }

  /// A study with every section.
  mutating func full(at path: String) throws -> Study {
    let study = try Study(at: path)
    let models = [
      StudyFixture.model("bagnet17-w16", "bagnet17", parameters: 928_410, field: 17),
      StudyFixture.model("bagnet33-w16", "bagnet33", parameters: 1_059_482, field: 33),
      StudyFixture.model("resnet50-w16", "resnet50", parameters: 1_488_186, field: nil),
    ]
    try addAccuracy(to: study, models: models)
    try addStickers(to: study, models: models)
    try addEvidence(to: study, model: models[0])
    try addTextureBias(to: study)
    try addDistortions(to: study, models: [models[2], models[0]])
    return study
  }

  /// Accuracy falls to chance, of the first network sooner under noise and later under the filter.
  mutating func addDistortions(to study: Study, models: [ModelRecord], count: Int = 200) throws {
    let conditions = DistortionConditions(DistortionKind.usual)
    let command =
      "patchwork distortions --model \(models.map(\.card.name).joined(separator: " ")) "
      + "--corpus imagenette/val --limit \(count) --study demo.study"
    let halves: [[Double]] = [[2.2, 3.4, 3.9], [4.1, 1.6, 3.9]]
    for (index, model) in models.enumerated() {
      var description = StudyFixture.run(.distortions, model, command: command)
      description.options[RunDescription.conditionsOption] = conditions.text
      let run = try study.begin(description, at: stamp(50 + Double(index)))
      let answers = (0..<count).map { image in
        let label = image % 10
        let named = conditions.series.enumerated().flatMap { kind, series in
          series.levels.indices.map { level in
            let skill = 0.1 + 0.75 / (1 + exp(1.6 * (Double(level) - halves[index % 2][kind])))
            return random.uniform() < Float(skill) ? label : (label + 1) % 10
          }
        }
        return DistortionAnswer(image: "\(image).jpg", label: label, answers: named)
      }
      try study.append(answers, to: run, seconds: 95)
      try study.finish(run, at: stamp(51 + Double(index)))
    }
  }

  mutating func addAccuracy(to study: Study, models: [ModelRecord], count: Int = 500) throws {
    let command =
      "patchwork evaluate --model \(models.map(\.card.name).joined(separator: " ")) "
      + "--corpus imagenette/val --limit \(count) --study demo.study"
    for (index, model) in models.enumerated() {
      let run = try study.begin(
        StudyFixture.run(.accuracy, model, command: command), at: stamp(Double(index)))
      let skill = [0.79, 0.84, 0.88][index % 3]
      let answers = (0..<count).map { image in
        let label = image % 10
        var order = (0..<10).filter { $0 != label }.shuffled(using: &random)
        order.insert(label, at: random.uniform() < Float(skill) ? 0 : random.uniform(below: 7) + 1)
        return ImageAnswer(
          image: "\(StudyFixture.classNames[label])/\(image).jpg", label: label, top: Array(order.prefix(5)))
      }
      let skipped = [
        SkippedImage(
          image: "church/ILSVRC2012_val_00003682.JPEG",
          reason: "expected a whole JPEG, found its first 812 bytes")
      ]
      try study.append(answers, skipped: skipped, to: run, seconds: 41.3 + Double(index))
      try study.finish(run, at: stamp(Double(index) + 0.7))
    }
  }

  mutating func addStickers(to study: Study, models: [ModelRecord]) throws {
    let target = 8
    let command =
      "patchwork sticker test --sticker out/sticker.png --model bagnet17-w16 bagnet33-w16 resnet50-w16 "
      + "--corpus imagenette/val --positions random --limit 500 --seed 20251123 --study demo.study"
    for (index, model) in models.enumerated() {
      let run = try study.begin(
        StudyFixture.run(.sticker, model, target: target, command: command), at: stamp(10 + Double(index)))
      let rates: [(sticker: Float, photo: Float, noise: Float)] = [
        (0.93, 0.11, 0.016), (0.74, 0.14, 0.012), (0.21, 0.17, 0.02),
      ]
      let rate = rates[index % 3]
      let answers = (0..<500).map { image in
        let label = image % 10
        let clean = random.uniform() < 0.85 ? label : random.uniform(below: 10)
        func outcome(_ rate: Float) -> Int {
          random.uniform() < rate ? target : random.uniform() < 0.8 ? clean : random.uniform(below: 8)
        }
        return StickerAnswer(
          image: "\(StudyFixture.classNames[label])/\(image).jpg", label: label, clean: clean,
          x: Double(random.uniform(in: 0...72)), y: Double(random.uniform(in: 0...72)), scale: 1,
          sticker: outcome(rate.sticker), noise: outcome(rate.noise), photo: outcome(rate.photo))
      }
      try study.append(answers, to: run, seconds: 178.2)
      let side = 24
      let sticker = stickerPixels()
      try study.append(
        [
          Artifact(
            role: .sticker, name: "sticker.png", caption: "for “golf ball”",
            picture: try EncodedPicture(
              PNGFixture.encode(width: side, height: side, sticker), name: "sticker.png")),
          Artifact(
            role: .noiseControl, name: "noise.png", caption: "uniform, seed 20251123",
            picture: try EncodedPicture(
              PNGFixture.encode(width: side, height: side, noisePixels()), name: "noise.png")),
          Artifact(
            role: .photoControl, name: "photo.png", caption: "golf ball/12.jpg",
            picture: try EncodedPicture(
              PNGFixture.encode(width: side, height: side, ballPixels()), name: "photo.png")),
        ], to: run)
      if index == 0 { try addGallery(to: study, run: run, sticker: sticker) }
      try study.finish(run, at: stamp(13 + Double(index)))
    }
  }

  private mutating func addGallery(
    to study: Study, run: Run, sticker: (Int, Int) -> [Double]
  ) throws {
    for (index, label) in [0, 1, 4, 6, 7, 9].enumerated() {
      let scene = scenePixels(UInt64(index))
      let (left, top) = (8 + 9 * index, 60 - 8 * index)
      let name = "\(StudyFixture.classNames[label])/\(label + 10).jpg"
      let covered = { (x: Int, y: Int) in
        (0..<24).contains(x - left) && (0..<24).contains(y - top) ? sticker(x - left, y - top) : scene(x, y)
      }
      try study.append(
        [
          Artifact(
            role: .before, name: name, caption: StudyFixture.classNames[label],
            picture: try EncodedPicture(PNGFixture.encode(width: 96, height: 96, scene), name: name)),
          Artifact(
            role: .after, name: name, caption: index == 4 ? StudyFixture.classNames[label] : "golf ball",
            picture: try EncodedPicture(PNGFixture.encode(width: 96, height: 96, covered), name: name)),
        ], to: run)
    }
  }

  mutating func addEvidence(to study: Study, model: ModelRecord) throws {
    let run = try study.begin(
      StudyFixture.run(
        .evidence, model,
        command: "patchwork heatmap --model bagnet17-w16 --image tench/3.jpg --class tench --out m.png"),
      at: stamp(20))
    for index in 0..<3 {
      let side = 10
      let centre = (Double(random.uniform(in: 2...7)), Double(random.uniform(in: 2...7)))
      let cells = (0..<side * side).map { cell in
        let (y, x) = (Double(cell / side) - centre.1, Double(cell % side) - centre.0)
        return Float(9 * exp(-(x * x + y * y) / 5) - 1.5) + 1.6 * random.normal()
      }
      let mean = cells.reduce(0) { $0 + Double($1) } / Double(cells.count)
      let name = "\(StudyFixture.classNames[index])/\(index + 3).jpg"
      let map = EvidenceMap(
        model: model.card.name, image: name, classIndex: index, logit: Float(mean) + 1e-6, cells: cells,
        rows: side, columns: side, receptiveField: ReceptiveField(size: 17, stride: 8, offset: 0))
      let picture = try EncodedPicture(
        PNGFixture.encode(width: 96, height: 96, scenePixels(UInt64(index + 20))), name: name)
      try study.append([PicturedEvidence(map: map, picture: picture)], to: run, seconds: 0.4)
    }
    try study.finish(run, at: stamp(21))
  }

  mutating func addTextureBias(to study: Study) throws {
    let observers: [(String, TextureBiasResult.Kind, bias: Float, coverage: Float)] =
      [
        ("alexnet", .network, 0.43, 0.55), ("googlenet", .network, 0.31, 0.61),
        ("resnet50", .network, 0.22, 0.61), ("vgg", .network, 0.17, 0.63),
        ("squeezenet1_1-imagenet", .network, 0.26, 0.5),
      ]
      + (1...10).map { ("subject-\($0 < 10 ? "0" : "")\($0)", .person, 0.96, 0.8) }
    let command = "patchwork texture-bias --responses responses/*.csv --study demo.study"
    for (index, observer) in observers.enumerated() {
      let run = try study.begin(
        RunDescription(
          kind: .textureBias, observer: observer.0, observerKind: observer.1, command: command, seed: 0,
          threads: 2, processor: "AMD EPYC (Zen 4)", options: ["stimuli": "recorded"], toolVersion: "0.1.0"),
        at: stamp(30 + Double(index) / 10))
      var answers: [CueConflictAnswer] = []
      for (row, shape) in StudyFixture.categories.enumerated() {
        let tilt = observer.1 == .person ? Float(row % 5) * -0.02 : 0.18 * Float((row * 7) % 5 - 2) / 2
        for texture in StudyFixture.categories where texture != shape {
          for number in 1...5 {
            let roll = random.uniform()
            let response =
              roll > observer.coverage
              ? "na" : random.uniform() < observer.bias + tilt ? shape : texture
            answers.append(
              CueConflictAnswer(
                stimulus: "\(shape)\(number)-\(texture)\(number).png", shape: shape, texture: texture,
                response: response))
          }
        }
      }
      try study.append(answers, to: run, seconds: 0.1)
      try study.finish(run, at: stamp(31 + Double(index) / 10))
    }
  }

  // MARK: - Pictures

  private mutating func noisePixels() -> (Int, Int) -> [Double] {
    let values = (0..<24 * 24 * 3).map { _ in Double(random.uniform()) }
    return { x, y in Array(values[(y * 24 + x) * 3..<(y * 24 + x) * 3 + 3]) }
  }

  private func stickerPixels() -> (Int, Int) -> [Double] {
    { x, y in
      let (u, v) = (Double(x) / 24, Double(y) / 24)
      return [
        0.5 + 0.5 * sin(19 * u + 7 * v), 0.5 + 0.5 * cos(23 * v - 5 * u),
        0.5 + 0.5 * sin(31 * u * v + 2),
      ]
    }
  }

  private func ballPixels() -> (Int, Int) -> [Double] {
    { x, y in
      let (u, v) = (Double(x) / 12 - 1, Double(y) / 12 - 1)
      guard u * u + v * v < 0.8 else { return [0.2, 0.45, 0.2] }
      let light = 0.95 - 0.3 * (u + v) / 2 - 0.12 * ((x + y) % 4 == 0 ? 1 : 0)
      return [light, light, light]
    }
  }

  private func scenePixels(_ seed: UInt64) -> (Int, Int) -> [Double] {
    var random = SeededGenerator(seed: 99, stream: seed)
    let hue = (0..<3).map { _ in Double(random.uniform(in: 0.2...0.8)) }
    let waves = (0..<4).map { _ in
      (Double(random.uniform(in: 0.02...0.2)), Double(random.uniform(in: 0.02...0.2)))
    }
    let centre = (Double(random.uniform(in: 30...66)), Double(random.uniform(in: 30...66)))
    return { x, y in
      let texture = waves.reduce(0) { $0 + sin($1.0 * Double(x) + 3) * cos($1.1 * Double(y)) } / 8
      let distance = hypot(Double(x) - centre.0, Double(y) - centre.1)
      let object = distance < 22 ? 0.25 + 0.01 * (22 - distance) : 0
      return hue.enumerated().map {
        $0.element + texture + ($0.offset == Int(seed % 3) ? object : -object / 2)
      }
    }
  }
}
