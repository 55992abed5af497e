import Adversary
import Foundation
import Models
import Probes
import Testing

@testable import Studies

/// Several studies as one.
struct StudyMergingTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func answers(_ range: Range<Int>, label: Int = 0) -> [ImageAnswer] {
    range.map { ImageAnswer(image: "\($0).jpg", label: label, top: [0, 1]) }
  }

  /// A study with one run of accuracy answers for each description.
  private func study(
    _ name: String, _ runs: [(description: RunDescription, images: Range<Int>, isFinished: Bool)]
  ) throws -> String {
    let path = folder.file(name)
    let study = try Study(at: path)
    for each in runs {
      let run = try study.begin(each.description)
      try study.append(
        answers(each.images), skipped: [SkippedImage(image: "broken.jpg", reason: name)], to: run, seconds: 2)
      if each.isFinished { try study.finish(run) }
    }
    return path
  }

  @Test func holdsTheRunsOfBothInTheirOrder() throws {
    let first = try study("a", [(runDescription(.accuracy), 0..<3, true)])
    let second = try study(
      "b",
      [
        (runDescription(.accuracy, seed: 1), 0..<2, true),
        (runDescription(.accuracy, model: modelRecord("resnet50", weights: "b")), 0..<4, false),
      ])
    let counts = try Study.merge([first, second], into: folder.file("both"))
    #expect(counts == [MergeCount(added: 1), MergeCount(added: 2)])
    let both = try Study(reading: folder.file("both"))
    let runs = try both.runs()
    #expect(runs.map(\.description.seed) == [.max, 1, .max])
    #expect(try runs.map { try both.answerCount(of: $0) } == [3, 2, 4])
    #expect(runs.map { $0.finished == nil } == [false, false, true])
    #expect(try both.models().map(\.card.name) == ["bagnet17", "resnet50"])
    #expect(try both.answers(ImageAnswer.self, of: runs[0]) == answers(0..<3))
    // Times and commands are the runs' own.
    let own = try Study(reading: second).runs()
    #expect(runs[1].started == own[0].started && runs[1].seconds == 2)
  }

  @Test func interruptedRunsThatAskTheSameAreUnitedAndCanGoOn() throws {
    let description = runDescription(.accuracy)
    let first = try study("a", [(description, 0..<3, false)])
    let second = try study("b", [(description, 2..<6, false)])
    #expect(
      try Study.merge([first, second], into: folder.file("both"))
        == [MergeCount(added: 1), MergeCount(united: 1)])
    let both = try Study(at: folder.file("both"))
    let run = try #require(try both.resume(description))
    #expect(try both.answers(ImageAnswer.self, of: run) == answers(0..<6))
    #expect(run.seconds == 4)
    #expect(try both.skipped(of: run).map(\.reason) == ["a"], "the first's counts where both have one")
  }

  @Test func aFinishedRunStandsForBoth() throws {
    let description = runDescription(.accuracy)
    let part = try study("part", [(description, 0..<3, false)])
    let whole = try study("whole", [(description, 0..<6, true)])
    // Each part took two seconds; time counts where its answers do.
    for (sources, counts, seconds) in [
      ([part, whole], [MergeCount(added: 1), MergeCount(united: 1)], 4.0),
      ([whole, part], [MergeCount(added: 1), MergeCount(known: 1)], 2),
      ([whole, whole], [MergeCount(added: 1), MergeCount(known: 1)], 2),
    ] {
      let out = folder.file(UUID().uuidString)
      #expect(try Study.merge(sources, into: out) == counts)
      let runs = try Study(reading: out).runs()
      #expect(runs.count == 1 && runs[0].finished != nil && runs[0].seconds == seconds)
      #expect(try Study(reading: out).answers(ImageAnswer.self, of: runs[0]) == answers(0..<6))
    }
  }

  @Test func everyKindOfAnswerComesAlong() throws {
    let path = folder.file("a")
    let study = try Study(at: path)
    func run(_ kind: QuestionKind, _ options: [String: String] = [:]) throws -> Run {
      try study.begin(runDescription(kind, options: options))
    }
    let sticker = try run(.sticker)
    try study.append(
      [
        StickerAnswer(image: "a", label: 0, clean: 0, x: 1, y: 2, scale: 1, sticker: 1, noise: 0, photo: 0)
      ], to: sticker)
    try study.append(
      [
        Artifact(role: .sticker, name: "s", caption: "c", picture: try EncodedPicture(pngHeader(), name: "s"))
      ],
      to: sticker)
    try study.append(
      [CueConflictAnswer(stimulus: "a", shape: "cat", texture: "dog", response: "cat")],
      to: try run(.textureBias))
    try study.append(
      [DistortionAnswer(image: "a", label: 0, answers: [1, 0])],
      to: try run(.distortions, [RunDescription.conditionsOption: "noise 0.0 0.1"]))
    let attack = try run(
      .perturbations, [RunDescription.attackOption: "pgd", RunDescription.normOption: "linf"])
    try study.append(
      [PerturbationAnswer(image: "a", label: 0, clean: 0, adversarial: 1, length: 0.1, queries: 3)],
      to: attack)
    try study.append(warnings: ["careful"], to: attack)
    _ = try Study.merge([path, path], into: folder.file("both"))
    let (before, after) = (study, try Study(reading: folder.file("both")))
    #expect(try after.results(StickerResult.self) == before.results(StickerResult.self))
    #expect(try after.results(TextureBiasResult.self) == before.results(TextureBiasResult.self))
    #expect(
      try after.results(DistortionResult.self, .distortions)
        == before.results(DistortionResult.self, .distortions))
    #expect(try after.results(PerturbationResult.self) == before.results(PerturbationResult.self))
    #expect(try after.artifacts(of: try after.runs()[0]) == before.artifacts(of: sticker))
  }

  @Test func leavesNothingBehindWhenOneCannotBeRead() throws {
    let first = try study("a", [(runDescription(.accuracy), 0..<3, true)])
    try Data("no study".utf8).write(to: URL(fileURLWithPath: folder.file("b")))
    #expect(throws: StudyError.notAStudy(path: folder.file("b"))) {
      try Study.merge([first, folder.file("b")], into: folder.file("both"))
    }
    #expect(throws: StudyError.exists(path: first)) { try Study.merge([first, first], into: first) }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.sorted() == ["a", "b"])
  }

  @Test func twoFinishedRunsThatHoldDifferentPicturesAreUnited() throws {
    let description = runDescription(.accuracy)
    let first = try study("first", [(description, 0..<3, true)])
    let second = try study("second", [(description, 2..<6, true)])
    let out = folder.file("both")
    #expect(
      try Study.merge([first, second], into: out) == [MergeCount(added: 1), MergeCount(united: 1)])
    let both = try Study(reading: out)
    #expect(try both.runs().count == 1)
    #expect(try both.answers(ImageAnswer.self, of: both.runs()[0]) == answers(0..<6))
  }

  @Test func aContradictionIsRefusedByName() throws {
    let description = runDescription(.accuracy)
    let first = try study("first", [(description, 0..<3, true)])
    let path = folder.file("second")
    let other = try Study(at: path)
    let run = try other.begin(description)
    try other.append(answers(2..<5, label: 1), to: run)
    try other.finish(run)
    let out = folder.file("both")
    let error = try #require(throws: StudyError.self) { try Study.merge([first, path], into: out) }
    #expect(error.fault == .badInput && error.description.contains("2.jpg"))
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  /// Answered in one study, unreadable in the other: the answer stays.
  @Test func anAnswerTakesThePlaceOfASkippedPicture() throws {
    let description = runDescription(.accuracy)
    let first = try study("first", [(description, 0..<2, false)])
    let path = folder.file("second")
    let other = try Study(at: path)
    try other.append(
      [ImageAnswer(image: "broken.jpg", label: 0, top: [1])], to: try other.begin(description))
    let out = folder.file("both")
    _ = try Study.merge([first, path], into: out)
    let both = try Study(reading: out)
    let run = try #require(both.runs().first)
    #expect(try both.answerCount(of: run) == 3 && both.skipped(of: run).isEmpty)
  }
}
