/// Finds a model's class by what a person wrote: first among the identifiers, then among the readable names, each
/// first exactly and then without regard to case.
struct ClassLookup {
  private let exact: [[String: [Int]]]
  private let folded: [[String: [Int]]]

  init(classes: [String], classNames: [String]) {
    func table(_ names: [String]) -> [String: [Int]] { Dictionary(grouping: names.indices) { names[$0] } }
    exact = [classes, classNames].map(table)
    folded = [classes, classNames].map { table($0.map { $0.lowercased() }) }
  }

  /// The indices of the classes of that name: none, one, or several where classes share a readable name.
  func indices(of name: String) -> [Int] {
    let lowercased = name.lowercased()
    for (exact, folded) in zip(exact, folded) {
      if let found = exact[name] ?? folded[lowercased] { return found }
    }
    return []
  }
}
