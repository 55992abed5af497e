import Testing

@testable import Datasets

@Suite("A corpus by its name")
struct PictureCorpusTests {
  @Test func silhouettesAreNamedByConditionAndNumbers() throws {
    let plain = try #require(try PictureCorpus.named("silhouettes:shape-cue") as? Silhouettes)
    #expect(plain == (try Silhouettes(condition: .shapeCue, count: 8000, size: 96, seed: 0)))
    let named = try PictureCorpus.named("silhouettes:congruent,seed=7,count=20,size=32")
    let expected = try Silhouettes(condition: .congruent, count: 20, size: 32, seed: 7)
    #expect(named as? Silhouettes == expected)
    #expect(named.count == 20 && named.classes.count == 16 && named.label(17) == 1)
    #expect(try named.picture(3) == expected.picture(3))
  }

  @Test(arguments: [
    "silhouettes:", "silhouettes:round", "silhouettes:congruent,count", "silhouettes:congruent,count=-1",
    "silhouettes:congruent,pixels=3", "silhouettes:congruent,count=2,count=3", "silhouettes:congruent,",
    "silhouettes:congruent,size=99999999999999999999",
  ])
  func whatIsNoCorpusIsRefused(name: String) {
    #expect {
      try PictureCorpus.named(name)
    } throws: { error in
      guard case DatasetsError.notACorpus(name, _) = error else { return false }
      return !"\(error)".contains("\n")
    }
  }

  @Test func numbersOutOfBoundsAreRefused() {
    #expect(throws: DatasetsError.self) { try PictureCorpus.named("silhouettes:congruent,size=3") }
    #expect(throws: DatasetsError.self) { try PictureCorpus.named("silhouettes:congruent,count=0") }
  }

  @Test func anyOtherNameIsAFolder() {
    #expect(throws: (any Error).self) { try PictureCorpus.named("no-such-folder") }
  }
}
