import Models
import Tensors
import Testing

@testable import Adversary

@Suite struct ClassLookupTests {
  let card = ModelCard(
    name: "net", architecture: "linear", classes: ["n01440764", "n02102040", "n03000684"],
    classNames: ["tench", "English springer", "chain saw"])

  @Test func findsClassesByIdentifierAndName() throws {
    #expect(try card.requireIndex(ofClass: "n02102040") == 1)
    #expect(try card.requireIndex(ofClass: "Chain Saw") == 2)
  }

  @Test func suggestsTheNearestNames() {
    #expect(
      throws: AdversaryError.unknownClass(name: "tensh", model: "net", suggestions: ["tench"])
    ) { _ = try card.requireIndex(ofClass: "tensh") }
    #expect(card.classes(like: "springer") == ["English springer"])
    #expect(card.classes(like: "toaster") == [])
  }

  @Test func everyMessageIsOneLine() {
    let errors: [AdversaryError] = [
      .stickerLargerThanImage(width: 3.52, height: 4, imageWidth: 1, imageHeight: 2),
      .unknownClass(name: "a", model: "m", suggestions: []), .noImages(found: 0, ofTarget: 0),
      .notFinite(step: 1, model: "m"), .setting(name: "steps", expected: "1", found: "0"),
    ]
    for error in errors {
      #expect(!error.description.contains("\n") && error.description.contains("found"))
    }
  }

  @Test func tiesGoToTheLowestIndex() {
    let logits = Tensor([1, 3, 3, 2, 3, 0, 0, 0, 0, 0], shape: [2, 5])
    #expect(Predictions.top(3, of: logits) == [[1, 2, 4], [0, 1, 2]])
    #expect(Predictions.top1(of: logits) == [1, 0])
    #expect(Predictions.top(9, of: logits)[0] == [1, 2, 4, 3, 0])
  }
}
