import Files
import Foundation
import GRDB
import Layers
import Models
import Probes

extension Study {
  // MARK: - Runs and models

  /// Every run, in the order they began.
  public func runs() throws -> [Run] {
    try reading { database in
      try Row.fetchAll(database, sql: Study.runQuery + " ORDER BY runs.id").map(Study.run)
    }
  }

  /// The run with this number.
  public func run(_ id: Int64) throws -> Run {
    try reading { database in
      guard
        let row = try Row.fetchOne(database, sql: Study.runQuery + " WHERE runs.id = ?", arguments: [id])
      else { throw StudyError.unknownRun(path: path, id: id) }
      return try Study.run(row)
    }
  }

  /// Every network, in the order they first appeared; two of one name are two.
  public func models() throws -> [ModelRecord] {
    try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT card, weights_sha256, parameters, input_size, field_size, field_stride, field_offset
          FROM models ORDER BY id
          """
      ).map { row in try Study.model(row) }
    }
  }

  // MARK: - Answers

  /// The images a run left out, in order of their names.
  public func skipped(of run: Run) throws -> [SkippedImage] {
    try reading { database in
      try Row.fetchAll(
        database, sql: "SELECT image, reason FROM skipped_images WHERE run = ? ORDER BY image",
        arguments: [run.id]
      ).map { row in
        let values = StudyValues(row)
        return SkippedImage(image: try values.value(0), reason: try values.value(1))
      }
    }
  }

  /// The names of the items a run need not do again: answered or skipped.
  public func itemsDone<Answer: StudyAnswer>(_ type: Answer.Type, in run: Run) throws -> Set<String> {
    Set(try answers(type, of: run).map(\.item)).union(try skipped(of: run).map(\.image))
  }

  /// The pictures of a run, in the order they were appended.
  public func artifacts(of run: Run) throws -> [Artifact] {
    try reading { database in
      try Row.fetchAll(
        database,
        sql: "SELECT role, name, caption, bytes FROM artifacts WHERE run = ? ORDER BY rowid",
        arguments: [run.id]
      ).map { row in
        let values = StudyValues(row)
        guard let role = Artifact.Role(rawValue: try values.value(0)) else { throw MalformedRow() }
        let name: String = try values.value(1)
        return Artifact(
          role: role, name: name, caption: try values.value(2),
          picture: try EncodedPicture(try values.value(3), name: name))
      }
    }
  }

  // MARK: - Parts

  private static let runQuery = """
    SELECT kind, observer, observer_kind, target, command, seed, threads, processor, options, tool_version,
      started_ms, finished_ms, seconds, resumptions, runs.id, card, weights_sha256, parameters, input_size,
      field_size, field_stride, field_offset, pictures_sha256
    FROM runs LEFT JOIN models ON models.id = runs.model
    """

  private static func run(_ row: Row) throws -> Run {
    let values = StudyValues(row)
    let kind = QuestionKind(rawValue: try values.value(0))
    guard let observerKind = TextureBiasResult.Kind(rawValue: try values.value(2)),
      let seed = UInt64(try values.value(5) as String)
    else { throw MalformedRow() }
    let options: String = try values.value(8)
    var description = RunDescription(
      kind: kind, observer: try values.value(1), observerKind: observerKind, command: try values.value(4),
      seed: seed, threads: try values.value(6), processor: try values.value(7),
      options: try decoded(options), toolVersion: try values.value(9))
    description.target = Int.fromDatabaseValue(values[3])
    description.picturesSHA256 = try values.optional(22)
    if !values[15].isNull {
      description.model = try model(values, from: 15)
    }
    return Run(
      id: try values.value(14), description: description,
      started: date(try values.value(10)), finished: Int64.fromDatabaseValue(values[11]).map(date),
      seconds: try values.value(12), resumptions: try values.value(13))
  }

  private static func model(_ row: Row) throws -> ModelRecord {
    try model(StudyValues(row), from: 0)
  }

  private static func model(_ values: StudyValues, from first: Int) throws -> ModelRecord {
    let card: String = try values.value(first)
    var field: ReceptiveField?
    if !values[first + 4].isNull {
      field = ReceptiveField(
        size: try values.value(first + 4), stride: try values.value(first + 5),
        offset: try values.value(first + 6))
    }
    return ModelRecord(
      card: try decoded(card), weightsSHA256: try values.value(first + 1),
      parameters: try values.value(first + 2), receptiveField: field, inputSize: try values.value(first + 3))
  }

  private static func decoded<Value: Decodable>(_ json: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(Value.self, from: Data(json.utf8))
    } catch {
      throw MalformedRow()
    }
  }

  private static func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
