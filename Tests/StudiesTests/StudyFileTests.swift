import Files
import Foundation
import GRDB
import Probes
import Testing

@testable import Studies

/// What a study does with files that are not one, and with places where it cannot be.
struct StudyFileTests {
  @Test func refusesATextFileAndLeavesItAlone() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("notes.txt")
    let text = Data(String(repeating: "just some notes\n", count: 100).utf8)
    try text.write(to: URL(fileURLWithPath: path))
    #expect(throws: StudyError.notAStudy(path: path)) { try Study(at: path) }
    #expect(throws: StudyError.notAStudy(path: path)) { try Study(reading: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
  }

  @Test func refusesAnotherProgramsDatabaseAndLeavesItAlone() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("other.sqlite")
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE songs (title TEXT)") }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: StudyError.foreignDatabase(path: path)) { try Study(at: path) }
    #expect(throws: StudyError.foreignDatabase(path: path)) { try Study(reading: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func refusesAStudyOfALaterVersion() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("late.study")
    _ = try Study(at: path)
    let later = StudySchema.version + 1
    try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = \(later)") }
    let error = StudyError.newerVersion(path: path, found: later, supported: StudySchema.version)
    #expect(throws: error) { try Study(at: path) }
    #expect(throws: error) { try Study(reading: path) }
  }

  /// A study is begun and read at the same moment, as by a command and by someone who looks at how far it is.
  @Test func severalOpenANewStudyAtOnce() async throws {
    let folder = try TemporaryFolder()
    for round in 0..<20 {
      let path = folder.file("\(round).study")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { _ = try Study(at: path) } }
        group.addTask {
          do { _ = try Study(reading: path) } catch FileError.missing, StudyError.notAStudy {}
        }
        try await group.waitForAll()
      }
      #expect(try Study(reading: path).runs().isEmpty)
    }
  }

  @Test func namesTheMissingFolderAndTheMissingFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("nowhere/a.study")
    #expect(throws: StudyError.folderMissing(path: folder.file("nowhere"))) { try Study(at: path) }
    #expect(throws: FileError.missing(path: path)) { try Study(reading: path) }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func refusesAFolder() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.self) { try Study(at: folder.path) }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc"), "needs /proc"))
  func saysWhenThePlaceCannotBeWritten() throws {
    let error = #expect(throws: StudyError.self) { try Study(at: "/proc/a.study") }
    guard case .unwritable = error else {
      Issue.record("expected unwritable, found \(String(describing: error))")
      return
    }
  }

  @Test func takesAnEmptyFileForANewStudy() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("new.study")
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(throws: StudyError.notAStudy(path: path)) { try Study(reading: path) }
    #expect(try Study(at: path).runs().isEmpty)
  }

  @Test func completesAStudyKilledBetweenItsMarkAndItsTables() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("young.study")
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "PRAGMA application_id = \(StudySchema.applicationID)")
    }
    #expect(try Study(reading: path).runs().isEmpty)
  }

  @Test func reportsAFullDiskAndKeepsWhatWasCommitted() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("full.study")
    let study = try Study(at: path)
    let run = try study.begin(runDescription(.accuracy))
    try study.append([ImageAnswer(image: "a.png", label: 0, top: [0])], to: run)
    try study.queue.write { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages)")
    }
    let many = (0..<2_000).map { ImageAnswer(image: "many/\($0).png", label: 0, top: [0, 1]) }
    #expect(throws: StudyError.diskFull(path: path)) { try study.append(many, to: run) }
    #expect(try study.answers(ImageAnswer.self, of: run).count == 1)
  }

  @Test func reportsDamageInsteadOfCrashing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("hurt.study")
    let study = try Study(at: path)
    let run = try study.begin(runDescription(.accuracy))
    try study.append([ImageAnswer(image: "a.png", label: 0, top: [0])], to: run)
    try study.queue.write { try $0.execute(sql: "UPDATE accuracy_answers SET top = 'x'") }
    #expect(throws: StudyError.self) { try study.results(AccuracyResult.self) }
    try study.queue.write { try $0.execute(sql: "UPDATE runs SET seed = '-1'") }
    #expect(throws: StudyError.self) { try study.runs() }
    try study.queue.write { try $0.execute(sql: "DROP TABLE sticker_answers") }
    #expect(throws: StudyError.self) { try study.answers(StickerAnswer.self, of: run) }
  }

  /// Copies the file while a batch is half written, as a kill at that moment would leave it.
  @Test func opensAfterAKillInTheMiddleOfABatch() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("killed.study")
    let copy = folder.file("copy.study")
    let study = try Study(at: path)
    let run = try study.begin(runDescription(.accuracy))
    try study.append([ImageAnswer(image: "kept.png", label: 0, top: [0])], to: run)
    try study.queue.inDatabase { database in
      // A cache of one page makes SQLite spill the unfinished batch into the file itself.
      try database.execute(sql: "PRAGMA cache_size = 1")
      try database.inTransaction(.immediate) {
        for index in 0..<3_000 {
          try database.execute(
            sql: "INSERT INTO accuracy_answers VALUES (?, ?, 0, '0')", arguments: [run.id, "lost\(index)"])
        }
        for suffix in ["", "-journal"] where FileManager.default.fileExists(atPath: path + suffix) {
          try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        return .rollback
      }
    }
    #expect(FileManager.default.fileExists(atPath: copy + "-journal"), "the copy has a hot journal")
    let reopened = try Study(reading: copy)
    #expect(
      try reopened.results(AccuracyResult.self).map(\.answers) == [
        [ImageAnswer(image: "kept.png", label: 0, top: [0])]
      ])
  }
}
