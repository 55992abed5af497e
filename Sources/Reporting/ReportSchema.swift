/// The JSON Schema of the numbers that a report writes beside its page.
public enum ReportSchema {
  /// The schema itself, a JSON document: `Reports/report.schema.json`.
  public static var text: String { String(decoding: PackageResources.report_schema_json, as: UTF8.self) }
}
