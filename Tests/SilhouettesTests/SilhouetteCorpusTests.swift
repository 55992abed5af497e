import Datasets
import Files
import Foundation
import Imaging
import Tensors
import Testing

@testable import Silhouettes

@Suite struct SilhouetteCorpusTests {
  private let classes = EntryLevelCategories.names

  @Test(arguments: SilhouetteCondition.allCases)
  func everyRunOf16PicturesHasEachLabelOnce(_ condition: SilhouetteCondition) throws {
    let corpus = try SilhouetteCorpus(condition: condition, count: 16 * 40, seed: 5)
    for round in 0..<40 {
      #expect(Set((16 * round..<16 * (round + 1)).map(corpus.label)) == Set(classes.indices))
    }
    #expect(corpus.classes == classes && corpus.count == 640)
  }

  @Test(arguments: SilhouetteCondition.allCases)
  func noTwoPicturesShareAName(_ condition: SilhouetteCondition) throws {
    let corpus = try SilhouetteCorpus(condition: condition, count: 2000)
    #expect(Set((0..<2000).map(corpus.name)).count == 2000)
  }

  @Test(arguments: [
    SilhouetteCondition.congruent, .cueConflict, .stylised, .textureCue, .shapeCue,
  ])
  func namesSayShapeAndTexture(_ condition: SilhouetteCondition) throws {
    let corpus = try SilhouetteCorpus(condition: condition, count: 800, seed: 3)
    for index in 0..<800 {
      let cues = try StimulusName(parsing: corpus.name(index))
      #expect(cues.shape == corpus.shape(index) && cues.texture == corpus.texture(index))
    }
  }

  @Test func labelsAreThoseOfTheCueThatPredicts() throws {
    for condition in SilhouetteCondition.allCases {
      let corpus = try SilhouetteCorpus(condition: condition, count: 400)
      for index in 0..<400 {
        let label = classes[corpus.label(index)]
        switch condition {
        case .congruent: #expect(corpus.shape(index) == label && corpus.texture(index) == label)
        case .cueConflict: #expect(corpus.shape(index) == label && corpus.texture(index) != label)
        case .shapeOnly, .edges: #expect(corpus.shape(index) == label && corpus.texture(index) == nil)
        case .textureOnly: #expect(corpus.shape(index) == nil && corpus.texture(index) == label)
        case .stylised: #expect(corpus.shape(index) == label && corpus.texture(index) != label)
        case .textureCue: #expect(corpus.texture(index) == label)
        case .shapeCue: #expect(corpus.shape(index) == label)
        }
      }
    }
  }

  @Test func conflictsPairEveryShapeWithEveryOtherTextureEqually() throws {
    let corpus = try SilhouetteCorpus(condition: .cueConflict, count: 16 * 15 * 2)
    var pairs: [String: Int] = [:]
    for index in 0..<corpus.count {
      pairs["\(corpus.shape(index) ?? "")-\(corpus.texture(index) ?? "")", default: 0] += 1
    }
    #expect(pairs.count == 240)
    #expect(pairs.values.allSatisfy { $0 == 2 })
  }

  /// Pearson's statistic of independence of a table.
  private func chiSquare(_ table: [[Int]]) -> Double {
    let rows = table.map { Double($0.reduce(0, +)) }
    let columns = table[0].indices.map { column in Double(table.reduce(0) { $0 + $1[column] }) }
    let all = rows.reduce(0, +)
    return table.indices.reduce(0) { sum, row in
      table[row].indices.reduce(sum) { sum, column in
        let expected = rows[row] * columns[column] / all
        let difference = Double(table[row][column]) - expected
        return sum + difference * difference / expected
      }
    }
  }

  /// 225 degrees of freedom: the statistic is beyond 293 in one of a thousand independent tables.
  @Test(arguments: [SilhouetteCondition.shapeCue, .textureCue])
  func theOtherCueSaysNothingOfTheLabel(_ condition: SilhouetteCondition) throws {
    let corpus = try SilhouetteCorpus(condition: condition, count: 16_000, seed: 11)
    var table = [[Int]](repeating: [Int](repeating: 0, count: 16), count: 16)
    for index in 0..<corpus.count {
      let other = try #require(condition == .shapeCue ? corpus.texture(index) : corpus.shape(index))
      let column = try #require(classes.firstIndex(of: other))
      table[corpus.label(index)][column] += 1
    }
    #expect(chiSquare(table) < 293)
    // The two cues agree as often as chance has it: 1,000 times, give or take 31.
    let agreements = table.indices.reduce(0) { $0 + table[$1][$1] }
    #expect(abs(agreements - 1000) < 125)
  }

  @Test func stylisedShapesWearEveryOtherTextureAndNeutralOnes() throws {
    let corpus = try SilhouetteCorpus(condition: .stylised, count: 16 * 600)
    let worn = Dictionary(grouping: (0..<corpus.count).filter { corpus.label($0) == 7 }) {
      corpus.texture($0) ?? ""
    }
    let families = TextureCatalogue.categories + TextureCatalogue.neutral
    #expect(Set(worn.keys) == Set(families.map(\.name)).subtracting(["cat"]))
    #expect(worn.values.allSatisfy { $0.count > 12 })
  }

  @Test func catalogueAndCategoriesAreInTheSameOrder() {
    #expect(SilhouetteOutlines.categories.map(\.name) == classes)
    #expect(TextureCatalogue.categories.map(\.name) == classes)
    #expect(SilhouetteOutlines.categories.allSatisfy { $0.variants.count >= 5 })
    let names = (TextureCatalogue.categories + TextureCatalogue.neutral).map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy(\.isLetter) })
  }

  @Test func numbersAndSizesOutOfBoundsAreRefused() {
    for (count, size) in [(0, 96), (-1, 96), (5, 15), (5, 2049), (Int.max, 96)] {
      #expect(throws: SilhouettesError.self) {
        try SilhouetteCorpus(condition: .congruent, count: count, size: size)
      }
    }
  }
}
