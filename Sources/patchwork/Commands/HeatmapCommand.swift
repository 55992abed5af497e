import Adversary
import ArgumentParser
import Checkpoints
import Imaging
import Models
import Probes
import Studies
import Tensors

/// `patchwork heatmap`
struct HeatmapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heatmap", abstract: "Show which pixels argued for a class.",
    discussion: """
      For a BagNet the map is exact: at the network's own stride the mean of its cells is the image's logit. \
      At stride 1 every pixel position has its own patch; that map is finer and does not sum to the logit. \
      Other networks get an attribution by --method. Where it compares with another picture, that is the \
      network's mean colour, which normalisation makes zero: integrated_gradients and deeplift (rescale rule) add \
      up to the difference of both logits, and occlusion covers squares with it. lrp follows the ε-rule with \
      ε = 1e-4 of each sum; smoothgrad takes 50 noisy copies from --seed; gradient_times_input compares with black. \
      deeplift and lrp cover sums, functions of one value and maxima, and refuse networks with other layers. \
      Orange argues for the class, blue against. In the JSON, map_sum_logit is the mean of an evidence map's cells, \
      map_sum an attribution's sum.

      Examples:
        patchwork heatmap --model bagnet17.json --image photo.jpg \\
          --class tench --out evidence.png
        patchwork heatmap --model resnet50.json --image photo.jpg \\
          --method occlusion --occluder 16 --stride 8 --out occlusion.png
        patchwork heatmap --model resnet50/imagenette --image photo.jpg \\
          --method integrated_gradients --out gradients.png
      """)

  @Option(name: .long, help: "A name from 'patchwork models', a model card or a self-describing safetensors.")
  var model: String

  @Option(name: .long, help: "The picture: JPEG or PNG.")
  var image: String

  @Option(name: .customLong("class"), help: "The class, by identifier or name (default: the predicted one).")
  var className: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Evidence: 1 for a map at every pixel (default: the network's own stride). Occlusion: pixels between squares (default: 8)."
    ), transform: WholeNumber.atLeast(1))
  var stride: Int?

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "With --stride 1: pad the picture by half a receptive field with the card's mean colour, as the published code does; the map then has the picture's size."
    ))
  var pad = false

  @Option(
    name: .long, help: "With --method occlusion: the square's side in pixels (default: 16).",
    transform: WholeNumber.atLeast(1))
  var occluder: Int?

  @Option(
    name: .long,
    help: "An attribution instead of the evidence map (networks other than BagNets: gradient_times_input).")
  var method: AttributionMap.Method?

  @Option(name: .long, help: "The PNG to write.")
  var out: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A safetensors file to write the map's numbers to: values [height, width]; where there are some also channels [3, height, width], of which values is the sum, gradient [3, height, width], in logit per pixel value in 0…1, and cells [rows, columns], Grad-CAM's map before it is enlarged."
    ))
  var values: String?

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let method, method != .occlusion, stride != nil {
      throw ValidationError(
        "expected --method or --stride, found both; of the attributions only occlusion has a stride")
    }
    if occluder != nil, method != .occlusion {
      throw ValidationError("--occluder expects --method occlusion, found another method or none")
    }
    if pad, stride != 1 || method != nil {
      throw ValidationError("--pad expects --stride 1 and no --method; other maps need no padding")
    }
  }

  func run() throws {
    let loaded = try ModelLoader.load(model)
    let card = loaded.card
    let workers = common.workers
    let picture = try PicturePreparation(card.preprocessing).prepare(try Picture(contentsOf: image))
    let pixels = Tensor(stacking: [picture.tensor])
    let index =
      try className.map { try card.requireIndex(ofClass: $0) }
      ?? Predictions.top1(of: try loaded.classifier.logits(of: pixels, on: workers))[0]
    let drawing: Tensor
    var numbers: [String: Tensor] = [:]
    let document: Document
    if let local = loaded.classifier as? any LocalClassifier, method == nil {
      let map = try evidence(local, pixels, index)
      drawing = try HeatmapRendering(scale: SignedColourScale(sharedBy: [map.cells])).pixels(
        of: map, over: pixels)
      numbers["values"] = Tensor(map.cells, shape: [map.rows, map.columns])
      document = Document(map, card)
      try record(map, picture, loaded)
    } else {
      if stride != nil, method == nil { _ = try loaded.local() }
      guard study.study == nil else {
        throw CommandError.wrongUse(
          "expected the evidence map of a BagNet for --study, found an attribution; leave out --study")
      }
      let found = try attribution(loaded.classifier, pixels, index)
      let map = found.map
      drawing = try HeatmapRendering(scale: SignedColourScale(sharedBy: [map.values])).pixels(
        of: map, over: pixels)
      numbers["values"] = Tensor(map.values, shape: [map.rows, map.columns])
      numbers["gradient"] = found.gradient
      numbers["channels"] = found.channels
      numbers["cells"] = found.cells
      document = Document(found, card)
    }
    let enlarged = Picture(drawing).enlarged
    try enlarged.writePNG(to: out)
    if let values { try SafeTensors.write(numbers, to: values) }
    if common.json { return try Output.json(document) }
    try Output.line(document.sentence)
    try Output.line("\(out): \(enlarged.width) × \(enlarged.height) px")
  }

  /// The picture's file and its folder: enough to tell pictures of a corpus apart.
  private var shownName: String {
    image.split(separator: "/").suffix(2).joined(separator: "/")
  }

  private func evidence(
    _ local: any LocalClassifier, _ pixels: Tensor, _ index: Int
  ) throws -> EvidenceMap {
    let probe = HeatmapProbe(classifier: local)
    switch stride {
    case nil, local.receptiveField.stride?:
      return try probe.evidence(in: pixels, name: shownName, for: index, on: common.workers)
    case 1?:
      let shifts = local.receptiveField.stride * local.receptiveField.stride
      let progress = Progress("heatmap", unit: "shifts", total: shifts, isQuiet: common.quiet)
      defer { progress.finish() }
      return try probe.denseEvidence(
        in: pixels, name: shownName, for: index, padded: pad, on: common.workers
      ) { done, _ in progress.update(done) }
    case let other?:
      throw CommandError.wrongUse(
        "expected --stride 1 or \(local.receptiveField.stride), the network's own, found \(other)")
    }
  }

  private func attribution(
    _ classifier: any Classifier, _ pixels: Tensor, _ index: Int
  ) throws -> Attribution {
    var settings = AttributionSettings()
    settings.seed = common.seed
    if let occluder { settings.occluderSide = occluder }
    if let stride { settings.occluderStride = stride }
    let probe = try AttributionProbe(classifier: classifier, settings: settings)
    let method = method ?? .gradientTimesInput
    let passes = try probe.passCount(of: method, height: pixels.shape[2], width: pixels.shape[3])
    let progress = Progress("heatmap", unit: "passes", total: passes, isQuiet: common.quiet)
    defer { progress.finish() }
    return try probe.attribution(
      in: pixels, name: shownName, for: index, method: method, on: common.workers
    ) { done, _ in progress.update(done) }
  }

  private func record(_ map: EvidenceMap, _ picture: Picture, _ model: LoadedModel) throws {
    guard let study = try study.open() else { return }
    let recorder = Recorder(study: study, common: common)
    var options = [
      "image": image, "class": model.card.classes[map.classIndex], "stride": "\(map.receptiveField.stride)",
    ]
    if pad { options["pad"] = "half a receptive field" }
    let run = try study.begin(
      try recorder.description(.evidence, model: try model.record(), options: options))
    let shown = try EncodedPicture(try picture.jpegData(quality: 92), name: shownName)
    try study.append([PicturedEvidence(map: map, picture: shown)], to: run)
    try study.finish(run)
  }

  private struct Document: Encodable {
    let `class`: String
    let className: String
    let logit: Float
    /// The mean of an evidence map's cells; null for an attribution.
    let mapSumLogit: Nullable<Double>
    /// The sum of an attribution's values; null for an evidence map.
    let mapSum: Nullable<Double>
    /// The logit of the picture that an attribution compares with; null where it does not.
    let referenceLogit: Nullable<Float>
    let stride: Int
    let height: Int
    let width: Int
    let method: String

    init(_ map: EvidenceMap, _ card: ModelCard) {
      self.class = card.classes[map.classIndex]
      className = card.displayName(ofClass: map.classIndex)
      logit = map.logit
      mapSumLogit = Nullable(map.meanOfCells)
      mapSum = Nullable(nil)
      referenceLogit = Nullable(nil)
      stride = map.receptiveField.stride
      height = map.rows
      width = map.columns
      method = "evidence"
    }

    init(_ found: Attribution, _ card: ModelCard) {
      let map = found.map
      self.class = card.classes[map.classIndex]
      className = card.displayName(ofClass: map.classIndex)
      logit = map.logit
      mapSumLogit = Nullable(nil)
      mapSum = Nullable(found.sum)
      referenceLogit = Nullable(found.referenceLogit)
      stride = 1
      height = map.rows
      width = map.columns
      method = map.method.rawValue
    }

    var sentence: String {
      let start = "\(className) (\(`class`)): logit \(format("%.5f", logit))"
      guard let mean = mapSumLogit.value else { return "\(start), \(method), \(height) × \(width) pixels" }
      let map = "\(height) × \(width) cells at stride \(stride) with mean \(format("%.5f", mean))"
      return stride == 1 ? "\(start); \(map), which is not the logit at stride 1" : "\(start) = \(map)"
    }
  }
}

extension AttributionMap.Method: ExpressibleByArgument {
  public init?(argument: String) { self.init(rawValue: argument.replacing("-", with: "_")) }
}
