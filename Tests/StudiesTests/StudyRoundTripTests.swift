import Foundation
import Layers
import Models
import Probes
import Testing

@testable import Studies

/// What goes into a study comes out of it.
struct StudyRoundTripTests {
  let skipped = [SkippedImage(image: "tench/broken.jpg", reason: "expected a JPEG, found 0 bytes")]

  @Test func givesBackAccuracyAfterReopening() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.study")
    let answers = [
      ImageAnswer(image: "tench/1.jpg", label: 0, top: [0, 1]),
      ImageAnswer(image: "golf ball/Ä \"x\" '; DROP TABLE runs; --.jpg", label: 1, top: []),
    ]
    do {
      let study = try Study(at: path)
      let run = try study.begin(runDescription(.accuracy))
      try study.append([answers[0]], to: run, seconds: 1.5)
      try study.append([answers[1]], skipped: skipped, to: run, seconds: 2)
      try study.finish(run)
    }
    let study = try Study(reading: path)
    let expected = AccuracyResult(model: "bagnet17", answers: answers, skipped: skipped)
    #expect(try study.results(AccuracyResult.self) == [expected])
    let run = try #require(try study.runs().first)
    #expect(run.seconds == 3.5)
    #expect(run.finished != nil)
    #expect(run.description == runDescription(.accuracy))
    #expect(try study.models() == [modelRecord()])
  }

  @Test func givesBackStickerTests() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let answers = (0..<3).map { index in
      StickerAnswer(
        image: "tench/1.jpg", label: 0, clean: 0, x: Double(index) / 3, y: 2, scale: 0.7, sticker: 1,
        noise: 0,
        photo: 1)
    }
    let run = try study.begin(runDescription(.sticker, target: 1))
    try study.append(answers, skipped: skipped, to: run)
    let expected = StickerResult(model: "bagnet17", target: 1, answers: answers, skipped: skipped)
    #expect(try study.results(StickerResult.self) == [expected])
    let untargeted = try study.begin(runDescription(.sticker, model: modelRecord("other"), target: nil))
    try study.append([answers[0]], to: untargeted)
    #expect(try study.results(StickerResult.self).map(\.target) == [1, nil])
  }

  @Test func givesBackCueConflictAnswersOfPeopleAndNetworks() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let answers = [
      CueConflictAnswer(stimulus: "cat1-dog2.png", shape: "cat", texture: "dog", response: "cat"),
      CueConflictAnswer(stimulus: "cat1-dog2.png", shape: "cat", texture: "dog", response: "na"),
    ]
    let person = RunDescription(
      kind: .textureBias, observer: "subject-01", observerKind: .person, command: "patchwork texture-bias",
      seed: 0, threads: 1, processor: "Zen 4", options: [:], toolVersion: "0.1.0")
    let run = try study.begin(person)
    try study.append(answers, to: run)
    let network = try study.begin(runDescription(.textureBias))
    try study.append([answers[0]], skipped: skipped, to: network)
    #expect(
      try study.results(TextureBiasResult.self) == [
        TextureBiasResult(observer: "subject-01", kind: .person, answers: answers),
        TextureBiasResult(observer: "bagnet17", kind: .network, answers: [answers[0]], skipped: skipped),
      ])
  }

  @Test func givesBackEvidenceMapsBitForBit() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let picture = try EncodedPicture(pngHeader(width: 96, height: 96), name: "x")
    let map = EvidenceMap(
      model: "bagnet17", image: "tench/1.jpg", classIndex: 1, logit: 0.1,
      cells: [-.infinity, 0.1, -1e-30, 7],
      rows: 2, columns: 2, receptiveField: ReceptiveField(size: 17, stride: 8, offset: -4))
    let run = try study.begin(runDescription(.evidence))
    try study.append([PicturedEvidence(map: map, picture: picture)], to: run)
    #expect(
      try study.results(EvidenceResult.self).flatMap(\.maps) == [PicturedEvidence(map: map, picture: picture)]
    )

    var changed = map
    changed.logit = .nan
    let again = try study.begin(runDescription(.evidence))
    try study.append([PicturedEvidence(map: changed, picture: picture)], to: again)
    let latest = try study.results(EvidenceResult.self).flatMap(\.maps)
    #expect(latest.count == 1)
    #expect(latest.first?.map.logit.isNaN == true)
  }

  @Test func givesBackArtifacts() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let run = try study.begin(runDescription(.sticker))
    let artifacts = try Artifact.Role.allCases.map { role in
      Artifact(
        role: role, name: "tench/1.jpg", caption: "a caption",
        picture: try EncodedPicture(pngHeader(), name: "p"))
    }
    try study.append(artifacts, to: run)
    #expect(try study.artifacts(of: run) == artifacts)
  }

  @Test func latestRunOfAnObserverStandsForItAndEarlierRowsStay() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    for (index, name) in ["first", "other", "first"].enumerated() {
      let run = try study.begin(runDescription(.accuracy, model: modelRecord(name)))
      try study.append([ImageAnswer(image: "\(index)", label: 0, top: [0])], to: run)
      try study.finish(run)
    }
    // An interrupted run does not displace a finished one.
    let interrupted = try study.begin(runDescription(.accuracy, model: modelRecord("other")))
    try study.append([ImageAnswer(image: "9", label: 0, top: [0])], to: interrupted)
    let results = try study.results(AccuracyResult.self)
    #expect(results.map(\.model) == ["first", "other"])
    #expect(results.map { $0.answers.map(\.image) } == [["2"], ["1"]])
    let runs = try study.runs()
    #expect(try runs.map { try study.answers(ImageAnswer.self, of: $0).count } == [1, 1, 1, 1])
  }

  @Test func refusesBytesThatAreNoPicture() {
    #expect(throws: StudyError.notAPicture(name: "x.svg")) {
      try EncodedPicture(Data("<svg/>".utf8), name: "x.svg")
    }
    #expect(throws: StudyError.notAPicture(name: "x")) {
      try EncodedPicture(pngHeader().prefix(20), name: "x")
    }
    #expect(throws: StudyError.notAPicture(name: "x")) { try EncodedPicture(pngHeader(width: 0), name: "x") }
    #expect(throws: StudyError.notAPicture(name: "x")) {
      try EncodedPicture(Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0]), name: "x")
    }
  }

  @Test func readsTheSizeOfAJPEGFromItsFrameHeader() throws {
    let bytes: [UInt8] = [
      0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC4, 0, 3, 9, 0xFF, 0xC2, 0, 17, 8, 0x01, 0x02, 0x03,
      0x04,
      3,
    ]
    let picture = try EncodedPicture(Data(bytes), name: "x.jpg")
    #expect(picture.mediaType == .jpeg)
    #expect(picture.width == 0x0304)
    #expect(picture.height == 0x0102)
  }
}
