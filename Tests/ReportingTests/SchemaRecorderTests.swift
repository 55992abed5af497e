import Probes
import Testing

@testable import Reporting

private struct Painted: AnswerDocument {
  enum Colour: String, Codable, CaseIterable, Sendable { case red, blue }

  struct Spot: AnswerDocument {
    let atX: Int
    static var definition: String { "spot" }
  }

  let name: String
  let mainColour: Colour
  let otherColour: Nullable<Colour>
  let spots: [Spot]
  let best: Nullable<Spot>
  let depth: Nullable<Double>
  let note: String?
  let settings: [String: String]
  let share: Share

  static var fields: [String: String] { ["mainColour": "Of most of it."] }
}

private struct Misdescribed: AnswerDocument {
  let name: String
  static var fields: [String: String] { ["nam": "Nothing is called so."] }
}

private struct Impostor: AnswerDocument {
  struct Spot: AnswerDocument {
    let atY: Int
    static var definition: String { "spot" }
  }

  let first: Painted.Spot
  let second: Spot
}

/// Schemas as types are walked for them.
struct SchemaRecorderTests {
  @Test func notesKeysTypesChoicesAndWhatMayBeMissing() throws {
    let recorder = SchemaRecorder()
    let schema = try recorder.record(Painted.self).schema()
    let properties = try #require(schema["properties"])
    #expect(properties["name"]?["type"]?.isEqual(to: .text("string")) == true)
    #expect(properties["main_colour"]?["description"]?.isEqual(to: .text("Of most of it.")) == true)
    func texts(_ value: JSONValue?) -> [String?] {
      guard case .list(let values)? = value else { return [] }
      return values.map { if case .text(let text) = $0 { text } else { nil } }
    }
    #expect(texts(properties["main_colour"]?["enum"]) == ["red", "blue"])
    #expect(texts(properties["other_colour"]?["enum"]) == ["red", "blue", nil])
    #expect(properties["spots"]?["items"]?["$ref"]?.isEqual(to: .text("#/$defs/spot")) == true)
    #expect(properties["best"]?["oneOf"] != nil)
    #expect(texts(properties["depth"]?["type"]) == ["number", "null"])
    #expect(properties["settings"]?["additionalProperties"]?["type"]?.isEqual(to: .text("string")) == true)
    #expect(properties["share"]?["$ref"]?.isEqual(to: .text("#/$defs/fraction")) == true)
    #expect(
      texts(schema["required"]) == [
        "best", "depth", "main_colour", "name", "other_colour", "settings", "share", "spots",
      ])
    #expect(schema["additionalProperties"]?.isEqual(to: .flag(false)) == true)
    let spot = try #require(recorder.definitions["spot"]?.schema()["properties"]?["at_x"])
    #expect(
      spot["type"]?.isEqual(to: .text("integer")) == true && spot["minimum"]?.isEqual(to: .whole(0)) == true)
  }

  @Test func refusesADescriptionOfWhatIsNotThere() {
    #expect(throws: SchemaRecorder.Failure.self) { try SchemaRecorder().record(Misdescribed.self) }
  }

  @Test func refusesTwoTypesOfOneName() {
    #expect(throws: SchemaRecorder.Failure.sharedName("spot")) { try SchemaRecorder().record(Impostor.self) }
  }
}
