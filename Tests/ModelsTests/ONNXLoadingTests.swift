import Foundation
import Testing

@testable import Checkpoints
@testable import Models
@testable import Tensors

/// A card that names an ONNX file.
@Suite("ONNX loading")
struct ONNXLoadingTests {
  /// A folder with an ONNX file and a card beside it.
  private func withCard(
    _ file: String, side: Int, classes: Int = 5, _ body: (String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in [file, file + ".data"] where FileManager.default.fileExists(atPath: GoldenONNX.path(name)) {
      try FileManager.default.copyItem(
        atPath: GoldenONNX.path(name), toPath: folder.appendingPathComponent(name).path)
    }
    let card = ModelCard(
      name: "imported", architecture: "onnx", weights: file, classes: (0..<classes).map { "class\($0)" },
      preprocessing: Preprocessing(centerCrop: side))
    try JSONEncoder().encode(card).write(to: folder.appendingPathComponent("card.json"))
    try body(folder.path)
  }

  @Test(arguments: ["classic-dynamo.onnx", "dense-external.onnx"])
  func aCardBesideTheFileLoadsIt(file: String) throws {
    let golden = try #require(GoldenONNX.all.first { $0.file == file })
    try withCard(file, side: golden.side) { folder in
      let model = try ModelLoader.load("\(folder)/card.json")
      #expect(model.card.name == "imported" && model.architecture.name == "onnx")
      #expect(model.weightsPath == "\(folder)/\(file)")
      #expect(model.parameterCount > 100)
      expectClose(
        try model.classifier.logits(of: golden.pixels, on: Workers(count: 1)).elements, golden.logits,
        "logits", tolerance: 2e-5)
    }
  }

  @Test func aCardThatDoesNotFitIsRefused() throws {
    try withCard("dense-script.onnx", side: 12, classes: 4) { folder in
      #expect(throws: ModelError.wrongClassCount(name: "imported", card: 4, weights: 5)) {
        try ModelLoader.load("\(folder)/card.json")
      }
    }
    try withCard("dense-script.onnx", side: 13) { folder in
      let error = #expect(throws: ModelError.self) { try ModelLoader.load("\(folder)/card.json") }
      #expect(error?.description.contains("expected pictures of 13 × 13 as the card prepares") == true)
    }
  }

  @Test func theFileAloneIsRefusedWithTheRemedy() {
    let path = GoldenONNX.path("dense-script.onnx")
    #expect(throws: ModelError.networkWithoutCard(path: path)) { try ModelLoader.load(path) }
    #expect(ModelError.networkWithoutCard(path: "a.onnx").description.contains("\"architecture\": \"onnx\""))
  }

  @Test func otherArchitecturesDoNotTakeItsTensors() {
    #expect(throws: CheckpointError.isNetwork(path: GoldenONNX.path("dense-script.onnx"))) {
      try Checkpoint.read(GoldenONNX.path("dense-script.onnx"))
    }
  }

  @Test func rewritingItIsRefused() throws {
    try withCard("dense-script.onnx", side: 12) { folder in
      let model = try ModelLoader.load("\(folder)/card.json")
      let out = "\(folder)/out.safetensors"
      #expect(throws: ModelError.notConvertible(name: "imported")) {
        try ModelWriter.write(model, storage: .fp32, to: out)
      }
      #expect(!FileManager.default.fileExists(atPath: out))
    }
  }

  @Test func nothingCanBeBuiltWithoutTheFile() {
    #expect(throws: ModelError.self) { try Architecture.onnx.randomNetwork(seed: 1) }
    #expect(!Architecture.catalogue.contains { $0.name == "onnx" })
  }

  @Test func inspectionSaysWhatTheFileHolds() throws {
    let found = try Checkpoint.inspect(GoldenONNX.path("dense-external.onnx"))
    #expect(found.format == .onnx && found.safe)
    #expect(
      found.tensors.contains { $0.name == "classifier.weight" && $0.shape == [5, 8] && $0.dtype == .float32 })
  }
}
