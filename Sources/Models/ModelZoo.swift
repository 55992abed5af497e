import Foundation

/// The networks that come with Patchwork, trained by the recipes in `Training/`.
///
/// A network is called by its architecture and its corpus, `bagnet17/imagenette`, and lies in a file of that name in
/// the zoo's folder, as a self-describing safetensors.
public enum ModelZoo {
  /// Every network's name, sorted; none where the zoo's folder was not installed with the tool.
  public static var names: [String] {
    guard let folder else { return [] }
    let files = FileManager.default
    return ((try? files.contentsOfDirectory(atPath: folder)) ?? []).flatMap { network in
      ((try? files.contentsOfDirectory(atPath: "\(folder)/\(network)")) ?? [])
        .filter { $0.hasSuffix(fileEnding) }
        .map { "\(network)/\($0.dropLast(fileEnding.count))" }
    }.sorted()
  }

  /// Where the network of a name lies; nil when there is none of that name.
  public static func path(of name: String) -> String? {
    guard let folder, names.contains(name) else { return nil }
    return "\(folder)/\(name)\(fileEnding)"
  }

  private static let fileEnding = ".safetensors"

  private static var folder: String? { BundledFolder.path("Zoo", ofModule: "Models") }
}
