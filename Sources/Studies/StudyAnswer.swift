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

/// A table's name and its columns beside `run`.
public struct StudyTable: Sendable {
  let name: String
  let columns: [String]
}

/// A row's values beside `run`, in the order of the table's columns: for writing, or as they are read.
public struct StudyValues {
  private enum Source {
    case given([DatabaseValue])
    /// Only until the next row is read.
    case row(Row)
  }

  private let source: Source

  init(_ values: [(any DatabaseValueConvertible)?]) {
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
  func value<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
    guard let value = Value.fromDatabaseValue(self[index]) else { throw MalformedRow() }
    return value
  }
}

extension StudyValues {
  /// The value at `index`; nil where there is none.
  ///
  /// - Throws: `MalformedRow` when it is of another type.
  func optional<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value? {
    self[index].isNull ? nil : try value(index)
  }
}

/// A row that no version of Patchwork writes; becomes `StudyError.damaged`.
struct MalformedRow: Error {}

extension ImageAnswer: StudyAnswer {
  public static var kind: QuestionKind { .accuracy }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(name: "accuracy_answers", columns: ["image", "label", "top"])
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
      columns: ["image", "label", "clean", "x", "y", "scale", "sticker", "noise", "photo"])
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
      columns: ["stimulus", "shape", "texture", "response", "shape_rank", "texture_rank"])
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
    StudyTable(name: "distortion_answers", columns: ["image", "label", "answers"])
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
        "image", "label", "clean", "adversarial", "length", "queries", "finder", "vanished", "x", "y", "side",
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
