import Adversary
import GRDB
import Probes

/// One answer to one item of a run, kept as a row of its own table.
public protocol StudyAnswer: Hashable, Sendable {
  /// The kind of run that collects such answers.
  static var kind: QuestionKind { get }
  /// Whether runs of `kind` collect such answers too; only its own kind unless an answer says otherwise.
  static func belongs(to kind: QuestionKind) -> Bool
  /// The item answered, for finding out what is left to do: an image's path or a stimulus' name.
  var item: String { get }
  /// The table, its columns in order, and the values for them.
  static var table: StudyTable { get }
  var values: StudyValues { get }
  init(values: StudyValues) throws
}

extension StudyAnswer {
  public static func belongs(to kind: QuestionKind) -> Bool { kind == Self.kind }
}

/// A table's name and its columns beside `run`: declared once, for making, writing, reading and merging.
public struct StudyTable: Sendable {
  let name: String
  let columns: [StudyColumn]

  /// - Parameter columns: in the order of an answer's values; the item, `image` or `stimulus`, first.
  public init(name: String, columns: [StudyColumn]) {
    self.name = name
    self.columns = columns
  }

  /// The columns' names with commas between.
  var list: String { columns.map(\.name).joined(separator: ", ") }

  /// What makes the table where a study does not have it; tables of earlier releases are made by `StudySchema`.
  var creation: String {
    let lines = ["run INTEGER NOT NULL REFERENCES runs (id)"] + columns.map(\.declaration)
    let item = columns.first?.name ?? "run"
    return """
      CREATE TABLE IF NOT EXISTS \(name) (
        \(lines.joined(separator: ",\n  ")),
        UNIQUE (run, \(item)) ON CONFLICT REPLACE
      ) STRICT
      """
  }
}

/// A column of a table of answers.
public struct StudyColumn: Hashable, Sendable {
  let name: String
  let type: String
  let isOptional: Bool

  var declaration: String { "\(name) \(type)" + (isOptional ? "" : " NOT NULL") }

  public static func text(_ name: String, isOptional: Bool = false) -> StudyColumn {
    StudyColumn(name: name, type: "TEXT", isOptional: isOptional)
  }
  public static func integer(_ name: String, isOptional: Bool = false) -> StudyColumn {
    StudyColumn(name: name, type: "INTEGER", isOptional: isOptional)
  }
  public static func real(_ name: String, isOptional: Bool = false) -> StudyColumn {
    StudyColumn(name: name, type: "REAL", isOptional: isOptional)
  }
  public static func blob(_ name: String, isOptional: Bool = false) -> StudyColumn {
    StudyColumn(name: name, type: "BLOB", isOptional: isOptional)
  }
}

/// A row's values beside `run`, in the order of the table's columns: for writing, or as they are read.
public struct StudyValues {
  private enum Source {
    case given([DatabaseValue])
    /// Only until the next row is read.
    case row(Row)
  }

  private let source: Source

  /// Values in the order of the table's columns: texts, whole numbers, numbers, bytes or nil.
  public init(_ values: [(any DatabaseValueConvertible)?]) {
    source = .given(values.map { $0?.databaseValue ?? .null })
  }

  init(_ row: Row) { source = .row(row) }

  subscript(index: Int) -> DatabaseValue {
    switch source {
    case .given(let values): values[index]
    case .row(let row): row[index]
    }
  }

  /// All values that were given.
  var arguments: [DatabaseValue] {
    switch source {
    case .given(let values): values
    case .row(let row): Array(row.databaseValues)
    }
  }

  /// The value at `index`.
  ///
  /// - Throws: `MalformedRow` when it is of another type.
  public func value<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
    guard let value = Value.fromDatabaseValue(self[index]) else { throw MalformedRow() }
    return value
  }
}

extension StudyValues {
  /// The value at `index`; nil where there is none.
  ///
  /// - Throws: `MalformedRow` when it is of another type.
  public func optional<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value? {
    self[index].isNull ? nil : try value(index)
  }
}

/// A row that no version of Patchwork writes; becomes `StudyError.damaged`.
struct MalformedRow: Error {}

extension ImageAnswer: StudyAnswer {
  public static var kind: QuestionKind { .accuracy }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "accuracy_answers",
      columns: [
        .text("image"), .integer("label"), .text("top"),
      ])
  }
  public var values: StudyValues {
    StudyValues([image, label, NumberList.text(top)])
  }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1),
      top: try NumberList.integers(try values.value(2)))
  }
}

extension StickerAnswer: StudyAnswer {
  public static var kind: QuestionKind { .sticker }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "sticker_answers",
      columns: [
        .text("image"), .integer("label"), .integer("clean"), .real("x"), .real("y"),
        .real("scale"), .integer("sticker"), .integer("noise"), .integer("photo"),
      ])
  }
  public var values: StudyValues {
    StudyValues([image, label, clean, x, y, scale, sticker, noise, photo])
  }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1), clean: try values.value(2),
      x: try values.value(3), y: try values.value(4), scale: try values.value(5),
      sticker: try values.value(6), noise: try values.value(7), photo: try values.value(8))
  }
}

extension CueConflictAnswer: StudyAnswer {
  public static var kind: QuestionKind { .textureBias }
  /// Pictures with one cue are answered for as those with two are, both the same.
  public static func belongs(to kind: QuestionKind) -> Bool { kind == .textureBias || kind == .singleCue }
  public var item: String { stimulus }
  public static var table: StudyTable {
    StudyTable(
      name: "cue_conflict_answers",
      columns: [
        .text("stimulus"), .text("shape"), .text("texture"), .text("response"),
        .integer("shape_rank", isOptional: true), .integer("texture_rank", isOptional: true),
      ])
  }
  public var values: StudyValues {
    StudyValues([stimulus, shape, texture, response, shapeRank, textureRank])
  }
  public init(values: StudyValues) throws {
    self.init(
      stimulus: try values.value(0), shape: try values.value(1), texture: try values.value(2),
      response: try values.value(3), shapeRank: try values.optional(4), textureRank: try values.optional(5))
  }
}

extension DistortionAnswer: StudyAnswer {
  public static var kind: QuestionKind { .distortions }
  /// Corruptions are answered for as distortions are: a class for each condition.
  public static func belongs(to kind: QuestionKind) -> Bool { kind == .distortions || kind == .corruptions }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "distortion_answers",
      columns: [
        .text("image"), .integer("label"), .text("answers"),
      ])
  }
  public var values: StudyValues {
    StudyValues([image, label, NumberList.text(answers)])
  }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1),
      answers: try NumberList.integers(try values.value(2)))
  }
}

extension PerturbationAnswer: StudyAnswer {
  public static var kind: QuestionKind { .perturbations }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "perturbation_answers",
      columns: [
        .text("image"), .integer("label"), .integer("clean"), .integer("adversarial"),
        .real("length"), .integer("queries"), .text("finder", isOptional: true),
        .integer("vanished"), .integer("x", isOptional: true), .integer("y", isOptional: true),
        .integer("side", isOptional: true),
      ])
  }
  public var values: StudyValues {
    StudyValues([
      image, label, clean, adversarial, length, queries, finder, hasVanishedGradient, place?.x, place?.y,
      place?.side,
    ])
  }
  public init(values: StudyValues) throws {
    let place: PatchPlace?
    switch (try values.optional(8) as Int?, try values.optional(9) as Int?, try values.optional(10) as Int?) {
    case (nil, nil, nil): place = nil
    case (let x?, let y?, let side?): place = PatchPlace(x: x, y: y, side: side)
    default: throw MalformedRow()
    }
    self.init(
      image: try values.value(0), label: try values.value(1), clean: try values.value(2),
      adversarial: try values.value(3), length: try values.value(4), queries: try values.value(5),
      finder: try values.optional(6), hasVanishedGradient: try values.value(7), place: place)
  }
}
