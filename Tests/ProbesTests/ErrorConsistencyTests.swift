import Foundation
import Tensors
import Testing

@testable import Probes

@Suite struct ErrorConsistencyTests {
  /// More pictures than sixteen bits can count, some of them with one answer only.
  @Test func manyDrawsAreCountedAsOneByOne() {
    var generator = SeededGenerator(seed: 3)
    let answers = (0..<2).map { _ in
      (0..<50).map { _ -> Bool? in generator.uniform() < 0.1 ? nil : generator.uniform() < 0.97 }
    }
    let drawn = (0..<200_000).map { _ in generator.uniform(below: 50) }
    var expected = ErrorConsistency.Counts()
    for place in drawn {
      if let one = answers[0][place], let other = answers[1][place] { expected.add(one, other) }
    }
    #expect(PairOutcomes(answers[0], answers[1]).counts(of: drawn) == expected)
    #expect(expected.bothRight > 0xFFFF)
    #expect(PairOutcomes(answers[0], answers[1]).counts(of: []) == ErrorConsistency.Counts())
  }

  @Test func kappaIsTheFormulasOnCountedPictures() throws {
    // 10 pictures: both right 4, only the first 2, only the second 1, both wrong 3.
    let first = [true, true, true, true, true, true, false, false, false, false]
    let second = [true, true, true, true, false, false, true, false, false, false]
    let consistency = try #require(ErrorConsistency(first, second))
    #expect(consistency.count == 10 && abs(consistency.observed - 0.7) < 1e-12)
    #expect(abs(consistency.expected - (0.6 * 0.5 + 0.4 * 0.5)) < 1e-12)
    #expect(abs(try #require(consistency.kappa) - 0.4) < 1e-12)
  }

  @Test func knowsItsEndsAndWhereThereIsNone() throws {
    let mixed = [true, false, true, false]
    #expect(ErrorConsistency(mixed, mixed)?.kappa == 1)
    #expect(ErrorConsistency(mixed, mixed.map { !$0 })?.kappa == -1)
    #expect(ErrorConsistency([true, true], [true, true])?.kappa == nil)
    #expect(ErrorConsistency([false], [false])?.kappa == nil)
    #expect(ErrorConsistency([true, true], [false, false])?.kappa == 0)
    #expect(ErrorConsistency([], []) == nil)
  }

  @Test func comparesObserversOnTheStimuliThatBothAnswered() throws {
    func observer(_ name: String, _ kind: TextureBiasResult.Kind, _ right: [Bool?]) -> TextureBiasResult {
      TextureBiasResult(
        observer: name, kind: kind,
        answers: right.enumerated().compactMap { place, right in
          right.map {
            CueConflictAnswer(
              stimulus: "\(place)", shape: "cat", texture: place == 0 ? "cat" : "dog",
              response: $0 ? "cat" : "dog")
          }
        })
    }
    let observers = [
      observer("a", .person, [true, true, false, false, true]),
      observer("n", .network, [true, false, false, true, true]),
      observer("b", .person, [true, true, false, true, nil]),
    ]
    let result = ObserverConsistency(observers, bootstrap: Bootstrap(replicates: 50))
    #expect(result.pairs.map { "\($0.first)\($0.second)" } == ["an", "ab", "nb"])
    func kappa(_ first: [Bool], _ second: [Bool]) throws -> Double {
      let consistency = try #require(ErrorConsistency(first, second))
      return try #require(consistency.kappa)
    }
    let people = try kappa([true, true, false, false], [true, true, false, true])
    let one = try kappa([true, true, false, false, true], [true, false, false, true, true])
    let other = try kappa([true, false, false, true], [true, true, false, true])
    #expect(result.people?.kappa == people && result.people?.pairs == 1)
    #expect(result.networks.map(\.network) == ["n"] && result.networks[0].pairs == 2)
    #expect(abs(result.networks[0].kappa - (one + other) / 2) < 1e-12)
    #expect(result.pair("b", "a")?.consistency.count == 4)
    // Equal cues count: the published numbers are of all stimuli.
    #expect(result.pair("a", "n")?.consistency.count == 5)
  }

  @Test func intervalsFollowTheSeedAndNarrowWithMorePictures() throws {
    var generator = SeededGenerator(seed: 8)
    let values = (0..<800).map { _ in Double(generator.uniform()) }
    func interval(_ count: Int, seed: UInt64) throws -> ClosedRange<Double> {
      try #require(
        Bootstrap(replicates: 2000, seed: seed).interval(over: count) { drawn in
          drawn.reduce(0) { $0 + values[$1] } / Double(drawn.count)
        })
    }
    let (one, again, other) = (
      try interval(800, seed: 1), try interval(800, seed: 1), try interval(800, seed: 2)
    )
    #expect(one == again && one != other)
    // The mean of uniform numbers has the standard error √(1/12 / n): the percentiles of a mean come close to ±1.96 of it.
    let mean = values.reduce(0, +) / 800
    let half = 1.96 * (1.0 / 12 / 800).squareRoot()
    #expect(
      abs(one.lowerBound - (mean - half)) < 0.15 * half && abs(one.upperBound - (mean + half)) < 0.15 * half)
    let few = try interval(100, seed: 1)
    #expect(few.upperBound - few.lowerBound > 2.4 * (one.upperBound - one.lowerBound))
    #expect(Bootstrap().interval(over: 1) { _ in 1 } == nil)
    #expect(Bootstrap().interval(over: 9) { _ in nil } == nil)
  }

  @Test func answersToOneStimulusAreDrawnTogether() throws {
    // Ten people who all answer alike tell no more than one of them.
    func answers(_ people: Int) -> TextureBiasResult {
      TextureBiasResult(
        observer: "people", kind: .person,
        answers: (0..<people).flatMap { _ in
          (0..<50).map {
            CueConflictAnswer(
              stimulus: "\($0)", shape: "cat", texture: "dog", response: $0 % 5 == 0 ? "dog" : "cat")
          }
        })
    }
    let (one, ten) = (answers(1), answers(10))
    #expect(ten.shapeBiasInterval() == one.shapeBiasInterval())
    let interval = try #require(one.shapeBiasInterval())
    #expect(interval.contains(0.8) && interval.lowerBound < 0.72 && interval.upperBound > 0.86)
    #expect(TextureBiasResult(observer: "x", kind: .person, answers: []).shapeBiasInterval() == nil)
  }

  @Test func comparesNetworksByClassAndPicture() throws {
    func result(_ name: String, _ right: [Bool]) -> ShufflingResult {
      ShufflingResult(
        model: name, question: ShufflingQuestion(conditions: []),
        answers: right.enumerated().map { place, right in
          ShufflingAnswer(image: "\(place)", label: place % 2, clean: right ? place % 2 : 2, answers: [])
        })
    }
    let first = result("one", [true, true, true, false, false, false])
    let second = result("two", [true, false, true, false, true, false, true])
    let agreement = try #require(ErrorAgreement(first, second))
    #expect(agreement.consistency.count == 6)
    #expect(
      agreement.classes == [
        .init(label: 0, count: 3, firstCorrect: 2, secondCorrect: 3),
        .init(label: 1, count: 3, firstCorrect: 1, secondCorrect: 0),
      ])
    #expect(agreement.correlation == 1)
    #expect(ErrorAgreement.all([first, second, first]).count == 3)
    #expect(ErrorAgreement(first, result("three", [])) == nil)
  }
}

/// The people and networks of Geirhos et al. against the published error consistency; skipped where the data are not
/// beside the package.
@Suite struct PublishedErrorConsistencyTests {
  @Test(.enabled(if: PublishedTextureBiasTests.isPresent))
  func peopleAndNetworksGiveThePublishedNumbers() throws {
    let observers = try PublishedTextureBiasTests().observers()
    let consistency = ObserverConsistency(observers, bootstrap: Bootstrap(replicates: 200))
    let people = try #require(consistency.people)
    #expect(people.pairs == 45 && (people.kappa * 1000).rounded() == 331)
    let interval = try #require(people.interval)
    #expect(interval.contains(0.331) && interval.upperBound - interval.lowerBound < 0.1)
    let found = Dictionary(
      uniqueKeysWithValues: consistency.networks.map { ($0.network ?? "", ($0.kappa * 1000).rounded()) })
    // ResNet-50's 0.067 is printed; the others are pandas' on the same files.
    #expect(found == ["resnet50": 67, "alexnet": 113, "googlenet": 87, "vgg": 60])
    #expect(consistency.pairs.count == 91 && consistency.pairs.allSatisfy { $0.consistency.count == 1280 })
  }
}
