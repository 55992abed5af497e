import Layers
import Models
import Tensors
import Testing

@testable import Probes
@testable import Training

/// Pictures of stripes: class 0 upright, class 1 lying, class 2 a chequerboard; each with its own phase, strength
/// and noise.
struct StripedPictures: ImageSource {
  let count: Int
  var broken: Set<Int> = []
  /// Pictures of one class stand together, as in a corpus.
  func label(at index: Int) -> Int { index * 3 / max(count, 1) }
  func name(at index: Int) -> String { "picture\(index)" }

  func images(at indices: [Int]) throws -> Tensor {
    if let index = indices.first(where: broken.contains) { throw Broken(index: index) }
    return Tensor(
      stacking: indices.map { index in
        var generator = SeededGenerator(seed: 31, stream: UInt64(index))
        let (phase, strength) = (generator.uniform(below: 6), generator.uniform(in: 0.1...0.25))
        let values = (0..<3 * 24 * 24).map { place -> Float in
          let (row, column) = (place / 24 % 24, place % 24)
          let (across, down) = ((column + phase) / 3 % 2 == 0, (row + phase) / 3 % 2 == 0)
          let isLight = [across, down, across != down][label(at: index)]
          return 0.5 + (isLight ? strength : -strength) + generator.uniform(in: -0.05...0.05)
        }
        return Tensor(values, shape: [3, 24, 24])
      })
  }
}

@Suite("Bag-of-features training")
struct BagOfFeaturesTrainingTests {
  private let workers = Workers(count: 2)
  private let card = ModelCard(
    name: "stripes", architecture: "bag_of_features", classes: ["upright", "lying", "chequered"],
    preprocessing: Preprocessing(centerCrop: 24, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]))

  private func settings(words: Int = 12) -> BagOfFeaturesTraining.Settings {
    var settings = BagOfFeaturesTraining.Settings()
    settings.vocabulary.patch = 6
    settings.vocabulary.components = 12
    settings.vocabulary.words = words
    settings.vocabulary.iterations = 8
    settings.samples = 1500
    settings.seed = 4
    return settings
  }

  private func train(
    _ settings: BagOfFeaturesTraining.Settings, on images: StripedPictures = StripedPictures(count: 60),
    threads: Int = 2
  ) throws -> BagOfFeaturesTraining.Outcome {
    try BagOfFeaturesTraining(settings, batchSize: 7).run(
      on: images, card: card, workers: Workers(count: threads))
  }

  @Test func learnsToTellTexturesApart() throws {
    let outcome = try train(settings(words: 40))
    #expect(outcome.pictures == 60 && outcome.skipped.isEmpty && outcome.patches == 1500)
    #expect(outcome.trainingAccuracy > 0.95)
    #expect((outcome.heldBackAccuracy ?? 0) > 0.9)
    let model = try LoadedModel(card: card, parameters: outcome.parameters, weightsPath: "")
    #expect(model.receptiveField == ReceptiveField(size: 6, stride: 3, offset: 0))
    // Pictures that it has not seen: another number of them has other phases and noise.
    let others = StripedPictures(count: 150)
    let result = try AccuracyProbe(classifier: model.classifier).run(on: others, workers: workers)
    #expect(result.count == 150 && result.top1Correct > 140)
  }

  @Test func theSeedDecidesEveryByteOnAnyNumberOfThreads() throws {
    let (one, two) = (try train(settings(), threads: 1), try train(settings(), threads: 2))
    for (key, tensor) in one.parameters { #expect(two.parameters[key] == tensor, "\(key)") }
    var other = settings()
    other.seed = 5
    #expect(try train(other).parameters["words.weight"] != one.parameters["words.weight"])
  }

  @Test func sharpnessAndPenaltyAreChosenAmongTheCandidates() throws {
    var settings = settings()
    // So soft that all words have the same share, and a penalty that leaves no weights.
    settings.sharpness = [1e-6, 0.5]
    settings.penalties = [1e6, 0.01]
    let outcome = try train(settings)
    #expect(outcome.sharpness == 0.5 && outcome.penalty == 0.01)
    settings.sharpness = [0.5]
    settings.penalties = [0.01]
    let fixed = try train(settings)
    #expect(fixed.heldBackAccuracy == nil && fixed.penalty == 0.01)
    #expect(fixed.parameters["fc.weight"] == outcome.parameters["fc.weight"])
  }

  @Test func picturesThatCannotBeReadAreLeftOut() throws {
    let outcome = try train(settings(), on: StripedPictures(count: 60, broken: [3, 41]))
    #expect(outcome.skipped.map(\.image) == ["picture3", "picture41"] && outcome.pictures == 58)
    #expect(outcome.trainingAccuracy > 0.9)
  }

  @Test func tooFewPatchesOrPicturesAreRefused() {
    var many = settings(words: 2000)
    #expect(throws: TrainingError.tooFewPatches(found: 1500, words: 2000)) { try train(many) }
    many = settings()
    #expect(throws: TrainingError.tooFewPictures(classes: 3, fewest: 1)) {
      try train(many, on: StripedPictures(count: 60, broken: Set(1..<20)))
    }
  }

  @Test func aPictureWithoutRoomForAPatchIsRefused() {
    var settings = settings()
    settings.vocabulary.patch = 25
    #expect(throws: TrainingError.pictureTooSmall(height: 24, width: 24, receptiveField: 25)) {
      try train(settings)
    }
  }

  @Test func progressNamesEveryStepAndStopsTheRun() throws {
    var settings = settings()
    settings.sharpness = [0.2, 0.4]
    var seen: [TrainingStep] = []
    _ = try BagOfFeaturesTraining(settings).run(
      on: StripedPictures(count: 30), card: card, workers: workers
    ) { step, done, total in
      if seen.last != step { seen.append(step) }
      #expect(done <= total)
    }
    #expect(seen == [.patches, .words, .sharpness, .histograms, .decision])
    #expect(throws: Stop.self) {
      _ = try BagOfFeaturesTraining(settings).run(
        on: StripedPictures(count: 30), card: card, workers: workers
      ) { step, _, _ in if step == .histograms { throw Stop() } }
    }
  }

  // MARK: Patches

  @Test func sampledPatchesAreNormalisedPiecesOfThePictures() throws {
    let images = StripedPictures(count: 9)
    let sample = try PatchSample(
      from: images, preprocessing: card.preprocessing, side: 5, count: 40, seed: 2, batchSize: 4,
      workers: workers)
    // Four of each of nine pictures.
    #expect(sample.patches.shape == [36, 75])
    for row in 0..<36 {
      let picture = try images.images(at: [row / 4])
      let isThere = (0...19).contains { top in
        (0...19).contains { left in
          (0..<75).allSatisfy { index in
            let value = picture[0, index / 25, top + index % 25 / 5, left + index % 5]
            return abs((value - 0.5) / 0.25 - sample.patches[row, index]) < 1e-5
          }
        }
      }
      #expect(isThere, "patch \(row)")
    }
  }

  // MARK: Words

  @Test func wordsSpeakForTheClassWhosePatchesTheyAre() throws {
    let images = StripedPictures(count: 60)
    let outcome = try train(settings(words: 20), on: images)
    let model = try LoadedModel(card: card, parameters: outcome.parameters, weightsPath: "")
    let result = try WordProbe(model, batchSize: 7).run(
      on: images, words: 4, examples: 5, workers: workers)
    #expect(result.count == 60 && result.patch == 6 && result.classes.count == 3)
    let network = try #require(VisualWordReader(model))
    for (label, words) in result.classes.enumerated() {
      #expect(words.count == 4)
      #expect(words.map(\.weight) == words.map(\.weight).sorted(by: >))
      let strongest = words[0]
      #expect(strongest.weight > 0 && (strongest.shareInClass ?? 0) > strongest.share)
      #expect(strongest.logitWeight == network.decision[label, strongest.index])
      #expect(strongest.examples.count == 5)
      #expect(Set(strongest.examples.map(\.picture)).count == 5)
      #expect(strongest.examples.map(\.distance) == strongest.examples.map(\.distance).sorted())
      #expect(strongest.examples.allSatisfy { $0.top % 3 == 0 && $0.left % 3 == 0 && $0.top <= 18 })
      // The nearest patch is where brute force over one picture finds it.
      let example = strongest.examples[0]
      let reading = try network.read(images.images(at: [example.picture]), on: workers)
      let cell = reading.distances[0, strongest.index, example.top / 3, example.left / 3]
      #expect(abs(cell - example.distance) < 1e-4)
    }
  }

  @Test func aSheetShowsTheExamplesEnlargedInRows() throws {
    let example = WordProbe.Example(picture: 7, top: 2, left: 3, distance: 0)
    let word = WordProbe.Word(
      index: 0, weight: 1, logitWeight: 1, shareInClass: nil, share: 0, examples: [example])
    var asked: [Int] = []
    let sheet = WordSheet([word, word], patch: 20, columns: 3) { index in
      asked.append(index)
      return Tensor((0..<3 * 30 * 30).map { Float($0 % 251) / 251 }, shape: [3, 30, 30])
    }
    #expect(asked == [7, 7])
    // Twice as large, three pixels apart.
    #expect(sheet.pixels.shape == [3, 2 * 43 + 3, 3 * 43 + 3])
    for (row, column) in [(0, 0), (7, 11), (19, 19)] {
      let place = (1 * 30 + 2 + row) * 30 + 3 + column
      #expect(sheet.pixels[1, 3 + 2 * row, 3 + 2 * column] == Float(place % 251) / 251)
      #expect(sheet.pixels[1, 46 + 2 * row + 1, 3 + 2 * column + 1] == Float(place % 251) / 251)
    }
    #expect(sheet.pixels[0, 10, 60] == sheet.pixels[0, 0, 0])
  }

  @Test func onlyABagOfFeaturesIsAskedForWords() throws {
    let network = try Architecture.named("bagnet9").randomNetwork(seed: 1, width: 4, classes: 3)
    var card = card
    card.architecture = "bagnet9"
    let model = try LoadedModel(card: card, parameters: network.parameters, weightsPath: "")
    #expect(throws: ProbeError.noWords(model: "stripes", architecture: "bagnet9")) {
      _ = try WordProbe(model)
    }
  }
}
