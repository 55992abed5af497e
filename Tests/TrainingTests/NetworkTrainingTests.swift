import Datasets
import Files
import Foundation
import Imaging
import Layers
import Models
import Probes
import Synchronization
import Tensors
import Testing

@testable import Training

@Suite("Network training")
struct NetworkTrainingTests {
  /// Pictures of stripes across or along, made when asked for.
  struct Stripes: LabelledPictures {
    let classes = ["across", "along"]
    let count: Int
    var damaged: Set<Int> = []
    var unreadable: Set<Int> = []

    func label(_ index: Int) -> Int { index % 2 }

    func picture(_ index: Int) throws -> Picture {
      if damaged.contains(index) { throw FileError.empty(path: "\(index).png") }
      if unreadable.contains(index) { throw FileError.unreadable(path: "\(index).png", reason: "a test") }
      var generator = SeededGenerator(seed: 77, stream: UInt64(index))
      let bytes = (0..<24 * 24).flatMap { place -> [UInt8] in
        let along = index % 2 == 0 ? place / 24 : place % 24
        return (0..<3).map { _ in UInt8((along / 3 % 2 == 0 ? 60 : 160) + generator.uniform(below: 60)) }
      }
      return Picture(width: 24, height: 24, bytes: bytes)
    }
  }

  /// A folder of its own for checkpoint and log.
  final class Place {
    let path = FileManager.default.temporaryDirectory.path + "/patchwork-training-\(UUID())"
    init() throws { try AtomicFile.makeFolder(path) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var files: TrainingFiles { TrainingFiles(beside: path + "/out.safetensors") }
  }

  static let card = ModelCard(
    name: "stripes", architecture: "resnet18", classes: ["across", "along"],
    preprocessing: Preprocessing(centerCrop: 20, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]))
  static let identity = TrainingFiles.Identity(
    recipe: String(repeating: "0", count: 64), seed: 4, corpus: "stripes", validation: nil, pictures: 26,
    classes: ["across", "along"])

  static func settings(epochs: Int = 3) -> NetworkTraining.Settings {
    NetworkTraining.Settings(
      epochs: epochs, batch: 8, seed: 4, schedule: .oneCycle(OneCycle(peak: 0.05)), labelSmoothing: 0.05,
      augmentation: Augmentation(
        side: 20, crop: .random(padding: 1), flip: 0.5, jitter: ColourJitter(brightness: 0.2)),
      average: .init(decay: 0.9))
  }

  static func pictures(_ source: any LabelledPictures, memory: Int = 1 << 20, threads: Int = 2) throws
    -> TrainingPictures
  {
    var memory = memory
    return try TrainingPictures(
      source, classes: card.classes, memory: &memory, workers: Workers(count: threads)
    ) { $0 }
  }

  static func trained(
    _ settings: NetworkTraining.Settings, _ pictures: TrainingPictures, at place: Place, threads: Int = 2,
    validation: TrainingPictures? = nil, identity: TrainingFiles.Identity = identity,
    isInterrupted: () -> Bool = { false }, report: (NetworkTraining.Event) throws -> Void = { _ in }
  ) throws -> NetworkTraining.Outcome {
    let network = try Architecture.named("resnet18").randomNetwork(seed: 4, width: 4, classes: 2)
    return try NetworkTraining(settings, network: network, card: card).run(
      on: pictures, validation: validation, files: place.files, identity: identity,
      workers: Workers(count: threads), isInterrupted: isInterrupted, report: report)
  }

  @Test func aNetworkLearnsAndTheLogSaysSo() throws {
    let place = try Place()
    var settings = Self.settings(epochs: 8)
    settings.validationInterval = 3
    let validation = try TrainingPictures.centred(Stripes(count: 20))
    let outcome = try Self.trained(
      settings, try Self.pictures(Stripes(count: 64)), at: place, validation: validation)
    let log = outcome.log
    #expect(log.map(\.epoch) == Array(1...8) && outcome.steps == 64)
    #expect(log.map { $0.validationTop1 != nil } == [false, false, true, false, false, true, false, true])
    #expect(try #require(log.last?.validationTop1) >= 0.9, "\(log)")
    #expect(log[7].trainingLoss < 0.6 * log[0].trainingLoss, "\(log)")
    #expect(log.allSatisfy { $0.imagesPerSecond > 0 && $0.seconds > 0 && (0...1).contains($0.trainingTop1) })
    #expect(abs(log[7].learningRate - 0.05 / 25 / 1e4) < 1e-12)
    let lines = try String(contentsOfFile: place.files.log, encoding: .utf8).split(separator: "\n")
    let read = try lines.map { try JSONDecoder().decode(TrainingLogEntry.self, from: Data($0.utf8)) }
    #expect(read == log)
    #expect(lines[0].contains("\"validation_top1\":null"))
    // What was averaged is what was validated.
    let model = try LoadedModel(card: Self.card, parameters: outcome.parameters, weightsPath: "")
    #expect(
      try ValidationProbe.top1(of: model.classifier, on: validation, workers: Workers(count: 1))
        == log[7].validationTop1)
  }

  @Test func threadsMemoryAndPreparingAheadChangeNoBit() throws {
    let source = Stripes(count: 26, damaged: [5])
    var all: [[String: Tensor]] = []
    for (threads, memory, ahead) in [(1, 1 << 20, 2), (2, 1 << 20, 2), (2, 0, 3), (3, 9000, 0)] {
      var settings = Self.settings()
      settings.batchesAhead = ahead
      settings.augmentation.stylise = 0.5
      let pictures = try Self.pictures(source, memory: memory, threads: threads)
      #expect(pictures.count == 25 && pictures.keptCount == min(25, memory / 1728))
      #expect(pictures.skipped.map(\.image) == ["picture 5"])
      all.append(try Self.trained(settings, pictures, at: Place(), threads: threads).parameters)
    }
    for parameters in all { #expect(parameters == all[0]) }
    var other = Self.settings()
    other.seed = 5
    other.augmentation.stylise = 0.5
    let pictures = try Self.pictures(source)
    #expect(try Self.trained(other, pictures, at: Place()).parameters != all[0])
  }

  @Test(arguments: [0, 1, 2, 3, 4, 7, 8])
  func aStoppedRunGoesOnToTheSameBytes(_ steps: Int) throws {
    let pictures = try Self.pictures(Stripes(count: 26))
    let whole = try Self.trained(Self.settings(), pictures, at: Place())
    let place = try Place()
    var asked = 0
    #expect(throws: TrainingError.self) {
      try Self.trained(
        Self.settings(), pictures, at: place,
        isInterrupted: {
          asked += 1
          return asked > steps
        })
    }
    var resumed: [String] = []
    let again = try Self.trained(
      Self.settings(), pictures, at: place, threads: 1,
      report: { event in
        if case .resumed(let epochs, let steps) = event { resumed.append("\(epochs) \(steps)") }
      })
    // Three steps an epoch; the one that ends an epoch is kept before the epoch's end.
    #expect(resumed == ["\(steps / 3) \(steps % 3 + 1)"])
    #expect(again.parameters == whole.parameters)
    #expect(again.log.map(\.trainingLoss) == whole.log.map(\.trainingLoss))
    #expect(again.resumedEpochs == steps / 3)
  }

  @Test func aRunThatWasDoneGivesItsResultAgain() throws {
    let (place, pictures) = (try Place(), try Self.pictures(Stripes(count: 26)))
    let first = try Self.trained(Self.settings(), pictures, at: place)
    unlink(place.files.log)
    let second = try Self.trained(Self.settings(), pictures, at: place)
    #expect(second.parameters == first.parameters && second.log == first.log && second.resumedEpochs == 3)
    #expect(FileManager.default.fileExists(atPath: place.files.log))
  }

  @Test func anotherTrainingsStateIsRefused() throws {
    let (place, pictures) = (try Place(), try Self.pictures(Stripes(count: 26)))
    _ = try Self.trained(Self.settings(epochs: 1), pictures, at: place)
    for (what, change) in [
      ("recipe", { $0.recipe = String(repeating: "1", count: 64) }), ("seed", { $0.seed = 5 }),
      ("corpus", { $0.corpus = "others" }), ("validation corpus", { $0.validation = "v" }),
      ("number of pictures", { $0.pictures = 27 }), ("classes", { $0.classes = ["a"] }),
    ] as [(String, (inout TrainingFiles.Identity) -> Void)] {
      var identity = Self.identity
      change(&identity)
      let error = #expect(throws: TrainingError.self) {
        try Self.trained(Self.settings(epochs: 1), pictures, at: place, identity: identity)
      }
      #expect(error?.description.contains("whose \(what) is") == true)
      #expect(error?.description.contains("remove the file") == true)
    }
  }

  @Test func aDivergingRunEndsAndKeepsTheLastGoodState() throws {
    let (place, pictures) = (try Place(), try Self.pictures(Stripes(count: 26)))
    var settings = Self.settings()
    settings.schedule = .warmCosine(WarmCosine(peak: 1e30, rise: 0.4, start: 0))
    let error = #expect(throws: TrainingError.self) { try Self.trained(settings, pictures, at: place) }
    #expect(error?.description.contains("diverged") == true)
    #expect(!FileManager.default.fileExists(atPath: place.files.checkpoint))
  }

  @Test func corporaThatCannotBeUsedAreNamed() throws {
    #expect(throws: TrainingError.smallerThanABatch(pictures: 6, batch: 8)) {
      try Self.trained(Self.settings(), try Self.pictures(Stripes(count: 6)), at: Place())
    }
    #expect(throws: TrainingError.noReadablePictures(skipped: 2)) {
      try Self.pictures(Stripes(count: 2, damaged: [0, 1]))
    }
    #expect(throws: FileError.self) { try Self.pictures(Stripes(count: 4, unreadable: [1])) }
    var memory = 0
    #expect(throws: TrainingError.unknownTrainingClass(name: "along", known: ["across"])) {
      try TrainingPictures(
        Stripes(count: 4), classes: ["across"], memory: &memory, workers: Workers(count: 1)
      ) { $0 }
    }
  }

  @Test func aPictureThatGoesAwayEndsTheRunWithItsError() throws {
    /// Readable at first.
    struct Vanishing: LabelledPictures {
      let classes = ["across", "along"]
      let count = 26
      let asked = Asked()
      final class Asked: Sendable { let times = Atomic<Int>(0) }
      func label(_ index: Int) -> Int { index % 2 }
      func picture(_ index: Int) throws -> Picture {
        guard asked.times.wrappingAdd(1, ordering: .relaxed).newValue < 50 else {
          throw FileError.missing(path: "gone.png")
        }
        return try Stripes(count: 26).picture(index)
      }
    }
    #expect(throws: FileError.missing(path: "gone.png")) {
      try Self.trained(Self.settings(), try Self.pictures(Vanishing(), memory: 0), at: Place())
    }
  }
}

extension TrainingPictures {
  /// As the card prepares them.
  fileprivate static func centred(_ source: any LabelledPictures) throws -> TrainingPictures {
    var memory = 1 << 20
    let preparation = PicturePreparation(NetworkTrainingTests.card.preprocessing)
    return try TrainingPictures(
      source, classes: NetworkTrainingTests.card.classes, memory: &memory, workers: Workers(count: 2)
    ) { try preparation.prepare($0) }
  }
}
