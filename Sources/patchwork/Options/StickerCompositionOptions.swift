import Adversary
import ArgumentParser
import Datasets
import Probes
import Tensors

/// How a sticker is to look and where it is to work, beyond what every sticker needs.
struct StickerCompositionOptions: ParsableArguments {
  @Option(name: .long, help: "Random brightness while optimising, ± a share of the range.")
  var brightness = 0.0

  @Option(name: .long, help: "Random contrast while optimising: 1 ± this.")
  var contrast = 0.0

  @Option(name: .long, help: "Random gamma while optimising, from 1/(1 + this) to 1 + this.")
  var gamma = 0.0

  @Option(name: .long, help: "Random blur while optimising, up to this many pixels of the sticker.")
  var blur = 0.0

  @Option(name: .long, help: "Random noise while optimising, of a standard deviation up to this.")
  var noise = 0.0

  @Option(name: .long, help: "Random JPEG quality while optimising, MIN,MAX.")
  var jpeg: NumberPair?

  @Option(
    name: .long,
    help: "Random perspective while optimising: each corner moves in by up to this share of the side.")
  var perspective = 0.0

  @Option(
    name: .long,
    help:
      "Where the sticker may lie, in pixels of the picture: LEFT,TOP,RIGHT,BOTTOM, or LEFT,TOP for one place."
  )
  var region: RegionArgument?

  @Option(
    name: .long, help: "Places while optimising: random, or worst, where it works best on each picture.")
  var places: PlacesName = .random

  @Option(
    name: .long, help: "Pixels between the places of --places worst.", transform: WholeNumber.atLeast(1))
  var placeStride: Int?

  @Option(name: .long, help: "A sticker to start from, PNG (default: grey).")
  var start: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How far a colour may go from the start, such as 0.1: a disguised sticker.", valueName: "length"))
  var within: PixelLength?

  @Option(name: .long, help: "Printable colours: a CSV with columns red, green, blue from 0 to 255.")
  var printable: String?

  @Option(name: .long, help: "Weight of the distance from the printable colours.")
  var nonPrintability = 1.0

  @Option(name: .long, help: "Steps: adam, sign (momentum 0.9) or momentum (0.9).")
  var optimiser: OptimiserName = .adam

  @Option(name: .long, help: "How the step size falls: cosine, linear or constant.")
  var schedule: ScheduleName = .cosine

  @Option(
    name: .long, help: "Judge the sticker on a tenth of the pictures every so many steps, and keep the best.",
    transform: WholeNumber.atLeast(1))
  var keepBest: Int?

  @Option(
    name: .long, help: "Stop after so many judgements without improvement.", transform: WholeNumber.atLeast(1)
  )
  var patience: Int?

  enum PlacesName: String, ExpressibleByArgument, CaseIterable { case random, worst }
  enum OptimiserName: String, ExpressibleByArgument, CaseIterable { case adam, sign, momentum }
  enum ScheduleName: String, ExpressibleByArgument, CaseIterable { case cosine, linear, constant }

  func validate() throws {
    let amounts = [
      ("--brightness", brightness), ("--contrast", contrast), ("--gamma", gamma), ("--blur", blur),
      ("--noise", noise),
      ("--perspective", perspective), ("--non-printability", nonPrintability),
    ]
    for (name, amount) in amounts where !(amount >= 0 && amount.isFinite) {
      throw ValidationError("\(name) expects 0 or more, found \(amount)")
    }
    if let jpeg, !(jpeg.first >= 1 && jpeg.first <= jpeg.second && jpeg.second <= 100) {
      throw ValidationError("--jpeg expects MIN,MAX from 1 to 100, found \(jpeg.first),\(jpeg.second)")
    }
    if within != nil, start == nil {
      throw ValidationError("--within expects a --start to stay near, found none")
    }
    if patience != nil, keepBest == nil {
      throw ValidationError("--patience expects --keep-best, found none")
    }
    if region != nil, places == .worst {
      throw ValidationError("--places worst searches the whole picture and expects no --region, found one")
    }
    if placeStride != nil, places == .random {
      throw ValidationError("--place-stride expects --places worst, found random places")
    }
  }

  /// Adds what these options ask for.
  ///
  /// - Throws: `AdversaryError`, and what the files' readers throw.
  func add(to plan: inout UniversalSticker, learningRate: Float) throws {
    plan.appearance = AppearanceSampler(
      brightness: -brightness...brightness, contrast: max(1 - contrast, 0)...1 + contrast,
      gamma: 1 / (1 + gamma)...1 + gamma, blur: 0...blur, noise: 0...noise,
      quality: jpeg.map { Int($0.first)...Int($0.second) })
    plan.sampler.perspective = perspective
    if let region { plan.sampler.region = region.region }
    // At stride 8 a step's search costs about as much as the step on a BagNet; old places serve for a while.
    if places == .worst { plan.places = .worst(stride: placeStride ?? 8, every: 20) }
    if let start { plan.start = .sticker(try StickerFile.read(start)) }
    plan.bound = try within.map { try PerturbationBudget(.linf, epsilon: $0.value) }
    if let printable {
      plan.printable = try PaletteFile.read(printable)
      plan.printingWeight = Float(nonPrintability)
    }
    plan.stepRule =
      switch optimiser {
      case .adam: .adam
      case .sign: .sign(momentum: 0.9)
      case .momentum: .plain(momentum: 0.9)
      }
    plan.learningRate =
      switch schedule {
      case .cosine: .cosine(learningRate)
      case .linear: .linear(learningRate)
      case .constant: .constant(learningRate)
      }
    plan.choice = keepBest.map { UniversalSticker.Choice(interval: $0, patience: patience) }
  }

  /// What differs from the defaults, for the sticker's card.
  var further: [String: String]? {
    var settings: [String: String] = [:]
    for (name, amount) in [
      ("brightness", brightness), ("contrast", contrast), ("gamma", gamma), ("blur", blur), ("noise", noise),
      ("perspective", perspective),
    ] where amount != 0 { settings[name] = "\(amount)" }
    if let jpeg { settings["jpeg"] = "\(jpeg.first),\(jpeg.second)" }
    if let region { settings["region"] = region.text }
    if places == .worst { settings["places"] = "worst, stride \(placeStride ?? 8)" }
    if let start { settings["start"] = start }
    if let within { settings["within"] = within.text }
    if let printable { settings["printable"] = "\(printable), weight \(nonPrintability)" }
    if optimiser != .adam { settings["optimiser"] = optimiser.rawValue }
    if schedule != .cosine { settings["schedule"] = schedule.rawValue }
    if let keepBest { settings["keep_best"] = "every \(keepBest) steps" }
    if let patience { settings["patience"] = "\(patience)" }
    return settings.isEmpty ? nil : settings
  }
}

/// `LEFT,TOP,RIGHT,BOTTOM` or `LEFT,TOP`, in pixels.
struct RegionArgument: ExpressibleByArgument {
  let region: StickerRegion
  let text: String

  var defaultValueDescription: String { text }

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard numbers.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return nil }
    switch numbers.count {
    case 2: region = .at(x: numbers[0], y: numbers[1])
    case 4: region = .within(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
    default: return nil
    }
    text = argument
  }
}

/// A sticker's outline: a shape, or a PNG whose opacity it is.
enum MaskArgument: ExpressibleByArgument {
  case shape(StickerMask)
  case picture(String)

  init?(argument: String) {
    if let mask = StickerMask(argument) {
      self = .shape(mask)
    } else if argument.lowercased().hasSuffix(".png") {
      self = .picture(argument)
    } else {
      return nil
    }
  }

  /// As it was typed.
  var text: String {
    switch self {
    case .shape(let mask): mask.description
    case .picture(let path): path
    }
  }

  var defaultValueDescription: String { text }
}
