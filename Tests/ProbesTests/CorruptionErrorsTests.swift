import Datasets
import Distortions
import Tensors
import Testing

@testable import Probes

struct CorruptionErrorsTests {
  /// A network right on so many of ten pictures: clean, then for each type at each severity.
  private func result(
    _ model: String, clean: Int, _ right: [(String, [Int])], pictures: Range<Int> = 0..<10
  ) -> DistortionResult {
    let series =
      [DistortionConditions.Series(kind: "clean", levels: [0])]
      + right.map { .init(kind: $0.0, levels: (1...$0.1.count).map(Double.init)) }
    let counts = [clean] + right.flatMap(\.1)
    return DistortionResult(
      model: model, conditions: DistortionConditions(series: series),
      answers: pictures.map { picture in
        DistortionAnswer(
          image: "\(picture)", label: 1, answers: counts.map { picture - pictures.lowerBound < $0 ? 1 : 0 })
      })
  }

  @Test func ratiosAndMeansAreThePublishedOnes() throws {
    let own = result("own", clean: 9, [("fog", [8, 7]), ("snow", [6, 4]), ("spatter", [1, 1])])
    let base = result("base", clean: 8, [("fog", [6, 4]), ("snow", [4, 2]), ("spatter", [2, 2])])
    let errors = try #require(CorruptionErrors(own))
    #expect(errors.count == 10)
    #expect(errors.series.map(\.type) == ["fog", "snow", "spatter"])
    try expect(errors.clean, 0.1)
    // The extra type does not enter the mean: (0.25 + 0.5) / 2.
    try expect(errors.mean, 0.375)
    let comparison = try #require(CorruptionComparison(own, against: base))
    try expect(comparison.ratios[0].error, 0.5)
    try expect(comparison.ratios[1].error, 1 / 1.4)
    try expect(comparison.ratios[2].error, 1.8 / 1.6)
    // Each network's clean error off first.
    try expect(comparison.ratios[0].relative, 0.3 / 0.6)
    try expect(comparison.ratios[1].relative, 0.8)
    try expect(comparison.mean, (0.5 + 1 / 1.4) / 2)
    try expect(comparison.relativeMean, 0.65)
    #expect(comparison.benchmarkTypes == 2 && !comparison.isWhole)
    let itself = try #require(CorruptionComparison(base, against: base))
    #expect(itself.mean == 1 && itself.relativeMean == 1)
  }

  @Test func comparesOnlyWhatBothAnswered() throws {
    let own = result("own", clean: 10, [("fog", [5])], pictures: 0..<10)
    let base = result("base", clean: 6, [("fog", [2])], pictures: 4..<12)
    // Pictures 4 to 9: the first is right on 4 alone, the other on 4 and 5.
    let comparison = try #require(CorruptionComparison(own, against: base))
    #expect(comparison.count == 6)
    try expect(comparison.mean, 5.0 / 4)
    let far = result("far", clean: 1, [("fog", [1])], pictures: 20..<23)
    let other = result("other", clean: 1, [("snow", [1])])
    let longer = result("longer", clean: 1, [("fog", [1, 1])])
    for unlike in [far, other, longer] { #expect(CorruptionComparison(own, against: unlike) == nil) }
  }

  @Test func givesNoMeanWhereABaselineMakesNoError() throws {
    let own = result("own", clean: 9, [("fog", [8]), ("snow", [5])])
    let base = result("base", clean: 9, [("fog", [10]), ("snow", [9])])
    let comparison = try #require(CorruptionComparison(own, against: base))
    #expect(comparison.ratios.map { $0.error == nil } == [true, false])
    // Under snow the baseline is as good as clean, so nothing is relative to its loss.
    #expect(comparison.ratios.allSatisfy { $0.relative == nil })
    #expect(comparison.mean == nil && comparison.relativeMean == nil)
  }

  @Test func knowsWhenItIsWhole() throws {
    let all = Corruption.benchmark.map { ($0.name, [5, 5, 4, 4, 3]) }
    let base = result("base", clean: 9, all)
    #expect(try #require(CorruptionComparison(base, against: base)).isWhole)
    let fewer = result("base", clean: 9, all.map { ($0.0, Array($0.1.prefix(4))) })
    #expect(!(try #require(CorruptionComparison(fewer, against: fewer)).isWhole))
  }

  @Test func aSheetHasARowForEachType() throws {
    let sheet = try CorruptionSheet(
      of: Tensor(repeating: 0.5, shape: [3, 10, 12]), under: [.contrast, .fog], seed: 0, name: "p",
      workers: Workers(count: 2))
    #expect(sheet.pixels.shape == [3, 2 * 14 + 4, 6 * 16 + 4])
  }

  /// A share against one computed by hand.
  private func expect(
    _ found: Double?, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try #require(found, sourceLocation: sourceLocation)
    #expect(abs(found - expected) < 1e-9, sourceLocation: sourceLocation)
  }
}
