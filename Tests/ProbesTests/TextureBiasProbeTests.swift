import Adversary
import Foundation
import Tensors
import Testing

@testable import Probes

@Suite struct TextureBiasProbeTests {
  let workers = Workers(count: 1)

  @Test func decisionsAndRanksFollowTheLogits() throws {
    let network = LocalLinearClassifier(classes: 3, size: 4, stride: 2)
    let stimuli = RandomPictures(labels: (0..<14).map { $0 % 3 }, side: 6, broken: [2])
    @Sendable func ranking(_ logits: [Float]) -> [String] {
      logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }.map { "class\($0)" }
    }
    let result = try TextureBiasProbe(
      classifier: network, decision: CategoryDecision(ranking: { ranking($0) }), batchSize: 4
    ).run(on: stimuli, workers: workers)
    #expect(result.answers.count == 13 && result.skipped.map(\.image) == ["picture2"])
    #expect(result.observer == "local" && result.kind == .network)
    for answer in result.answers {
      let index = Int(answer.stimulus.dropFirst(7)) ?? -1
      let ranked = ranking(
        try network.logits(of: stimuli.image(index), on: workers).elements)
      #expect(answer.response == ranked[0])
      #expect(answer.shape == "class\(index % 3)")
      #expect(answer.shapeRank == (ranked.firstIndex(of: answer.shape) ?? -9) + 1)
      #expect(answer.textureRank == (ranked.firstIndex(of: answer.texture) ?? -9) + 1)
    }
    let plain = try TextureBiasProbe(
      classifier: network, decision: CategoryDecision(decide: { ranking($0)[0] })
    ).run(on: stimuli, workers: workers)
    #expect(plain.answers.map(\.response) == result.answers.map(\.response))
    #expect(plain.answers.allSatisfy { $0.shapeRank == nil })
  }

  func answer(
    _ shape: String, _ texture: String, _ response: String, ranks: (Int, Int)? = nil
  ) -> CueConflictAnswer {
    CueConflictAnswer(
      stimulus: "\(shape)1-\(texture)1.png", shape: shape, texture: texture, response: response,
      shapeRank: ranks?.0, textureRank: ranks?.1)
  }

  @Test func summaryCountsByShapeCategory() {
    let result = TextureBiasResult(
      observer: "o", kind: .network,
      answers: [
        answer("dog", "cat", "dog", ranks: (1, 2)), answer("dog", "car", "car", ranks: (4, 1)),
        answer("cat", "car", "na", ranks: (2, 4)), answer("cat", "cat", "cat", ranks: (1, 1)),
        answer("car", "dog", "dog", ranks: (4, 1)),
      ])
    let summary = TextureBiasSummary(result)
    #expect(summary.counts == CueCounts(shape: 1, texture: 2, other: 1))
    #expect(summary.shapeBias == 1.0 / 3 && summary.coverage == 0.75)
    #expect(summary.categories.map(\.name) == ["car", "cat", "dog"])
    #expect(summary.categories.map(\.counts.shapeBias) == [0, nil, 0.5])
    #expect(summary.categoriesByShapeBias == ["dog", "car", "cat"])
    #expect(summary.shapeReciprocalRank == (1 + 0.25 + 0.5 + 0.25) / 4)
    #expect(summary.textureReciprocalRank == (0.5 + 1 + 0.25 + 1) / 4)
  }

  @Test func summaryWithoutAnswersHasNoNumbers() {
    let summary = TextureBiasSummary(TextureBiasResult(observer: "o", kind: .person, answers: []))
    #expect(summary.shapeBias == nil && summary.coverage == nil && summary.categories.isEmpty)
    #expect(summary.shapeReciprocalRank == nil)
  }

  @Test func poolingAddsCountsAndDoesNotAveragePercentages() {
    let many = TextureBiasResult(
      observer: "a", kind: .person, answers: (0..<9).map { _ in answer("dog", "cat", "dog") })
    let few = TextureBiasResult(observer: "b", kind: .person, answers: [answer("dog", "cat", "cat")])
    let pooled = TextureBiasSummary(pooling: [many, few], observer: "people", kind: .person)
    #expect(pooled.shapeBias == 0.9)
  }
}

/// The published answers, where this machine has them.
@Suite struct PublishedTextureBiasTests {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/data/responses").standardizedFileURL

  static var isPresent: Bool {
    let present = FileManager.default.fileExists(atPath: folder.path)
    if !present { print("skipped: ../shared/data/responses is not on this machine") }
    return present
  }

  func observers() throws -> [TextureBiasResult] {
    try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".csv") }.sorted()
      .map { file in
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        let answers = text.split(whereSeparator: \.isNewline).dropFirst().compactMap { answer(String($0)) }
        let name = String(file.split(separator: "_")[1])
        return TextureBiasResult(
          observer: name, kind: name.hasPrefix("subject") ? .person : .network, answers: answers)
      }
  }

  func answer(_ line: String) -> CueConflictAnswer? {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 8, let stimulus = fields[7].split(separator: "_").last else { return nil }
    let cues = stimulus.dropLast(4).split(separator: "-").map { $0.filter { !$0.isNumber } }
    guard cues.count == 2 else { return nil }
    return CueConflictAnswer(
      stimulus: String(stimulus), shape: cues[0], texture: cues[1], response: fields[4])
  }

  @Test(.enabled(if: isPresent)) func pooledPeopleAndNetworksGiveThePublishedNumbers() throws {
    let observers = try observers()
    let people = observers.filter { $0.kind == .person }
    #expect(people.count == 10)
    let pooled = TextureBiasSummary(pooling: people, observer: "people", kind: .person)
    func percent(_ summary: TextureBiasSummary?) -> Double? {
      summary?.shapeBias.map { ($0 * 1000).rounded() / 10 }
    }
    #expect(percent(pooled) == 95.9)
    #expect(pooled.counts.count == 12_000 && pooled.categories.count == 16)
    let published = ["alexnet": 42.9, "googlenet": 31.2, "vgg": 17.2, "resnet50": 22.1]
    for (name, value) in published {
      let network = observers.first { $0.observer == name }
      #expect(percent(network.map { TextureBiasSummary($0) }) == value, "\(name)")
    }
  }
}
