import Adversary
import Imaging
import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

/// The most telling patches against a pass that holds every patch of every picture.
@Suite struct EvidencePatchTests {
  private let workers = Workers(count: 1)
  private let network = LocalLinearClassifier(classes: 4, size: 5, stride: 3)

  private func question(_ classes: [Int] = [0, 1, 2, 3], patches: Int = 3) -> EvidencePatchQuestion {
    EvidencePatchQuestion(classes: classes, patches: patches)
  }

  private func run(
    _ images: some ImageSource, _ question: EvidencePatchQuestion
  ) throws -> EvidencePatchResult {
    try EvidencePatchProbe(classifier: network, question: question, batchSize: 7).run(
      on: images, workers: workers)
  }

  /// Every patch of every picture, sorted and thinned by the rule's words.
  private func bruteForce(
    _ images: some ImageSource, classIndex: Int, isDistractor: Bool, wanted: Int,
    thins: Bool = true
  ) throws -> [EvidencePatch] {
    var all: [EvidencePatch] = []
    for index in 0..<images.count where (images.label(at: index) != classIndex) == isDistractor {
      let picture = try images.images(at: [index])
      let logits = try network.logits(of: picture, on: workers).elements
      let answer = logits.indices.max { (logits[$0], $1) < (logits[$1], $0) } ?? 0
      let bytes = Picture(picture.reshaped(to: [3, picture.shape[2], picture.shape[3]]))
      for top in stride(from: 0, through: picture.shape[2] - 5, by: 3) {
        for left in stride(from: 0, through: picture.shape[3] - 5, by: 3) {
          var logit: Float = 0
          for place in 0..<75 {
            let (channel, i, j) = (place / 25, place / 5 % 5, place % 5)
            logit += picture[0, channel, top + i, left + j] * network.weights[classIndex, channel, i, j]
          }
          all.append(
            EvidencePatch(
              classIndex: classIndex, image: images.name(at: index), label: images.label(at: index),
              predicted: answer, top: top, left: left, logit: logit, side: 5,
              pixels: bytes.cropped(columns: left..<left + 5, rows: top..<top + 5).bytes))
        }
      }
    }
    all.sort { ($0.logit, $1.image, $1.top, $1.left) > ($1.logit, $0.image, $0.top, $0.left) }
    var seen: Set<String> = []
    let best = all.filter { seen.insert($0.image).inserted }
    var kept: [EvidencePatch] = []
    for patch in best where kept.count < wanted {
      let isNew = kept.allSatisfy { other in
        let squares = zip(other.pixels, patch.pixels).map { Double($0) - Double($1) }.map { $0 * $0 }
        return squares.reduce(0, +) / Double(squares.count) > 64
      }
      if isNew || !thins { kept.append(patch) }
    }
    return kept
  }

  private func expectBruteForce(_ result: EvidencePatchResult, _ images: some ImageSource) throws {
    for entry in result.classes {
      for (side, isDistractor) in [(entry.telling, false), (entry.distractors, true)] {
        let expected = try bruteForce(
          images, classIndex: entry.classIndex, isDistractor: isDistractor, wanted: result.question.patches)
        #expect(side.isWhole && side.patches == expected)
      }
    }
  }

  @Test func findsWhatAPassThatHoldsEverythingFinds() throws {
    let images = RandomPictures(labels: (0..<230).map { $0 * 7 % 4 }, side: 15)
    let result = try run(images, question())
    #expect(result.count == 230 && result.patchSide == 5 && result.classes.map(\.classIndex) == [0, 1, 2, 3])
    #expect(result.classes.map(\.images).reduce(0, +) == 230)
    #expect(result.classes.allSatisfy { $0.telling.patches.count == 3 && $0.distractors.patches.count == 3 })
    try expectBruteForce(result, images)
    // More than there are, and one class of which there is no picture.
    let few = RandomPictures(labels: [0, 1, 0, 2], side: 9)
    let all = try run(few, question([3, 0], patches: 10))
    #expect(all.classes.map { $0.telling.patches.count } == [0, 2])
    #expect(all.classes.map { $0.distractors.patches.count } == [4, 2])
    try expectBruteForce(all, few)
  }

  @Test func ofPatchesThatLookTheSameOnlyTheStrongestStays() throws {
    // Forty scenes, each seen again as it is, a little brighter, and with noise.
    let images = RepeatedPictures(scenes: 40, count: 160, side: 11)
    let result = try run(images, question(patches: 5))
    try expectBruteForce(result, images)
    for entry in result.classes {
      for patches in [entry.telling.patches, entry.distractors.patches] {
        #expect(patches.count == 5)
        for (place, patch) in patches.enumerated() {
          #expect(patches[..<place].allSatisfy { !$0.looksLike(patch) })
        }
      }
      // Without the rule other patches would be among the five.
      let all = try bruteForce(
        images, classIndex: entry.classIndex, isDistractor: true, wanted: 5, thins: false)
      #expect(all != entry.distractors.patches)
    }
  }

  @Test func saysWhereLookAlikesFillTheReserve() throws {
    // Pictures of one patch: noise makes fifty of each scene differ, so that the stronger scene's fill what is held.
    let images = RepeatedPictures(scenes: 2, count: 200, side: 5, labels: 1)
    let result = try run(images, question([0, 1], patches: 4))
    let expected = try bruteForce(images, classIndex: 0, isDistractor: false, wanted: 4)
    #expect(expected.count == 2)
    #expect(result.classes[0].telling == .init(patches: [expected[0]], isWhole: false))
    // Where all fit, fewer than asked for are all there are.
    let few = RepeatedPictures(scenes: 2, count: 32, side: 5, labels: 1)
    let both = try bruteForce(few, classIndex: 0, isDistractor: false, wanted: 4)
    let found = try run(few, question([0], patches: 4)).classes[0].telling
    #expect(both.count == 2 && found == .init(patches: both, isWhole: true))
    // Of another class there is nothing to tell, and that is all there is.
    #expect(result.classes[1].telling == .init(patches: [], isWhole: true))
  }

  @Test func patchesLookTheSameWithinEightLevels() {
    func patch(_ level: UInt8, side: Int = 2) -> EvidencePatch {
      EvidencePatch(
        classIndex: 0, image: "i", label: 0, predicted: 0, top: 0, left: 0, logit: 0, side: side,
        pixels: [UInt8](repeating: level, count: 3 * side * side))
    }
    #expect(patch(100).looksLike(patch(108)) && patch(108).looksLike(patch(100)))
    #expect(!patch(100).looksLike(patch(109)) && !patch(0).looksLike(patch(255)))
    #expect(!patch(100).looksLike(patch(100, side: 3)))
  }

  @Test func goesOnWhereARunWasStoppedAndKeepsLittle() throws {
    let images = RandomPictures(labels: (0..<400).map { $0 % 4 }, side: 12, broken: [5, 333])
    let whole = try run(images, question())
    #expect(whole.skipped.map(\.image) == ["picture5", "picture333"] && whole.count == 398)
    let probe = try EvidencePatchProbe(classifier: network, question: question(), batchSize: 7)
    var answers: [EvidencePatchAnswer] = []
    var skipped: [SkippedImage] = []
    #expect(throws: Stop.self) {
      _ = try probe.run(on: images, workers: workers) { batch in
        answers += batch.answers
        skipped += batch.skipped
        if batch.done > 150 { throw Stop() }
      }
    }
    let first = answers.count
    #expect(first > 140 && first < 170)
    let resumed = try probe.run(on: images, after: answers, skipped: skipped, workers: workers) {
      answers += $0.answers
      #expect($0.total == 400)
    }
    #expect(resumed == whole && answers.count == 398)
    // What is kept of a picture falls with the number of pictures before it.
    let early = answers.prefix(100).reduce(0) { $0 + $1.patches.count }
    let late = answers.suffix(100).reduce(0) { $0 + $1.patches.count }
    #expect(early > 250 && late < 150 && late > 0)
    // In any order, as after a merge of two halves.
    var collection = EvidencePatchCollection(question())
    for answer in answers.reversed() { collection.add(answer) }
    #expect(collection.result(model: "local", patchSide: 5, skipped: whole.skipped) == whole)
  }

  @Test func refusesWhatHasNoPatches() throws {
    #expect(throws: ModelError.self) {
      _ = try EvidencePatchProbe(classifier: network, question: question([4]))
    }
    let small = RandomPictures(labels: [0, 1], side: 4)
    #expect(throws: ProbeError.pictureTooSmall(height: 4, width: 4, receptiveField: 5)) {
      _ = try run(small, question())
    }
    let broken = RandomPictures(labels: [0, 1], side: 9, broken: [0, 1])
    #expect(throws: ProbeError.noReadablePictures(skipped: 2)) { _ = try run(broken, question()) }
  }

  // MARK: Sheets

  @Test func aSheetShowsPatchesWithHardEdgesAndTheirPlaces() throws {
    let photograph = RepeatedPictures.picture(scene: 3, variant: 0, side: 40)
    let patch = EvidencePatch(
      classIndex: 0, image: "i", label: 0, predicted: 0, top: 8, left: 24, logit: 1, side: 8,
      pixels: photograph.cropped(columns: 24..<32, rows: 8..<16).bytes)
    let entry = EvidenceSheet.Entry(patch: patch, photograph: photograph)
    let sheet = try EvidenceSheet(telling: [entry, entry], distractors: [entry], columns: 3).picture
    // Tiles of 8 × 12 pixels and a frame of 3, gaps of 3 and 12.
    #expect(sheet.width == 3 * 102 + 2 * 3 + 24 && sheet.height == 4 * 102 + 5 * 12)
    func pixel(_ picture: Picture, _ x: Int, _ y: Int) -> [UInt8] {
      (0..<3).map { picture[x: x, y: y, channel: $0] }
    }
    for (row, column) in [(0, 0), (3, 5), (7, 7)] {
      let (x, y) = (12 + 3 + 12 * column, 12 + 3 + 12 * row)
      for corner in [(0, 0), (11, 11)] {
        #expect(
          pixel(sheet, x + corner.0, y + corner.1) == pixel(photograph, 24 + column, 8 + row))
      }
    }
    let (orange, blue): ([UInt8], [UInt8]) = ([230, 97, 0], [0, 90, 181])
    #expect(pixel(sheet, 13, 13) == orange && pixel(sheet, 13, 13 + 2 * 114) == blue)
    // The patch's place: 2.55 sheet pixels each, so columns 61…81 and rows 20…40 of the tile.
    let (left, top) = (12, 12 + 114)
    #expect(pixel(sheet, left + 59, top + 30) == orange && pixel(sheet, left + 83, top + 30) == orange)
    #expect(pixel(sheet, left + 71, top + 18) == orange && pixel(sheet, left + 71, top + 30) != orange)
    // Nothing in the third column.
    #expect(pixel(sheet, 12 + 2 * 105 + 50, 60) == [240, 240, 240])
    let overview = try EvidenceOverview(
      [
        .init(
          classIndex: 0, images: 1, telling: .init(patches: [patch], isWhole: true),
          distractors: .init(patches: [], isWhole: true))
      ], columns: 2
    ).picture
    #expect(overview.width == 2 * (2 * 102 + 3) + 36 && overview.height == 102 + 24)
  }
}

/// Pictures of a few scenes that come again and again: exactly, a little brighter, or with noise of their own.
private struct RepeatedPictures: ImageSource {
  let scenes: Int
  let count: Int
  let side: Int
  var labels = 4

  func label(at index: Int) -> Int { index % scenes % labels }
  func name(at index: Int) -> String { "scene\(index % scenes)-\(index)" }

  static func picture(scene: Int, variant: Int, side: Int) -> Picture {
    let base = Picture(randomTensor([3, side, side], seed: 900 + UInt64(scene)))
    guard variant > 1 else { return base }
    var generator = SeededGenerator(seed: UInt64(variant), stream: UInt64(scene))
    let bytes = base.bytes.map { byte -> UInt8 in
      let change = variant % 2 == 0 ? 3 : Int(generator.uniform(in: -4...4))
      return UInt8(min(max(Int(byte) + change, 0), 255))
    }
    return Picture(width: side, height: side, bytes: bytes)
  }

  func images(at indices: [Int]) throws -> Tensor {
    Tensor(
      stacking: indices.map {
        RepeatedPictures.picture(scene: $0 % scenes, variant: $0 / scenes, side: side).tensor
      })
  }
}
