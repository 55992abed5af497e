import ArgumentParser

/// Pictures with one cue, as `--single-cue` names them: `edges=CORPUS`.
struct SingleCueSet: ExpressibleByArgument {
  /// What tables call them.
  let name: String
  /// A folder of a folder for each category, or a drawn corpus.
  let corpus: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[0].contains(":"), !parts[0].contains("/") else { return nil }
    (name, corpus) = (parts[0], parts[1])
  }
}
