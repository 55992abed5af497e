import Datasets
import Silhouettes

/// What the demo does, in order.
struct DemoPlan {
  /// Where everything is written.
  let folder: String
  let seed: UInt64
  /// As given; nil for one a processor.
  let threads: Int?

  init(folder: String, seed: UInt64, threads: Int?) throws {
    self.folder = folder
    self.seed = seed
    self.threads = threads
    stimuli = "\(folder)/stimuli"
    evidenceFolder = "\(folder)/evidence"
    evidence = DemoPlan.evidence(
      of: try SilhouetteCorpus(condition: .cueConflict, count: DemoPlan.stimulusCount, seed: seed),
      in: stimuli,
      folder: evidenceFolder)
  }

  /// As many as the published stimuli with a conflict.
  private static let stimulusCount = 1200

  /// The networks of the story, smallest patches first.
  let networks = [
    "bagnet9", "bagnet17", "bagnet33", "alexnet", "vgg16", "densenet169", "resnet50", "resnet50-shape",
  ].map { "\($0)/silhouettes" }

  /// The class that the sticker is to turn everything into.
  private let target = "cat"

  /// Where the evidence maps go.
  let evidenceFolder: String
  var report: String { "\(folder)/report.html" }

  /// What is left for a person to look at.
  var written: [String] {
    [report, "\(folder)/report.json", study, sticker, stimuli, patches] + evidence.map(\.out)
  }

  var steps: [DemoStep] {
    [
      step(
        "Stimuli whose shape and texture disagree, as files to look at.",
        [
          "corpora", "make", "silhouettes", "--condition", "cue-conflict", "--count",
          "\(DemoPlan.stimulusCount)", "--out", stimuli,
        ],
        product: stimuli),
      step(
        "How often are clean pictures named rightly?",
        ["evaluate", "--model"] + networks + ["--corpus", pictures(count: 800), "--study", study]),
      step(
        "A sticker that makes a ResNet-50 see a \(target) wherever it lies, and its controls.",
        [
          "sticker", "make", "--model", attacked, "--corpus", pictures(count: 1600), "--target", target,
          "--side", "32",
          "--steps", "400", "--limit", "320", "--out", "\(folder)/sticker", "--study", study,
        ]),
      step(
        "Does the same sticker fool networks that it has never seen, and its own on other pictures?",
        ["sticker", "test", "--sticker", sticker, "--model"] + networks
          + ["--corpus", pictures(count: 320, set: 1), "--study", study]),
      step(
        "Where in a picture does it work?",
        [
          "sticker", "test", "--sticker", sticker, "--model", attacked, "alexnet/silhouettes", "--corpus",
          pictures(count: 320, set: 1), "--limit", "48", "--positions", "all", "--position-stride", "8",
          "--study",
          study,
        ]),
      step(
        "How large must a sticker be?",
        [
          "sticker", "areas", "--model", attacked, "--corpus", pictures(count: 1600),
          "--target",
          target, "--areas", "0.02", "0.05", "0.1", "0.15", "--steps", "120", "--limit", "320", "--out",
          "\(folder)/areas", "--study", study,
        ]),
      step(
        "Shape or texture? First the probe itself is checked on networks whose answer is known.",
        ["texture-bias", "--calibrate", "--study", study]),
      step(
        "Shape or texture? Now the networks of the story.",
        ["texture-bias", "--model"] + networks + ["--stimuli", stimuli, "--study", study]),
      step(
        "What do they make of shape alone, and of texture alone?",
        ["texture-bias", "--model"] + networks
          + ["--single-cue"] + ["edges", "silhouettes=shape-only", "texture=texture-only"].map(cue)
          + ["--study", study]),
      step(
        "Where in a picture do BagNets hear the shape, and where the texture?",
        ["localise", "--model"] + bagNets + ["--stimuli", "silhouettes:cue-conflict,count=320,seed=\(seed)"]
          + ["--study", study]),
      step(
        "Which patches speak loudest for each class, and which are mistaken for it?",
        ["evidence", "--model", "bagnet17/silhouettes", "--corpus", pictures(count: 800)]
          + ["--out", patches, "--study", study]),
    ]
      + [
        step(
          "Does a network trained for shape stand more noise, blur and loss of contrast?",
          ["distortions", "--model", "resnet50/silhouettes", "resnet50-shape/silhouettes"]
            + ["--corpus", pictures(count: 160), "--study", study])
      ]
      + evidence.map { map in
        step(
          "Which pixels argued for the \(map.className)?",
          [
            "heatmap", "--model", map.network, "--image", map.image, "--class", map.className, "--out",
            map.out,
            "--study", study,
          ])
      } + [
        step("Everything on one page.", ["report", study, "--out", report])
      ]
  }

  // MARK: Parts

  private var bagNets: [String] { networks.filter { $0.hasPrefix("bagnet") } }
  private var patches: String { "\(folder)/patches" }

  /// Pictures with one cue, of the stimuli's own shapes and textures.
  ///
  /// - Parameter cue: a condition, or the name it is to have before it.
  private func cue(_ cue: String) -> String {
    let parts = cue.split(separator: "=")
    return "\(parts[0])=silhouettes:\(parts[parts.count - 1]),count=160,seed=\(seed)"
  }

  private var study: String { "\(folder)/demo.study" }
  private let stimuli: String
  private var sticker: String { "\(folder)/sticker/sticker.png" }
  private let attacked = "resnet50/silhouettes"

  /// An evidence map to draw.
  private struct Evidence {
    let network: String
    let image: String
    let className: String
    let out: String
  }

  /// What each BagNet has to say for the texture of two stimuli, and one of them for the shape.
  private let evidence: [Evidence]

  private static func evidence(
    of conflicts: SilhouetteCorpus, in stimuli: String, folder: String
  ) -> [Evidence] {
    ["elephant", "bicycle"].flatMap { wanted -> [Evidence] in
      guard let index = (0..<conflicts.count).first(where: { conflicts.shape($0) == wanted }),
        let texture = conflicts.texture(index)
      else { return [] }
      let name = conflicts.name(index)
      return [("bagnet9", texture), ("bagnet17", texture), ("bagnet33", texture), ("bagnet17", wanted)].map {
        Evidence(
          network: "\($0)/silhouettes", image: "\(stimuli)/\(wanted)/\(name)", className: $1,
          out: "\(folder)/\($0)-\($1)-in-\(name)")
      }
    }
  }

  /// Pictures that no network was trained on, whose seeds were 1 and 2.
  ///
  /// - Parameter set: of another set, none is the same.
  private func pictures(count: Int, set: UInt64 = 0) -> String {
    "silhouettes:congruent,count=\(count),seed=\(seed &+ 100 &+ set)"
  }

  private func step(_ purpose: String, _ arguments: [String], product: String? = nil) -> DemoStep {
    DemoStep(
      purpose: purpose,
      arguments: arguments + ["--seed", "\(seed)"] + (threads.map { ["--threads", "\($0)"] } ?? []),
      product: product)
  }
}
