import Datasets
import Testing

@testable import Silhouettes

@Suite("A corpus by its name")
struct PictureCorpusTests {
  @Test func silhouettesAreNamedByConditionAndNumbers() throws {
    let plain = try #require(try PictureCorpus.named("silhouettes:shape-cue") as? SilhouetteCorpus)
    #expect(plain == (try SilhouetteCorpus(condition: .shapeCue, count: 8000, size: 96, seed: 0)))
    let named = try PictureCorpus.named("silhouettes:congruent,seed=7,count=20,size=32")
    let expected = try SilhouetteCorpus(condition: .congruent, count: 20, size: 32, seed: 7)
    #expect(named as? SilhouetteCorpus == expected)
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
      guard case SilhouettesError.notACorpus(name, _) = error else { return false }
      return !"\(error)".contains("\n")
    }
  }

  @Test func numbersOutOfBoundsAreRefused() {
    #expect(throws: SilhouettesError.self) { try PictureCorpus.named("silhouettes:congruent,size=3") }
    #expect(throws: SilhouettesError.self) { try PictureCorpus.named("silhouettes:congruent,count=0") }
  }

  @Test func aDrawnCorpusIsAFolderOfClassFoldersThatIsNowhere() throws {
    let name = "silhouettes:congruent,count=20,size=32,seed=7"
    let folder = try ImageFolder(named: name)
    let corpus = try SilhouetteCorpus(condition: .congruent, count: 20, size: 32, seed: 7)
    #expect(folder.path == name && folder.classFolders == EntryLevelCategories.names)
    #expect(
      Set(folder.items.map(\.relativePath))
        == Set((0..<20).map { "\(corpus.classes[corpus.label($0)])/\(corpus.name($0))" }))
    #expect(folder.items.map(\.classFolder) == folder.items.map(\.classFolder).sorted())
    let last = try #require(folder.filtered { $0.classFolder == "bear" }.items.last)
    let number = try #require((0..<20).last { last.relativePath == "bear/\(corpus.name($0))" })
    #expect(try folder.picture(of: last) == corpus.picture(number))
  }

  @Test func drawnStimuliHaveTheCuesOfTheirNames() throws {
    let stimuli = try CueConflictStimuli(named: "silhouettes:cue-conflict,count=40,size=32,seed=2")
    let corpus = try SilhouetteCorpus(condition: .cueConflict, count: 40, size: 32, seed: 2)
    #expect(stimuli.items.count == 40 && stimuli.skipped.isEmpty)
    let item = try #require(stimuli.items.first { $0.name == corpus.name(5) })
    #expect(item.cues.shape == corpus.shape(5) && item.cues.texture == corpus.texture(5))
    #expect(try stimuli.picture(of: item) == corpus.picture(5))
    #expect(throws: DatasetsError.self) { try CueConflictStimuli(named: "silhouettes:edges,count=4") }
  }

  @Test func anyOtherNameIsAFolder() {
    #expect(throws: (any Error).self) { try PictureCorpus.named("no-such-folder") }
  }
}
