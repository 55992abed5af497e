import Models

extension ModelCard {
  /// The index of a class given by identifier or name.
  ///
  /// - Throws: `AdversaryError.unknownClass` with the nearest names.
  public func requireIndex(ofClass nameOrIdentifier: String) throws -> Int {
    if let index = index(ofClass: nameOrIdentifier) { return index }
    throw AdversaryError.unknownClass(
      name: nameOrIdentifier, model: name, suggestions: classes(like: nameOrIdentifier))
  }

  /// Up to three names or identifiers that differ from `wanted` by few letters or contain it, nearest first.
  func classes(like wanted: String) -> [String] {
    let wanted = Array(wanted.lowercased())
    let limit = max(2, wanted.count / 3)
    let known = classNames + classes.filter { !classNames.contains($0) }
    return known.enumerated()
      .map { (place: $0.offset, name: $0.element, distance: distance(wanted, $0.element)) }
      .filter { $0.distance <= limit }
      .sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
      .prefix(3)
      .map(\.name)
  }

  /// The number of letters to insert, remove or replace (Levenshtein 1966); 1 when one contains the other.
  private func distance(_ wanted: [Character], _ name: String) -> Int {
    let name = Array(name.lowercased())
    if wanted.count >= 3, String(name).contains(String(wanted)) { return 1 }
    var previous = Array(0...name.count)
    for (row, letter) in wanted.enumerated() {
      var current = [row + 1]
      for (column, other) in name.enumerated() {
        let replaced = previous[column] + (letter == other ? 0 : 1)
        current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[name.count]
  }
}
