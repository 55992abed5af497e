import Foundation
import GRDB
import Probes
import Testing

@testable import Studies

/// Many answers of several runs, read together.
struct StudyReadingTests {
  /// Two networks asked side by side, so that their rows stand mixed, and enough of them to be read in parts.
  @Test func mixedRowsComeBackRunByRunInTheirOrder() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let names = ["first", "second", "third"]
    let runs = try names.map { try study.begin(runDescription(.accuracy, model: modelRecord($0))) }
    func answers(_ run: Int, batch: Int) -> [ImageAnswer] {
      (0..<(100 + run)).map {
        ImageAnswer(image: "\(batch)/\(run)/\($0)", label: $0 % 3, top: [$0, batch])
      }
    }
    for batch in 0..<80 {
      for run in runs.indices { try study.append(answers(run, batch: batch), to: runs[run]) }
    }
    let results = try study.results(AccuracyResult.self)
    #expect(results.map(\.model) == names)
    for run in runs.indices {
      let expected = (0..<80).flatMap { answers(run, batch: $0) }
      #expect(results[run].answers == expected)
      #expect(try study.answers(ImageAnswer.self, of: runs[run]) == expected)
    }
    #expect(try study.answerCounts() == [runs[0].id: 8000, runs[1].id: 8080, runs[2].id: 8160])

    // A stranger's file may number its rows as it likes.
    try DatabaseQueue(path: study.path).write {
      try $0.execute(sql: "UPDATE accuracy_answers SET rowid = 9223372036854775807 WHERE image = '0/0/0'")
      try $0.execute(sql: "UPDATE accuracy_answers SET rowid = -5 WHERE image = '79/2/101'")
    }
    let moved = try study.results(AccuracyResult.self)
    #expect(moved[0].answers.last?.image == "0/0/0" && moved[0].answers.count == 8000)
    #expect(moved[2].answers.first?.image == "79/2/101" && moved[2].answers.count == 8160)
  }
}
