import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CueConflictTests {
  @Test func parsesNamesOfStimuli() throws {
    let name = try StimulusName(parsing: "cat3-elephant12.png")
    #expect(name.shape == "cat")
    #expect(name.texture == "elephant")
    #expect(name.isConflict)
    #expect(try !StimulusName(parsing: "bear1-bear10.png").isConflict)
  }

  @Test(arguments: [
    "cat3.png", "cat-elephant1.png", "cat3-elephant.png", "3-elephant1.png", "cat3-elephant1-dog2.png",
    "-.png", "cat3-elephant1b.png", "",
  ])
  func refusesOtherNames(name: String) {
    #expect(throws: DatasetsError.notAStimulusName(name)) { try StimulusName(parsing: name) }
  }

  @Test func listsStimuliSortedByNameAndSetsOthersAside() throws {
    let folder = try TemporaryFolder()
    for file in ["z/bear1-cat2.png", "a/dog1-dog2.png", "cat1-dog1.PNG", "a/holiday.png", "a/notes.txt"] {
      try folder.add(file)
    }
    let stimuli = try CueConflictStimuli(path: folder.path)
    #expect(stimuli.items.map(\.name) == ["bear1-cat2.png", "cat1-dog1.PNG", "dog1-dog2.png"])
    #expect(stimuli.items.map(\.relativePath).first == "z/bear1-cat2.png")
    #expect(stimuli.skipped.map(\.path) == ["a/holiday.png"])
    #expect(try CueConflictStimuli(path: folder.path, limit: 1).items.count == 1)
  }

  @Test func refusesFoldersWithoutStimuli() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DatasetsError.noStimuli(path: folder.path, example: nil)) {
      try CueConflictStimuli(path: folder.path)
    }
    try folder.add("a/holiday.png")
    #expect(throws: DatasetsError.noStimuli(path: folder.path, example: "a/holiday.png")) {
      try CueConflictStimuli(path: folder.path)
    }
    #expect(throws: FileError.missing(path: "\(folder.path)/none")) {
      try CueConflictStimuli(path: "\(folder.path)/none")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "the data beside the package are absent"))
  func findsEveryPublishedStimulusOnDisk() throws {
    let folder = "\(SharedData.folder)/cue-conflict"
    let stimuli = try CueConflictStimuli(path: folder)
    let onDisk = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".png") }
    #expect(Set(stimuli.items.map(\.relativePath)) == Set(onDisk))
    #expect(stimuli.items.count == onDisk.count)
    #expect(stimuli.items.count >= 640)
    #expect(stimuli.skipped.isEmpty)
    #expect(Set(stimuli.items.map(\.cues.shape)) == Set(EntryLevelCategories.names))
    let picture = try stimuli.picture(of: stimuli.items[0])
    #expect(picture.width == 224 && picture.height == 224)
  }
}
