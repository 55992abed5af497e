import Files
import Foundation
import GRDB
import Layers
import Probes

extension PicturedEvidence: StudyAnswer {
  public static var kind: QuestionKind { .evidence }
  public var item: String { map.image }
  public static var table: StudyTable {
    StudyTable(
      name: "evidence_maps",
      columns: [
        .text("image"), .integer("class_index"), .real("logit", isOptional: true),
        .integer("map_rows"), .integer("map_columns"), .integer("field_size"),
        .integer("field_stride"), .integer("field_offset"), .blob("cells"), .blob("picture"),
      ])
  }
  public var values: StudyValues {
    StudyValues([
      map.image, map.classIndex, Double(map.logit), map.rows, map.columns, map.receptiveField.size,
      map.receptiveField.stride, map.receptiveField.offset, FloatBlob.encode(map.cells), picture.bytes,
    ])
  }
  /// The network's name stands with the run: it is empty here.
  public init(values: StudyValues) throws {
    let image: String = try values.value(0)
    let (rows, columns): (Int, Int) = (try values.value(3), try values.value(4))
    let field = ReceptiveField(
      size: try values.value(5), stride: try values.value(6), offset: try values.value(7))
    let cells = FloatBlob.decode(try values.value(8)) ?? []
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflow, count == cells.count else { throw MalformedRow() }
    let logit = (values[2].storage.value as? Double).map { Float($0) } ?? .nan
    let map = EvidenceMap(
      model: "", image: image, classIndex: try values.value(1), logit: logit, cells: cells, rows: rows,
      columns: columns, receptiveField: field)
    self.init(map: map, picture: try EncodedPicture(try values.value(9), name: image))
  }
}

/// The evidence maps of one run.
public struct EvidenceResult: RecordedResult, Hashable {
  public let maps: [PicturedEvidence]

  public init(_ answers: [PicturedEvidence], of run: Run, in study: Study) throws {
    maps = answers.map { answer in
      var named = answer
      named.map.model = run.description.observer
      return named
    }
  }
}
