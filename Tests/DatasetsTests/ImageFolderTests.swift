import Files
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct ImageFolderTests {
  @Test func listsPicturesClassAfterClassInSortedOrder() throws {
    let folder = try TemporaryFolder()
    for file in [
      "b/2.JPG", "b/10.jpeg", "a-b/x.png", "a/z.Png", "a/deep/er/y.JPEG", "a/notes.txt", "a/.hidden.jpg",
    ] {
      try folder.add(file)
    }
    try folder.addFolder("empty")
    try folder.add("loose.jpg")
    let corpus = try ImageFolder(path: folder.path)
    #expect(corpus.classFolders == ["a", "a-b", "b", "empty"])
    let expected = ["a/deep/er/y.JPEG", "a/z.Png", "a-b/x.png", "b/10.jpeg", "b/2.JPG"]
    #expect(corpus.items.map(\.relativePath) == expected)
    #expect(corpus.items.map(\.classFolder) == ["a", "a", "a-b", "b", "b"])
    #expect(try ImageFolder(path: folder.path, limit: 2).items == Array(corpus.items.prefix(2)))
    #expect(try ImageFolder(path: folder.path, limit: 0).items.isEmpty)
    #expect(try ImageFolder(path: folder.path, limit: 99).items.count == 5)
  }

  @Test(.timeLimit(.minutes(1))) func endsOnCyclesOfLinks() throws {
    let folder = try TemporaryFolder()
    try folder.add("cat/1.jpg")
    try folder.add("dog/2.jpg")
    try folder.link("cat/itself", to: ".")
    try folder.link("cat/corpus", to: "..")
    try folder.link("cat/other", to: "../dog")
    try folder.link("dog/back", to: "../cat")
    try folder.link("pets", to: "cat")
    let corpus = try ImageFolder(path: folder.path)
    #expect(
      corpus.items.map(\.relativePath) == [
        "cat/1.jpg", "cat/other/2.jpg", "dog/2.jpg", "dog/back/1.jpg", "pets/1.jpg", "pets/other/2.jpg",
      ])
  }

  @Test func keepsLinksThatLeadNowhereAndPassesOverPipes() throws {
    let folder = try TemporaryFolder()
    try folder.add("cat/1.jpg")
    try folder.link("cat/2.jpg", to: "nowhere.jpg")
    #expect(mkfifo("\(folder.path)/cat/3.jpg", 0o600) == 0)
    let corpus = try ImageFolder(path: folder.path)
    #expect(corpus.items.map(\.relativePath) == ["cat/1.jpg", "cat/2.jpg"])
    #expect(throws: FileError.missing(path: "\(folder.path)/cat/2.jpg")) {
      try corpus.picture(of: corpus.items[1])
    }
  }

  @Test func readsPicturesOfItems() throws {
    let folder = try TemporaryFolder()
    let picture = Picture(width: 3, height: 2, red: 1, green: 2, blue: 3)
    try folder.addFolder("cat")
    try picture.writePNG(to: "\(folder.path)/cat/1.jpg")
    try folder.add("cat/2.jpg", "not a picture")
    let corpus = try ImageFolder(path: folder.path)
    #expect(try corpus.picture(of: corpus.items[0]) == picture)
    #expect(throws: ImagingError.self) { try corpus.picture(of: corpus.items[1]) }
  }

  @Test func saysWhatIsWrongWithACorpus() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    #expect(throws: FileError.missing(path: "\(path)/none")) { try ImageFolder(path: "\(path)/none") }
    #expect(throws: DatasetsError.emptyFolder(path: path)) { try ImageFolder(path: path) }
    let file = try folder.add("1.jpg")
    #expect(throws: FileError.wrongKind(path: file, expected: "a folder", found: "a file")) {
      try ImageFolder(path: file)
    }
    let loose = DatasetsError.noClassFolders(path: path, pictures: 1)
    #expect(throws: loose) { try ImageFolder(path: path) }
    #expect(
      loose.description
        == "\(path): expected one folder a class with the pictures inside (class/picture.jpg), found 1 picture "
        + "and no folders; move the pictures into folders named after their classes")
    try folder.add("cat/notes.txt")
    #expect(throws: DatasetsError.noPictures(path: path, folders: 1, otherFiles: 1)) {
      try ImageFolder(path: path)
    }
  }

  @Test func matchesFoldersToIdentifiersAndNames() throws {
    let labels = try FolderLabels(
      folders: ["n02", "Tench", "church", "crane", "boat", "N03"],
      classes: ["n01", "n02", "n03", "n04", "n05"], classNames: ["tench", "dog", "church", "crane", "crane"])
    #expect(labels.index(ofFolder: "n02") == 1)
    #expect(labels.index(ofFolder: "Tench") == 0)
    #expect(labels.index(ofFolder: "church") == 2)
    #expect(labels.index(ofFolder: "N03") == 2)
    #expect(
      labels.unmatched == [
        LeftOut(path: "crane", reason: "2 of the model's classes have this name"),
        LeftOut(path: "boat", reason: "no class of the model has this name"),
      ])
  }

  @Test func refusesACorpusNoFolderOfWhichMatches() {
    let expected = DatasetsError.noMatchingFolders(
      folders: ["train", "val"], classes: ["n01 or tench", "n02 or dog"])
    #expect(throws: expected) {
      try FolderLabels(folders: ["train", "val"], classes: ["n01", "n02"], classNames: ["tench", "dog"])
    }
    #expect(
      expected.description
        == "expected class folders named like the model's classes (n01 or tench, n02 or dog), found train, val; "
        + "rename the folders or choose the folder one level down or up")
  }

  @Test func leavesOutPicturesOfUnmatchedFolders() throws {
    let folder = try TemporaryFolder()
    for file in ["a/1.png", "b/2.png", "c/3.png"] { try folder.add(file) }
    let corpus = try ImageFolder(path: folder.path)
    let labels = try FolderLabels(folders: corpus.classFolders, classes: ["c", "b"])
    #expect(corpus.labelled(by: labels).items.map(\.relativePath) == ["b/2.png", "c/3.png"])
    #expect(corpus.labelled(by: labels, limit: 1).items.map(\.relativePath) == ["b/2.png"])
  }

  @Test(.enabled(if: SharedData.isPresent, "the data beside the package are absent"))
  func listsTheSharedPhotographs() throws {
    let corpus = try ImageFolder(path: "\(SharedData.folder)/imagenette/val")
    #expect(corpus.classFolders.count == 10)
    #expect(corpus.items.count == 1966)
  }
}
