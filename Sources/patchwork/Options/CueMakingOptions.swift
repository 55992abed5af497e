import ArgumentParser
import Datasets
import Distortions
import Foundation
import Models
import Probes
import Stylising

/// How a shape and a texture become one picture, and where it goes.
struct CueMakingOptions: ParsableArguments {
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case gatys
    case silhouetteFill = "silhouette-fill"
    case phaseSwap = "phase-swap"
    case quilting
  }

  @Option(
    name: .long, help: "The folder to write; a new one, an empty one, or one that this command has begun.")
  var out: String

  @Option(name: .long, help: "How pictures are made.")
  var method: Method = .gatys

  @Option(
    name: .long, help: "Pixels of a picture's side (default: 224).",
    transform: WholeNumber.in(CueMaking.sides))
  var size = 224

  @Option(
    name: .long,
    help: "A contact sheet to write: a .png or .jpg with shape, texture and picture side by side.")
  var sheet: String?

  @Option(name: .long, help: "gatys: the network whose features are compared (default: vgg16/imagenette).")
  var model: String?

  @Option(
    name: .long, help: "gatys: steps of the optimisation (default: 150).",
    transform: WholeNumber.in(1...100_000))
  var steps: Int?

  @Option(name: .long, help: "gatys: what the optimisation starts from: content or noise (default: content).")
  var start: StyleTransfer.Start?

  @Option(
    name: .long,
    help: "gatys: what the relative distance of features counts (default: 1).", transform: Self.weight)
  var contentWeight: Double?

  @Option(
    name: .long,
    help: "gatys: what the relative distance of Gram matrices counts (default: 10).", transform: Self.weight)
  var styleWeight: Double?

  @Option(
    name: .long,
    help: "gatys: what steps between neighbouring pixels count (default: 3).", transform: Self.weight)
  var variationWeight: Double?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "gatys: layers whose Gram matrices are compared (default: the first convolution of each stage).",
      valueName: "layer"))
  var styleLayers: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "gatys: layers whose features are compared (default: the second convolution of the last stage but one).",
      valueName: "layer"))
  var contentLayers: [String] = []

  @Flag(name: .long, help: "gatys: pool greatest values where the network does, in place of means.")
  var maxPooling = false

  @Sendable
  private static func weight(_ text: String) throws -> Double {
    guard let number = Double(text), number.isFinite, number >= 0 else {
      throw ValidationError("expected a number of at least 0")
    }
    return number
  }

  /// The options given that only style transfer takes.
  private var transferOptions: [String] {
    let given: [(String, Bool)] = [
      ("--model", model != nil), ("--steps", steps != nil), ("--start", start != nil),
      ("--content-weight", contentWeight != nil), ("--style-weight", styleWeight != nil),
      ("--variation-weight", variationWeight != nil), ("--style-layers", !styleLayers.isEmpty),
      ("--content-layers", !contentLayers.isEmpty), ("--max-pooling", maxPooling),
    ]
    return given.filter(\.1).map(\.0)
  }

  func validate() throws {
    if method != .gatys, let option = transferOptions.first {
      throw ValidationError("expected \(option) with --method gatys alone, found --method \(method.rawValue)")
    }
    for layers in [styleLayers, contentLayers] where Set(layers).count < layers.count {
      throw ValidationError("expected each layer once, found \(layers.joined(separator: " "))")
    }
    if let sheet, !["png", "jpg", "jpeg"].contains((sheet as NSString).pathExtension.lowercased()) {
      throw ValidationError("expected a --sheet that ends in .png or .jpg, found \(sheet)")
    }
  }

  /// The network whose features are compared; nil where none is needed.
  func loadModel() throws -> LoadedModel? {
    method == .gatys ? try ModelLoader.load(model ?? "vgg16/imagenette") : nil
  }

  /// The way to make a picture.
  ///
  /// - Parameter model: what `loadModel` gave.
  func merging(with model: LoadedModel?) throws -> any CueMerging {
    switch method {
    case .silhouetteFill: return SilhouetteFill()
    case .phaseSwap: return PhaseSwap()
    case .quilting: return ImageQuilting()
    case .gatys:
      guard let model else {
        throw CommandError.wrongUse("expected a network for --method gatys, found none")
      }
      let usual = StyleLayers(of: model.network.folded())
      let weights = StyleWeights()
      return try StyleTransfer(
        model: model,
        layers: StyleLayers(
          style: styleLayers.isEmpty ? usual.style : styleLayers,
          content: contentLayers.isEmpty ? usual.content : contentLayers),
        weights: StyleWeights(
          content: contentWeight ?? weights.content, style: styleWeight ?? weights.style,
          totalVariation: variationWeight ?? weights.totalVariation, range: weights.range),
        steps: steps ?? 150, start: start ?? .content, averagePooling: !maxPooling)
    }
  }
}

extension StyleTransfer.Start: ExpressibleByArgument {}
