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
      Orange argues for the class, blue against, and the picture's lines are drawn over the colours. In the JSON, \
      map_sum_logit is the mean of an evidence map's cells, map_sum an attribution's sum.

      Several networks stand side by side on one scale, whose bar is below them: the marks are the limit against, 0 \
      and the limit in favour, scale_limit in the JSON. They are asked about one class, by default the first \
      network's answer. BagNets can stand beside one another by their evidence; others need one --method for all.

      Examples:
        patchwork heatmap --model bagnet17.json --image photo.jpg \\
          --class tench --out evidence.png
        patchwork heatmap --model resnet50.json --image photo.jpg \\
          --method occlusion --occluder 16 --stride 8 --out occlusion.png
        patchwork heatmap --model resnet50/imagenette --image photo.jpg \\
          --method integrated_gradients --out gradients.png
        patchwork heatmap --model bagnet9/imagenette bagnet33/imagenette \\
          --image photo.jpg --class tench --out beside.png
      """)

  @OptionGroup var models: ModelOptions

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

  @Option(
    name: .long, help: "What of the picture is drawn over the map: its lines, all of it in grey, or nothing.")
  var overlay: HeatmapRendering.Overlay = .edges

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
    let networks = try models.load()
    try requireOneUnit(networks)
    let file = try Picture(contentsOf: image)
    let first = try question(networks[0], file)
    let drawn = try networks.enumerated().map { place, network in
      try explain(network, place == 0 ? first : question(network, file, like: (first, networks[0].card)))
    }
    let scale = SignedColourScale(sharedBy: drawn.map(\.values))
    let panels = try drawn.map { try $0.panel(on: scale, overlay: overlay) }
    let whole = panels.count == 1 ? panels[0] : HeatmapSheet(panels, scale: scale).picture
    try record(drawn)
    try whole.writePNG(to: out)
    if let values { try SafeTensors.write(drawn[0].numbers, to: values) }
    if common.json {
      if drawn.count == 1 { return try Output.json(drawn[0].document) }
      return try Output.json(
        HeatmapComparison(zip(networks, drawn).map { ($0.card.name, $1.document) }, scale: scale))
    }
    for (network, drawn) in zip(networks, drawn) {
      try Output.line(
        networks.count == 1
          ? drawn.document.sentence : "\(network.card.name): \(drawn.document.sentence)")
    }
    if networks.count > 1 { try Output.line("one scale, from -\(scale.limit) to \(scale.limit)") }
    try Output.line("\(out): \(whole.width) × \(whole.height) px")
  }

  /// Several networks share a scale, so their maps must be of one kind.
  private func requireOneUnit(_ networks: [LoadedModel]) throws {
    guard networks.count > 1 else { return }
    if values != nil {
      throw CommandError.wrongUse("expected one network for --values, found \(networks.count); name one")
    }
    let other = networks.first { !($0.classifier is any LocalClassifier) }
    if method == nil, let other {
      throw CommandError.wrongUse(
        "expected BagNets or one --method for several networks on one scale, found \(other.card.name), "
          + "a \(other.architecture.name), without; give --method")
    }
  }

  /// What a network is asked.
  private struct Question {
    /// `[1, 3, height, width]`, and the same as bytes.
    let pixels: Tensor
    let picture: Picture
    let classIndex: Int
  }

  /// - Parameter first: what the first network is asked; another is asked about the same class.
  private func question(
    _ network: LoadedModel, _ file: Picture, like first: (question: Question, card: ModelCard)? = nil
  ) throws -> Question {
    let card = network.card
    let picture = try PicturePreparation(card.preprocessing).prepare(file)
    let pixels = Tensor(stacking: [picture.tensor])
    let index: Int
    if let className {
      index = try card.requireIndex(ofClass: className)
    } else if let first {
      let wanted = first.card.classes[first.question.classIndex]
      index =
        try first.card.classIndices(in: card)[first.question.classIndex]
        ?? card.requireIndex(ofClass: wanted)
    } else {
      index = Predictions.top1(of: try network.classifier.logits(of: pixels, on: common.workers))[0]
    }
    return Question(pixels: pixels, picture: picture, classIndex: index)
  }

  /// A network's map, to be drawn once the scale is known.
  private struct Explanation {
    let network: LoadedModel
    let question: Question
    /// What the scale is made for.
    let values: [Float]
    let numbers: [String: Tensor]
    let document: HeatmapDocument
    let evidence: EvidenceMap?
    let attribution: AttributionMap?

    init(_ map: EvidenceMap, _ network: LoadedModel, _ question: Question) {
      (self.network, self.question) = (network, question)
      values = map.cells
      numbers = ["values": Tensor(map.cells, shape: [map.rows, map.columns])]
      document = HeatmapDocument(map, network.card)
      (evidence, attribution) = (map, nil)
    }

    init(_ found: Attribution, _ network: LoadedModel, _ question: Question) {
      (self.network, self.question) = (network, question)
      let map = found.map
      values = map.values
      var numbers = ["values": Tensor(map.values, shape: [map.rows, map.columns])]
      numbers["gradient"] = found.gradient
      numbers["channels"] = found.channels
      numbers["cells"] = found.cells
      self.numbers = numbers
      document = HeatmapDocument(found, network.card)
      (evidence, attribution) = (nil, map)
    }

    func panel(on scale: SignedColourScale, overlay: HeatmapRendering.Overlay) throws -> Picture {
      let rendering = HeatmapRendering(
        scale: scale, overlay: overlay,
        enlargement: HeatmapRendering.enlargement(
          height: question.pixels.shape[2], width: question.pixels.shape[3]))
      if let evidence { return Picture(try rendering.pixels(of: evidence, over: question.pixels)) }
      guard let attribution else { preconditionFailure("an explanation has a map") }
      return Picture(try rendering.pixels(of: attribution, over: question.pixels))
    }
  }

  private func explain(_ network: LoadedModel, _ question: Question) throws -> Explanation {
    if let local = network.classifier as? any LocalClassifier, method == nil {
      return Explanation(try evidence(local, question.pixels, question.classIndex), network, question)
    }
    if stride != nil, method == nil { _ = try network.local() }
    guard study.study == nil else {
      throw CommandError.wrongUse(
        "expected the evidence map of a BagNet for --study, found an attribution; leave out --study")
    }
    return Explanation(
      try attribution(network.classifier, question.pixels, question.classIndex), network, question)
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

  private func record(_ drawn: [Explanation]) throws {
    guard let study = try study.open() else { return }
    let recorder = Recorder(study: study, common: common)
    for one in drawn {
      guard let map = one.evidence else { continue }
      var options = [
        "image": image, "class": one.network.card.classes[map.classIndex],
        "stride": "\(map.receptiveField.stride)",
      ]
      if pad { options["pad"] = "half a receptive field" }
      let run = try study.begin(
        try recorder.description(
          .evidence, model: try one.network.record(), pictures: IdentifiedFile(path: image, name: shownName),
          options: options))
      let shown = try EncodedPicture(try one.question.picture.jpegData(quality: 92), name: shownName)
      try study.append([PicturedEvidence(map: map, picture: shown)], to: run)
      try study.finish(run)
    }
  }
}

extension AttributionMap.Method: ExpressibleByArgument {
  public init?(argument: String) { self.init(rawValue: argument.replacing("-", with: "_")) }
}

extension HeatmapRendering.Overlay: ExpressibleByArgument {}
