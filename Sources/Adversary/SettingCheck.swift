/// - Throws: `AdversaryError.setting` unless `holds`.
func requireSetting(_ holds: Bool, _ name: String, _ expected: String, _ found: Any) throws {
  guard holds else { throw AdversaryError.setting(name: name, expected: expected, found: "\(found)") }
}
