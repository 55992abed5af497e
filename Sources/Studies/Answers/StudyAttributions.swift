import Files
import Foundation
import GRDB
import Probes

extension AttributionScores: StudyAnswer {
  public static var kind: QuestionKind { .attribution }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "attribution_scores",
      columns: [
        .text("image"), .integer("label"), .integer("class_index"), .text("rankings"),
        .blob("scores"),
      ])
  }
  public var values: StudyValues {
    StudyValues([
      image, label, classIndex, rankings.map(\.ranking).joined(separator: " "),
      FloatBlob.encode(rankings.flatMap(\.numbers)),
    ])
  }
  public init(values: StudyValues) throws {
    let (names, blob): (String, Data) = (try values.value(3), try values.value(4))
    guard let numbers = FloatBlob.decode(blob) else { throw MalformedRow() }
    var rest = numbers[...]
    let rankings = try names.split(separator: " ").map { try RankingScores(String($0), from: &rest) }
    guard rest.isEmpty else { throw MalformedRow() }
    self.init(
      image: try values.value(0), label: try values.value(1), classIndex: try values.value(2),
      rankings: rankings)
  }
}

extension RankingScores {
  /// The lengths of the three series, the series, and the three single scores; not a number stands for none.
  fileprivate var numbers: [Float] {
    [deletion.count, insertion.count, sensitivity.count].map(Float.init) + deletion + insertion
      + (sensitivity + [pearson, spearman, relativeError]).map { $0 ?? .nan }
  }

  /// Takes from `numbers` what the property of that name has.
  ///
  /// - Throws: `MalformedRow` when there are fewer.
  fileprivate init(_ ranking: String, from numbers: inout ArraySlice<Float>) throws {
    func take(_ count: Int) throws -> ArraySlice<Float> {
      guard count <= numbers.count else { throw MalformedRow() }
      defer { numbers = numbers.dropFirst(count) }
      return numbers.prefix(count)
    }
    func optional(_ number: Float) -> Float? { number.isNaN ? nil : number }
    let lengths = try take(3).map { length in
      guard let length = Int(exactly: length), length >= 0 else { throw MalformedRow() }
      return length
    }
    let (deletion, insertion) = (Array(try take(lengths[0])), Array(try take(lengths[1])))
    let sensitivity = try take(lengths[2]).map(optional)
    let single = try take(3).map(optional)
    self.init(
      ranking: ranking, deletion: deletion, insertion: insertion, sensitivity: sensitivity,
      pearson: single[0], spearman: single[1], relativeError: single[2])
  }
}

extension StudySchema {
  /// Scores were kept as JSON until version 9: a fourth of a large study's time went into reading them.
  ///
  /// The step is as it was when it came: what it reads and writes is `ScoresOfVersion9`, whatever becomes of
  /// `RankingScores`.
  static func packAttributions(_ database: Database) throws {
    try database.execute(
      sql: """
        ALTER TABLE attribution_scores RENAME TO attribution_texts;
        CREATE TABLE attribution_scores (
          run INTEGER NOT NULL REFERENCES runs (id),
          image TEXT NOT NULL,
          label INTEGER NOT NULL,
          class_index INTEGER NOT NULL,
          rankings TEXT NOT NULL,
          scores BLOB NOT NULL,
          UNIQUE (run, image) ON CONFLICT REPLACE
        ) STRICT;
        """)
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO attribution_scores (run, image, label, class_index, rankings, scores)
        VALUES (?, ?, ?, ?, ?, ?)
        """)
    let rows = try Row.fetchCursor(
      database, sql: "SELECT image, label, class_index, scores, run FROM attribution_texts ORDER BY rowid")
    while let row = try rows.next() {
      let values = StudyValues(row)
      let text: String = try values.value(3)
      guard let rankings = try? JSONDecoder().decode([ScoresOfVersion9].self, from: Data(text.utf8)) else {
        throw MalformedRow()
      }
      let (image, label, classIndex): (String, Int, Int) = (
        try values.value(0), try values.value(1), try values.value(2)
      )
      let packed = ScoresOfVersion9.packed(rankings.flatMap(\.numbers))
      try insert.execute(arguments: [
        values[4], image, label, classIndex, rankings.map(\.ranking).joined(separator: " "), packed,
      ])
    }
    try database.execute(sql: "DROP TABLE attribution_texts")
  }
}

/// One ranking's scores as the JSON of version 9 has them and as version 10 packs them. Never changes.
private struct ScoresOfVersion9: Decodable {
  let ranking: String
  let deletion, insertion: [Float]
  let sensitivity: [Float?]
  let pearson, spearman, relativeError: Float?

  /// The lengths of the three series, the series, and the three single scores; not a number stands for none.
  var numbers: [Float] {
    [deletion.count, insertion.count, sensitivity.count].map(Float.init) + deletion + insertion
      + (sensitivity + [pearson, spearman, relativeError]).map { $0 ?? .nan }
  }

  /// Four bytes each, the lowest first.
  static func packed(_ numbers: [Float]) -> Data {
    Data(numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init) })
  }
}
