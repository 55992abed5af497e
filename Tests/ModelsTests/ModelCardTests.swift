import Foundation
import Testing

@testable import Models

@Suite("Model card")
struct ModelCardTests {
  private func card(_ json: String) throws(ModelError) -> ModelCard {
    try ModelCard(json: Data(json.utf8), path: "card.json")
  }

  @Test func everyFieldIsRead() throws {
    let digest = String(repeating: "0123456789abcdef", count: 4)
    let card = try card(
      """
      {"name": "shapes", "architecture": "bagnet17", "weights": "shapes.pth", "classes": ["n1", "n2"],
       "class_names": ["disc", "Square"], "source": "here", "licence": "MIT", "corpus": "shapes-10", "top1": 0.75,
       "recipe_sha256": "\(digest)", "seed": 18446744073709551615,
       "preprocessing": {"resize_shorter_side": 112, "center_crop": 96, "interpolation": "bicubic",
                         "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}}
      """)
    #expect(
      card
        == ModelCard(
          name: "shapes", architecture: "bagnet17", weights: "shapes.pth", classes: ["n1", "n2"],
          classNames: ["disc", "Square"],
          preprocessing: Preprocessing(
            resizeShorterSide: 112, centerCrop: 96, interpolation: .bicubic, mean: [0.485, 0.456, 0.406],
            std: [0.229, 0.224, 0.225]),
          source: "here", licence: "MIT", corpus: "shapes-10", top1: 0.75,
          recipeSHA256: digest, seed: .max))
  }

  @Test func stepsLeftOutAreNotDone() throws {
    let bare = try card(#"{"name": "a", "architecture": "resnet18", "classes": ["x"]}"#)
    #expect(bare.preprocessing == Preprocessing())
    #expect(bare.preprocessing.resizeShorterSide == nil && bare.preprocessing.centerCrop == nil)
    #expect(bare.preprocessing.mean == nil && bare.preprocessing.std == nil)
    #expect(bare.classNames.isEmpty && bare.weights == nil && bare.source == nil && bare.top1 == nil)
    let partial = try card(
      #"{"name": "a", "architecture": "b", "classes": ["c"], "preprocessing": {"center_crop": 96, "mean": null}}"#
    )
    #expect(partial.preprocessing == Preprocessing(centerCrop: 96))
  }

  /// A stranger's text must not break the line of a message or drive a terminal.
  @Test func aMessageAboutACardStaysOneLine() throws {
    let text =
      #"{"name": "a", "architecture": "b", "classes": ["c"], "preprocessing": {"interpolation": "bil\n\u001b[2J"}}"#
    let error = #expect(throws: ModelError.self) { try card(text) }
    let message = try #require(error?.description)
    #expect(message.contains("interpolation") && message.contains("bil??[2J"))
    #expect(!message.contains { $0.isNewline || $0 == "\u{1b}" })
  }

  @Test func encodingIsUndoneByDecoding() throws {
    let card = ModelCard(
      name: "ü", architecture: "bagnet9", classes: ["a", "b"], classNames: ["A", "B"],
      preprocessing: Preprocessing(centerCrop: 96, std: [0.5, 0.25, 2]), top1: 0.5,
      recipeSHA256: String(repeating: "a", count: 64), seed: 1 << 63)
    let encoded = try JSONEncoder().encode(card)
    #expect(try ModelCard(json: encoded, path: "card.json") == card)
    let text = String(decoding: encoded, as: UTF8.self)
    #expect(text.contains("\"class_names\"") && text.contains("\"center_crop\"") && !text.contains("resize"))
  }

  static let bad: [(json: String, found: String)] = [
    ("", "text that is not valid JSON"),
    ("{", "text that is not valid JSON"),
    ("[1]", "the wrong type for the document"),
    (#"{"architecture": "a", "classes": ["c"]}"#, #"no "name""#),
    (#"{"name": "n", "classes": ["c"]}"#, #"no "architecture""#),
    (#"{"name": "n", "architecture": "a"}"#, #"no "classes""#),
    (#"{"name": 3, "architecture": "a", "classes": ["c"]}"#, #"the wrong type for "name""#),
    (#"{"name": "n", "architecture": "a", "classes": "x"}"#, #"the wrong type for "classes""#),
    (#"{"name": "n", "architecture": "a", "classes": ["x", 2]}"#, #"the wrong type for "classes[1]""#),
    (
      #"{"name": "", "architecture": "a", "classes": ["c"]}"#,
      #"in "name": empty text where a name was expected"#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": []}"#,
      #"in "classes": none where different classes were expected"#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": ["c", "d", "c"]}"#,
      #"in "classes": an entry twice where different classes were expected"#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": ["c"], "preprocessing": {"center_crop": "96"}}"#,
      #"the wrong type for "preprocessing.center_crop""#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": ["c"], "preprocessing": {"center_crop": -5}}"#,
      #"in "preprocessing.center_crop": -5 where 1 to 16384 pixels were expected"#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": ["c"], "preprocessing": {"resize_shorter_side": 100000000}}"#,
      #"in "preprocessing.resize_shorter_side": 100000000 where 1 to 16384 pixels were expected"#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": ["c"], "preprocessing": {"mean": [0.5]}}"#,
      #"in "preprocessing.mean": [0.5] where three numbers were expected"#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": ["c"], "preprocessing": {"std": [1, 0, 1]}}"#,
      #"in "preprocessing.std": [1.0, 0.0, 1.0] where three numbers above 0 were expected"#
    ),
    (
      #"{"name": "n", "architecture": "a", "classes": ["c"], "recipe_sha256": "0123"}"#,
      #"in "recipe_sha256": text where 64 lower-case hexadecimal digits were expected"#
    ),
    (#"{"name": "n", "architecture": "a", "classes": ["c"], "seed": "1"}"#, #"the wrong type for "seed""#),
  ]

  @Test(arguments: bad)
  func aBadCardIsRefusedWithTheFieldAtFault(json: String, found: String) {
    let error = #expect(throws: ModelError.self) { try card(json) }
    #expect(error == .badCard(path: "card.json", reason: found))
    #expect(
      error?.description
        == "card.json: expected a model card, found \(found); see the README's section on model cards")
    #expect(error?.fault == .badInput)
  }

  @Test func anUnknownInterpolationIsRefused() {
    let error = #expect(throws: ModelError.self) {
      try card(
        #"{"name": "n", "architecture": "a", "classes": ["c"], "preprocessing": {"interpolation": "box"}}"#)
    }
    #expect(error?.description.contains("preprocessing.interpolation") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func classesAreFoundByIdentifierAndByName() {
    let card = ModelCard(
      name: "a", architecture: "b", classes: ["n1", "n2", "N2"], classNames: ["disc", "Square", "n1"])
    #expect(card.index(ofClass: "n2") == 1)
    #expect(card.index(ofClass: "N2") == 2)
    #expect(card.index(ofClass: "n1") == 0)
    #expect(card.index(ofClass: "square") == 1)
    #expect(card.index(ofClass: "ring") == nil)
    #expect(card.displayName(ofClass: 1) == "Square")
    #expect(ModelCard(name: "a", architecture: "b", classes: ["n1"]).displayName(ofClass: 0) == "n1")
  }
}
