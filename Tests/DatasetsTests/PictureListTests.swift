import Files
import TestSupport
import Testing

@testable import Datasets

@Suite struct PictureListTests {
  @Test func keepsTheOrderGivenAndSortsWithinFolders() throws {
    let folder = try TemporaryFolder()
    for file in ["b/2.JPG", "b/10.jpeg", "b/deep/1.png", "b/notes.txt", "a.png"] { try folder.add(file) }
    let list = try PictureList(["\(folder.path)/b", "\(folder.path)/a.png"])
    let expected = ["b/10.jpeg", "b/2.JPG", "b/deep/1.png", "a.png"]
    #expect(list.paths == expected.map { "\(folder.path)/\($0)" })
  }

  @Test func filesNamedOneByOneAreTakenWhateverTheirName() throws {
    let folder = try TemporaryFolder()
    try folder.add("picture")
    #expect(try PictureList(["\(folder.path)/picture"]).paths.count == 1)
  }

  @Test func whatIsMissingOrEmptyIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.add("text/notes.txt")
    #expect(throws: FileError.missing(path: "\(folder.path)/none.png")) {
      try PictureList(["\(folder.path)/none.png"])
    }
    let error = #expect(throws: DatasetsError.self) { try PictureList(["\(folder.path)/text"]) }
    #expect(error == .noPictureFiles(path: "\(folder.path)/text", otherFiles: 1))
    #expect(
      error?.description == "\(folder.path)/text: expected JPEG or PNG pictures in the folder, found none "
        + "(1 other file); check the path or convert them")
  }
}
