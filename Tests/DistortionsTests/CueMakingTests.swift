import Datasets
import Files
import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

@testable import Distortions

@Suite("Making of cue-conflict stimuli")
struct CueMakingTests {
  private static func folder(_ counts: [String: Int], extension name: String = "png") throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    for (category, count) in counts {
      for number in 0..<count { try folder.add("\(category)/photo\(number).\(name)") }
    }
    return folder
  }

  private static func plan(
    _ shapes: TemporaryFolder, _ textures: TemporaryFolder, count: Int? = nil, seed: UInt64 = 0,
    categories: CueCategories? = nil
  ) throws -> CueConflictPlan {
    try CueConflictPlan(
      shapes: try ImageFolder(path: shapes.path), textures: try ImageFolder(path: textures.path),
      categories: try categories ?? CueCategories(), count: count, seed: seed)
  }

  @Test func everyPairOfCategoriesComesUpAsOften() throws {
    let shapes = try Self.folder(["cat": 3, "dog": 2, "car": 4])
    let textures = try Self.folder(["cat": 2, "dog": 5, "bear": 3])
    // cat-dog, cat-bear, dog-cat, dog-bear, car-cat, car-dog, car-bear
    let plan = try Self.plan(shapes, textures)
    #expect(plan.items.count == 7)
    let cues = try plan.items.map { try StimulusName(parsing: ($0.path as NSString).lastPathComponent) }
    #expect(Set(cues.map { [$0.shape, $0.texture] }).count == 7 && cues.allSatisfy(\.isConflict))
    let more = try Self.plan(shapes, textures, count: 21)
    #expect(Array(more.items.prefix(7)) == plan.items)
    let often = Dictionary(grouping: more.items) { $0.shape.classFolder + $0.texture.classFolder }
    #expect(often.values.allSatisfy { $0.count == 3 })
    #expect(try Self.plan(shapes, textures, seed: 1).items != plan.items)
  }

  @Test func everyPairOfPicturesComesUpOnceAtMost() throws {
    let shapes = try Self.folder(["cat": 3, "dog": 2])
    let textures = try Self.folder(["cat": 2, "dog": 5])
    let plan = try Self.plan(shapes, textures, count: 19)
    #expect(Set(plan.items.map { $0.shape.relativePath + $0.texture.relativePath }).count == 19)
    #expect(Set(plan.items.map(\.path)).count == 19)
    #expect(throws: DistortionsError.tooFewPairs(pairs: 19, asked: 20)) {
      try Self.plan(shapes, textures, count: 20)
    }
  }

  @Test func numbersAreThePicturesPlaces() throws {
    let shapes = try Self.folder(["cat": 3])
    let textures = try Self.folder(["dog": 12])
    for item in try Self.plan(shapes, textures, count: 36).items {
      let name = (item.path as NSString).lastPathComponent
      let match = try #require(name.wholeMatch(of: /cat(\d+)-dog(\d+)\.png/))
      let order = (0..<12).map { "photo\($0)" }.sorted()
      #expect(item.shape.relativePath == "cat/photo\((Int(match.1) ?? 0) - 1).png")
      #expect(item.texture.relativePath == "dog/\(order[(Int(match.2) ?? 0) - 1]).png")
      #expect(item.path.hasPrefix("cat/"))
    }
  }

  @Test func foldersMayBearIdentifiers() throws {
    let folder = try Self.folder(["n02123045": 1, "n01440764": 1, "golf ball": 1])
    let plan = try Self.plan(folder, folder, categories: try CueCategories(names: ["n01440764": "tench"]))
    #expect(Set(plan.items.map(\.path)).contains("cat/cat1-tench1.png"))
    #expect(Set(plan.items.map(\.path)).contains("golfball/golfball1-cat1.png"))
    #expect(plan.renamed == ["n02123045": "cat", "n01440764": "tench", "golf ball": "golfball"])
    #expect(throws: DistortionsError.notACategory(folder: "n01440764")) { try Self.plan(folder, folder) }
    let file = try TemporaryFolder().add("unused")
    #expect(throws: (any Error).self) { try CueCategories(mappingFile: file) }
  }

  @Test func aMappingFileDecides() throws {
    let folder = try Self.folder(["one": 1, "two": 1, "three": 1])
    let tables = try TemporaryFolder()
    let good = try tables.add("good.csv", "class,category\none,cat\ntwo,dog\n")
    let plan = try Self.plan(folder, folder, categories: try CueCategories(mappingFile: good))
    #expect(Set(plan.items.map(\.path)) == ["cat/cat1-dog1.png", "dog/dog1-cat1.png"])
    for bad in ["one,cat2", "one,", ",cat", "one,cat\none,dog", "one,big-cat"] {
      let file = try tables.add("bad.csv", "class,category\n\(bad)\n")
      #expect(throws: DatasetsError.self) { try CueCategories(mappingFile: file) }
    }
  }

  @Test func oneCategoryAloneIsNotEnough() throws {
    let folder = try Self.folder(["cat": 4])
    #expect(throws: DistortionsError.tooFewCategories(shapes: ["cat"], textures: ["cat"])) {
      try Self.plan(folder, folder)
    }
  }

  // MARK: Runs

  private static func pictures(_ names: [String], count: Int) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (place, name) in names.enumerated() {
      try folder.addFolder(name)
      for number in 0..<count {
        var generator = SeededGenerator(seed: UInt64(10 * place + number))
        let picture = Picture(Tensor(uniform: 0...1, shape: [3, 40, 50], using: &generator))
        try picture.writePNG(to: "\(folder.path)/\(name)/\(number).png")
      }
    }
    return folder
  }

  private static func contents(_ path: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in FileManager.default.subpaths(atPath: path) ?? [] where name.contains(".") {
      found[name] = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
    }
    return found
  }

  @Test func aRunThatWasCutOffEndsWithTheSameBytes() throws {
    struct Stop: Error {}
    let source = try Self.pictures(["cat", "dog", "car"], count: 2)
    let plan = try Self.plan(source, source, count: 10, seed: 4)
    let making = CueMaking(plan.making, by: ImageQuilting(passes: 1), side: 32, seed: 4)
    let (whole, cut) = (try TemporaryFolder(), try TemporaryFolder())
    let settings = ["method": "quilting"]
    let first = try making.run(
      into: try MakingFolder(whole.path, settings: settings), on: Workers(count: 1)
    ) { _, _ in }
    #expect(first.made == 10 && first.kept == 0 && first.skipped.isEmpty)
    #expect(throws: Stop.self) {
      try making.run(into: try MakingFolder(cut.path, settings: settings), on: Workers(count: 2)) { done, _ in
        if done >= 6.5 { throw Stop() }
      }
    }
    // What a killed process leaves; no process has this number.
    try cut.add("\(plan.items[7].path).partial-99999999", "half a picture")
    let rest = try making.run(
      into: try MakingFolder(cut.path, settings: settings), on: Workers(count: 2)
    ) { _, _ in }
    #expect(rest.kept == 6 && rest.made == 4)
    let (one, other) = (try Self.contents(whole.path), try Self.contents(cut.path))
    #expect(one == other && one.count == 11)
  }

  @Test func picturesThatCannotBeReadAreLeftOut() throws {
    let source = try Self.pictures(["cat", "dog"], count: 1)
    try source.add("cat/broken.png", "no picture")
    let plan = try Self.plan(source, source, count: 4)
    let target = try TemporaryFolder()
    let making = CueMaking(plan.making, by: PhaseSwap(), side: 32, seed: 0)
    let result = try making.run(
      into: try MakingFolder(target.path, settings: [:]), on: Workers(count: 1)
    ) { _, _ in }
    #expect(result.made == 2 && result.skipped.count == 2)
    #expect(result.skipped.allSatisfy { $0.reason.contains("broken.png") })
    #expect(try CueConflictStimuli(path: target.path).items.count == 2)
  }

  @Test func foldersOfOtherThingsAreLeftAlone() throws {
    let other = try TemporaryFolder()
    try other.add("notes.txt", "mine")
    #expect(throws: DatasetsError.notAMakingFolder(path: other.path, file: "made.json")) {
      try MakingFolder(other.path, settings: [:])
    }
    let made = try TemporaryFolder()
    _ = try MakingFolder(made.path, settings: ["seed": "1", "size": "32"])
    _ = try MakingFolder(made.path, settings: ["seed": "1", "size": "32"])
    #expect(throws: DatasetsError.madeOtherwise(path: made.path, what: "seed", expected: "2", found: "1")) {
      try MakingFolder(made.path, settings: ["seed": "2", "size": "32"])
    }
    try made.add("made.json", "{\"seed\": 1}")
    #expect(throws: DatasetsError.self) { try MakingFolder(made.path, settings: [:]) }
    let file = try other.add("file", "text")
    #expect(throws: FileError.self) { try MakingFolder(file, settings: [:]) }
  }

  @Test func aSheetShowsShapeTextureAndPicture() throws {
    let source = try Self.pictures(["cat", "dog"], count: 2)
    let plan = try Self.plan(source, source, count: 3)
    let target = try TemporaryFolder()
    let folder = try MakingFolder(target.path, settings: [:])
    let making = CueMaking(plan.making, by: PhaseSwap(), side: 32, seed: 0)
    #expect(try CueSheet.picture(of: making, in: folder) == nil)
    _ = try making.run(into: folder, on: Workers(count: 1)) { _, _ in }
    let sheet = try #require(try CueSheet.picture(of: making, in: folder))
    // Two groups of three across, two rows.
    #expect(sheet.width == 2 * (3 * 32 + 2 * 3) + 3 * 12 && sheet.height == 2 * 32 + 3 * 12)
    let first = try Picture(contentsOf: "\(target.path)/\(plan.items[0].path)")
    for place in [0, 17, 31] {
      #expect(
        sheet[x: 12 + 2 * 35 + place, y: 12 + place, channel: 1] == first[x: place, y: place, channel: 1])
    }
    #expect(sheet[x: 0, y: 0, channel: 0] == 240)
  }

  @Test func aStylisedCorpusKeepsItsNames() throws {
    let (source, paintings) = (
      try Self.pictures(["cat", "dog"], count: 2), try Self.pictures(["any"], count: 3)
    )
    let list = try PictureList([paintings.path])
    let plan = try StylisedPlan(pictures: try ImageFolder(path: source.path), textures: list, seed: 2)
    #expect(plan.making.map(\.path) == ["cat/0.png", "cat/1.png", "dog/0.png", "dog/1.png"])
    #expect(plan.making.allSatisfy { list.paths.contains($0.names.texture) })
    try source.add("cat/0.jpg")
    #expect(throws: DistortionsError.sameName(first: "cat/0.jpg", second: "cat/0.png")) {
      try StylisedPlan(pictures: try ImageFolder(path: source.path), textures: list, seed: 2)
    }
  }
}
