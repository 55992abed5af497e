import GRDB
import Probes

extension PlaceAnswer: StudyAnswer {
  public static var kind: QuestionKind { .places }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "place_answers",
      columns: [
        .text("image"), .integer("label"), .integer("clean"), .integer("place_columns"),
        .text("sticker"), .text("noise"), .text("photo"),
      ])
  }
  public var values: StudyValues {
    StudyValues([
      image, label, clean, columns, NumberList.text(sticker), NumberList.text(noise), NumberList.text(photo),
    ])
  }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1), clean: try values.value(2),
      columns: try values.value(3), sticker: try NumberList.integers(try values.value(4)),
      noise: try NumberList.integers(try values.value(5)), photo: try NumberList.integers(try values.value(6))
    )
  }
}
