import Files
import Foundation
import Models
import Testing

/// The networks that come with the tool.
@Suite("The zoo")
struct ZooTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func recipe(of name: String) -> URL {
    root.appendingPathComponent("Training/\(name.replacing("/", with: "-")).yaml")
  }

  @Test func everyNetworkOfTheStoryIsThere() {
    let story = [
      "bagnet9", "bagnet17", "bagnet33", "alexnet", "vgg16", "densenet169", "resnet50", "resnet50-shape",
      "calibration-texture", "calibration-shape",
    ]
    let names = Set(ModelZoo.names)
    #expect(names.isSuperset(of: story.map { "\($0)/silhouettes" }))
    // The first seven are trained on photographs too.
    #expect(names.isSuperset(of: story.prefix(7).map { "\($0)/imagenette" }))
  }

  @Test(arguments: ModelZoo.names)
  func aCardSaysHowItsNetworkWasMade(name: String) throws {
    let card = try ModelLoader.load(name).card
    #expect(card.name == name)
    #expect(card.corpus.map { name.hasSuffix("/\($0)") } == true)
    #expect(card.seed == 0)
    #expect(card.top1.map { (0.5...1).contains($0) } == true)
    let recipe = try Data(contentsOf: Self.recipe(of: name))
    #expect(card.recipeSHA256 == SHA256.hexadecimal(of: recipe))
  }

  @Test func allTogetherAreAtMost60Megabytes() throws {
    let sizes = try ModelZoo.names.map { name in
      try FileBytes.read(try #require(ModelZoo.path(of: name))).count
    }
    #expect(sizes.reduce(0, +) <= 60_000_000)
  }

  @Test func aNameThatIsNoneIsRefusedAndLeadsNowhereElse() throws {
    let name = try #require(ModelZoo.names.first)
    for wrong in ["", "/", "bagnet17", "no/such", "../Zoo/\(name)", "\(name).safetensors"] {
      #expect(ModelZoo.path(of: wrong) == nil)
      #expect(throws: (any Error).self) { try ModelLoader.load(wrong) }
    }
  }
}

extension CommandLineTests {
  /// The commands on the zoo and on corpora that are drawn, with no file of the user's.
  @Suite struct Embedded {
    @Test func modelsListsTheZoo() async throws {
      let workspace = try Workspace()
      let models = try await workspace.json("models").list("models")
      #expect(try models.map { try $0.text("name") } == ModelZoo.names)
      let bagnet = try #require(try models.first { try $0.text("name") == "bagnet17/silhouettes" })
      #expect(try bagnet.number("receptive_field") == 17 && bagnet.number("input_size") == 96)
      #expect(try bagnet.text("corpus") == "silhouettes" && bagnet.number("top1") > 0.5)
    }

    @Test func aDrawnCorpusAnswersAsTheSameOneOnDisk() async throws {
      let workspace = try Workspace()
      try await workspace.succeed("corpora make silhouettes --per-class 2 --seed 9 --out made")
      let command = "evaluate --model bagnet9/silhouettes --corpus"
      let onDisk = try await workspace.json("\(command) made")
      let drawn = try await workspace.json("\(command) silhouettes:congruent,count=32,seed=9")
      let (first, second) = (try onDisk.list("models"), try drawn.list("models"))
      #expect(try first[0].number("n") == 32)
      #expect(try first[0].number("top1") == second[0].number("top1"))
    }

    @Test func theProbeReadsKnownBiasRight() async throws {
      let workspace = try Workspace()
      let document = try await workspace.json("texture-bias --calibrate --seed 11")
      #expect(document["calibrated"] as? Bool == true)
      let observers = try document.list("observers")
      #expect(try observers.map { try $0.number("n_conflict") } == [1200, 1200])
      #expect(try observers[0].number("shape_bias") <= 0.05)
      #expect(try observers[1].number("shape_bias") >= 0.95)
      #expect(try observers.allSatisfy { try $0.number("coverage") > 0.8 })
    }

    @Test func bagNetsSeeTextureAndTheNetworkTrainedForShapeSeesShape() async throws {
      let workspace = try Workspace()
      let observers = try await workspace.json(
        "texture-bias --stimuli silhouettes:cue-conflict,count=480,seed=12 --model bagnet9/silhouettes "
          + "bagnet17/silhouettes bagnet33/silhouettes resnet50-shape/silhouettes"
      ).list("observers")
      let bias = try observers.map { try $0.number("shape_bias") }
      #expect(bias.count == 4 && bias.prefix(3).allSatisfy { $0 < 0.25 })
      #expect(bias[3] > 0.8)
    }
  }
}
