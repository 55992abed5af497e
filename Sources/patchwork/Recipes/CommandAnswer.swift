/// What a command has to say, for programs and for people.
struct CommandAnswer {
  /// Snake-case keys come from its properties' names.
  let document: any Encodable
  /// Prints it for people.
  let show: () throws -> Void

  func print(json: Bool) throws { if json { try Output.json(document) } else { try show() } }
}
