import ArgumentParser
import Reporting

/// `patchwork report schema`
struct ReportSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of the report's numbers.",
    discussion: """
      The JSON that 'report' writes beside its page, and 'demo' too, fits this schema (JSON Schema, draft 2020-12). Its \
      schema_version rises when a field changes its meaning or goes; a new field does not raise it.

      Example:
        patchwork report schema > report.schema.json
      """)

  func run() throws { try Output.text(ReportSchema.text()) }
}
