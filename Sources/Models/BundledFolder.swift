import Foundation

/// A folder of data that comes with the program.
public enum BundledFolder {
  /// Where the folder of a name lies: beside the program where it was built, or under `share` where it was installed;
  /// nil when it is at neither.
  ///
  /// - Parameter module: whose resource the folder is.
  public static func path(_ name: String, ofModule module: String) -> String? {
    guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
    let here = program.deletingLastPathComponent()
    return ["patchwork_\(module).resources/\(name)", "../share/patchwork/\(name)"]
      .map { here.appendingPathComponent($0).standardizedFileURL.path }
      .first { FileManager.default.fileExists(atPath: $0) }
  }
}
