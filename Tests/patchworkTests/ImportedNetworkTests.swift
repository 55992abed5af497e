import Foundation
import Models
import Testing

extension CommandLineTests {
  /// An ONNX network behind a card, in every command as any other.
  @Suite struct ImportedNetworks {
    private func workspace(_ file: String, side: Int) throws -> Workspace {
      let workspace = try Workspace()
      let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("ModelsTests/Golden/onnx/\(file)")
      try workspace.add("net.onnx", try Data(contentsOf: golden))
      try workspace.addCard(
        "net.json",
        ModelCard(
          name: "imported", architecture: "onnx", weights: "net.onnx", classes: (0..<5).map { "class\($0)" },
          preprocessing: Preprocessing(resizeShorterSide: side, centerCrop: side)))
      try workspace.addPicture()
      return workspace
    }

    @Test func itClassifiesPictures() async throws {
      let workspace = try workspace("classic-dynamo.onnx", side: 21)
      let document = try await workspace.json("classify --model net.json photo.png --top 5")
      let top = try document.list("images")[0].list("top")
      #expect(top.count == 5)
      #expect(try Set(top.map { try $0.text("class") }) == Set((0..<5).map { "class\($0)" }))
    }

    @Test func aMapOfEvidenceIsDrawnWhereNothingIsPadded() async throws {
      let workspace = try workspace("cropped-script.onnx", side: 20)
      let document = try await workspace.json("heatmap --model net.json --image photo.png --out map.png")
      let stride = try #require(document["stride"] as? NSNumber).intValue
      #expect(stride == 2)
      #expect(workspace.exists("map.png"))
    }

    @Test func inspectionListsItsTensors() async throws {
      let workspace = try workspace("classic-script.onnx", side: 21)
      let document = try await workspace.json("weights inspect net.onnx")
      document.expectWellKept()
      #expect(document["format"] as? String == "onnx" && document["architecture"] as? String == "onnx")
      #expect(document["safe"] as? Bool == true)
      #expect(try document.list("tensors").count >= 8)
    }

    @Test func rewritingItIsRefused() async throws {
      let workspace = try workspace("classic-script.onnx", side: 21)
      try await workspace.expectFailure(
        "weights convert net.json --out net.safetensors", code: 64, says: "ONNX", "imported")
    }

    @Test func theFileWithoutItsCardIsRefused() async throws {
      let workspace = try workspace("classic-script.onnx", side: 21)
      try await workspace.expectFailure(
        "classify --model net.onnx photo.png", code: 65, says: "card", "\"architecture\": \"onnx\"")
    }

    @Test func aDamagedFileIsRefused() async throws {
      let workspace = try workspace("classic-script.onnx", side: 21)
      try workspace.add("net.onnx", try workspace.data("net.onnx").dropLast(3000))
      for line in ["classify --model net.json photo.png", "weights inspect net.onnx"] {
        try await workspace.expectFailure(line, code: 65, says: "net.onnx", "more bytes")
      }
    }
  }
}
