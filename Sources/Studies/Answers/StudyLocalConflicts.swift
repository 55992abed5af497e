import GRDB
import Probes

extension LocalConflictAnswer: StudyAnswer {
  public static var kind: QuestionKind { .localConflict }
  public var item: String { stimulus }
  public static var table: StudyTable {
    StudyTable(
      name: "local_conflict_answers",
      columns: [.text("stimulus"), .text("shape"), .text("texture"), .real("difference")]
        + ConflictRegion.allCases.flatMap { region -> [StudyColumn] in
          let name = region.rawValue
          return [.integer("\(name)_cells"), .real("\(name)_sum"), .integer("\(name)_shape_cells")]
        })
  }
  public var values: StudyValues {
    var values: [(any DatabaseValueConvertible)?] = [stimulus, shape, texture, difference]
    for region in regions {
      values.append(region.cells)
      values.append(region.sum)
      values.append(region.shapeCells)
    }
    return StudyValues(values)
  }
  public init(values: StudyValues) throws {
    self.init(
      stimulus: try values.value(0), shape: try values.value(1), texture: try values.value(2),
      difference: try values.value(3),
      regions: try ConflictRegion.allCases.indices.map { place in
        RegionEvidence(
          cells: try values.value(4 + 3 * place), sum: try values.value(5 + 3 * place),
          shapeCells: try values.value(6 + 3 * place))
      })
  }
}
