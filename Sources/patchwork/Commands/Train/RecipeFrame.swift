import Files
import Foundation
import Models

/// What a recipe of any kind says: where pictures come from, where the network goes, and what its card says.
struct RecipeFrame {
  let corpus: String
  let out: String
  let name: String
  let source, licence, corpusName: String?
  let preprocessing: Preprocessing
  private let classNames: [String: String]

  /// - Parameters:
  ///   - name: where the recipe gives none.
  ///   - imageSide: of the pictures where the recipe has no preprocessing; nil where it must have one.
  init(
    _ table: inout RecipeTable, _ options: TrainingOptions, name: String, imageSide: Int? = nil
  ) throws {
    let (written, target) = (try table.text("corpus"), try table.text("out"))
    guard let corpus = options.corpus ?? written else {
      throw RecipeError.missingKey(
        path: table.path, key: "corpus", expected: "a folder of class folders, or --corpus")
    }
    guard let out = options.out ?? target else {
      throw RecipeError.missingKey(
        path: table.path, key: "out", expected: "the .safetensors file to write, or --out")
    }
    guard (out as NSString).pathExtension.lowercased() == "safetensors" else {
      throw CommandError.wrongUse(
        "expected a file to write that ends in .safetensors, found '\(out)'; change \"out\" or --out")
    }
    (self.corpus, self.out) = (corpus, out)
    self.name = try table.text("name") ?? name
    var names = try table.table("class_names")
    classNames = try names?.texts() ?? [:]
    (source, licence) = (try table.text("source"), try table.text("licence"))
    corpusName = try table.text("corpus_name")
    preprocessing = try RecipeFrame.preprocessing(&table, imageSide: imageSide)
  }

  /// The card's preprocessing, with ImageNet's mean and deviation where the recipe has none.
  private static func preprocessing(_ table: inout RecipeTable, imageSide: Int?) throws -> Preprocessing {
    let standard = Preprocessing(
      resizeShorterSide: imageSide, centerCrop: imageSide, mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225])
    let written = try table.table("preprocessing")
    if written == nil, imageSide != nil { return standard }
    var steps = written
    let resize = try steps?.whole("resize_shorter_side", in: 1...(1 << 14))
    // Batches and windows need pictures of one size.
    guard let crop = try steps?.whole("center_crop", in: 1...(1 << 14)) else {
      throw RecipeError.missingKey(
        path: table.path, key: "preprocessing.center_crop", expected: "the side of the pictures in pixels")
    }
    let result = Preprocessing(
      resizeShorterSide: resize, centerCrop: crop,
      interpolation: try steps?.choice("interpolation", of: Interpolations.self)?.value ?? .bilinear,
      mean: try steps?.colour("mean", where: { _ in true }, "numbers") ?? standard.mean,
      std: try steps?.colour("std", where: { $0 > 1e-6 }, "numbers above 0") ?? standard.std)
    try steps?.finish()
    return result
  }

  private enum Interpolations: String, CaseIterable {
    case bilinear, bicubic, nearest

    var value: Preprocessing.Interpolation {
      switch self {
      case .bilinear: .bilinear
      case .bicubic: .bicubic
      case .nearest: .nearest
      }
    }
  }

  /// Checks that the network can be written: hours of work are not to end in a folder that is not there.
  func requireFolder() throws {
    let parent = (out as NSString).deletingLastPathComponent
    try FileBytes.requireFolder(parent.isEmpty ? "." : parent)
  }

  /// The card of a network with these classes.
  ///
  /// - Throws: `CommandError.wrongUse` for a name of a class that is not there.
  func card(architecture: String, classes: [String]) throws -> ModelCard {
    if let unknown = classNames.keys.sorted().first(where: { !classes.contains($0) }) {
      throw CommandError.wrongUse(
        "expected \"class_names\" for class folders of \(corpus), found '\(unknown)'; correct the name or remove it"
      )
    }
    return ModelCard(
      name: name, architecture: architecture, classes: classes,
      classNames: classNames.isEmpty ? [] : classes.map { classNames[$0] ?? $0 },
      preprocessing: preprocessing, source: source, licence: licence, corpus: corpusName)
  }
}
