import Probes

/// The JSON Schema of the numbers that a report writes beside its page, made from the documents' types.
///
/// `Reports/report.schema.json` is this text; a test fails when it is not.
public enum ReportSchema {
  /// The schema itself, a JSON document.
  ///
  /// - Throws: `SchemaRecorder.Failure` where a document's type is one that no schema can tell; a test would find it.
  public static func text() throws -> String {
    let recorder = SchemaRecorder()
    guard case .object(var root) = try recorder.record(ReportDocument.self).schema() else { return "" }
    root["$schema"] = .text("https://json-schema.org/draft/2020-12/schema")
    root["title"] = .text("Patchwork's report")
    root["$defs"] = .object(recorder.definitions.mapValues { $0.schema() }.merging(values) { own, _ in own })
    return String(decoding: try JSONValue.object(root).document(), as: UTF8.self)
  }

  /// What a `DefinedValue` may be.
  private static let values: [String: JSONValue] = [
    Share.definition: .object([
      "type": .list([.text("number"), .text("null")]), "minimum": .whole(0), "maximum": .whole(1),
      "description": .text("A share in 0…1; null where nothing was counted."),
    ]),
    Interval.definition: .object([
      "type": .list([.text("array"), .text("null")]),
      "items": .object(["type": .list([.text("number"), .text("null")])]), "minItems": .whole(2),
      "maxItems": .whole(2),
      "description": .text("The ends of a 95 % interval, the lower first; null where none is known."),
    ]),
    Signed.definition: .object([
      "type": .text("integer"), "description": .text("A whole number, which may be negative."),
    ]),
  ]
}
