import Foundation
import Testing

@testable import Checkpoints
@testable import Layers
@testable import Models
@testable import Tensors

/// Graphs that are refused, each with an error that names operator and node.
@Suite("ONNX importer")
struct ONNXImporterTests {
  /// What an error says was expected and found, when a graph of this node is imported.
  private func refusal(
    _ nodes: ONNXNode..., tensors: [ONNXTensor] = [], side: Int? = nil
  ) -> (expected: String, found: String) {
    do {
      _ = try ONNXImporter.network(of: MadeGraph.file(nodes, tensors), pictureSide: side)
      return ("", "no error")
    } catch ModelError.unsuitableOperator(let path, let operation, let node, let expected, let found) {
      #expect(path == "made.onnx" && operation == nodes.last?.operation && node == "here")
      return (expected, found)
    } catch { return ("", "\(error)") }
  }

  private func conv(_ attributes: [String: ONNXAttribute]) -> ONNXNode {
    MadeGraph.node("Conv", ["x", "w"], attributes)
  }

  // MARK: Operators

  @Test func anUnknownOperatorIsNamedWithItsNodeAndTheRemedy() {
    let file = MadeGraph.file([MadeGraph.node("LSTM", ["x"])])
    let error = #expect(throws: ModelError.self) { try ONNXImporter.network(of: file, pictureSide: nil) }
    #expect(error == .unsupportedOperator(path: "made.onnx", operation: "LSTM", node: "here"))
    #expect(
      error?.description
        == "made.onnx: expected operators that Patchwork reads (see the README), found 'LSTM' at node 'here'; put a "
        + "layer of these in its place and export again with torch.onnx.export(model.eval(), …)")
  }

  @Test func anUnknownDomainIsNamed() {
    let file = MadeGraph.file([MadeGraph.node("Conv", ["x"], domain: "com.example")])
    #expect(
      throws: ModelError.unsupportedOperator(
        path: "made.onnx", operation: "com.example.Conv", node: "here")
    ) { try ONNXImporter.network(of: file, pictureSide: nil) }
  }

  @Test func textFromTheFileCannotDisturbATerminal() {
    let error = ModelError.unsupportedOperator(path: "a", operation: "A\n\u{1B}[2J", node: "\r")
    #expect(error.description.contains("'A??[2J' at node '?'"))
  }

  // MARK: Attributes

  @Test func attributesOfAnotherKindAreRefused() {
    let weight = [MadeGraph.floats("w", [4, 3, 3, 3])]
    #expect(
      refusal(conv(["strides": .float(2)]), tensors: weight)
        == ("whole numbers as 'strides'", "a number"))
    #expect(
      refusal(conv(["group": .integers([1])]), tensors: weight)
        == ("a whole number as 'group'", "whole numbers"))
    #expect(
      refusal(conv(["auto_pad": .integer(1)]), tensors: weight) == ("text as 'auto_pad'", "a whole number"))
  }

  @Test(arguments: [[0, 1], [1, -1], [1, 1 << 40], [1], [1, 1, 1]])
  func absurdStridesAndDilationsAreRefused(values: [Int]) {
    for key in ["strides", "dilations"] {
      let found = refusal(conv([key: .integers(values)]), tensors: [MadeGraph.floats("w", [4, 3, 3, 3])])
      #expect(found.expected == "two \(key) of 1 to 4096")
    }
  }

  @Test(arguments: [[-1, 0, 0, 0], [1 << 40, 0, 0, 0], [0, 0], []])
  func absurdPadsAreRefused(values: [Int]) {
    let found = refusal(conv(["pads": .integers(values)]), tensors: [MadeGraph.floats("w", [4, 3, 3, 3])])
    #expect(found.expected == "four pads of 0 to 4096")
  }

  @Test(arguments: [0, -1, 2, 5])
  func groupsThatDoNotDivideAreRefused(groups: Int) {
    let found = refusal(conv(["group": .integer(groups)]), tensors: [MadeGraph.floats("w", [4, 3, 3, 3])])
    #expect(found.expected == "groups that divide 3 inputs and the weight's outputs")
  }

  @Test(arguments: [[4, 3, 3], [4, 3], [], [4, 3, 3, 3, 1]])
  func weightsOfAnotherRankAreRefused(shape: [Int]) {
    #expect(
      refusal(conv([:]), tensors: [MadeGraph.floats("w", shape)]).expected == "a weight of 4 dimensions")
  }

  @Test func weightsWithoutElementsAreRefused() {
    #expect(
      refusal(conv([:]), tensors: [MadeGraph.floats("w", [4, 3, 0, 3])]).expected
        == "a constant with elements as operand 1")
    #expect(
      refusal(conv(["kernel_shape": .integers([5, 5])]), tensors: [MadeGraph.floats("w", [4, 3, 3, 3])])
        == ("the weight's kernel [3, 3]", "[5, 5]"))
  }

  @Test func oneWeightUsedAgainAndAgainIsRefused() {
    // Each use may take memory of its own once folded.
    let large = MadeGraph.floats("w", [3, 3, 512, 512])
    var nodes = (0..<8).map {
      MadeGraph.node(
        "Conv", [$0 == 0 ? "x" : "v\($0)", "w"], ["v\($0 + 1)"], ["pads": .integers([256, 256, 255, 255])])
    }
    nodes.append(MadeGraph.node("Relu", ["v8"]))
    let file = MadeGraph.file(nodes, [large])
    let error = #expect(throws: ModelError.self) { try ONNXImporter.network(of: file, pictureSide: nil) }
    #expect(error?.description.contains("each weight used about once") == true)
  }

  @Test(arguments: [[0, 1], [-3, 1], [1 << 40, 1], [300, 300], [3]])
  func absurdPoolsAreRefused(kernel: [Int]) {
    for operation in ["MaxPool", "AveragePool"] {
      let found = refusal(MadeGraph.node(operation, ["x"], ["kernel_shape": .integers(kernel)]))
      #expect(found.expected.hasPrefix("a kernel of"))
    }
    let padded = MadeGraph.node(
      "MaxPool", ["x"], ["kernel_shape": .integers([2, 2]), "pads": .integers([2, 0, 0, 0])])
    #expect(refusal(padded) == ("padding less than the kernel", "2 at 2"))
  }

  @Test func aWindowLargerThanThePictureIsRefused() {
    let found = refusal(conv([:]), tensors: [MadeGraph.floats("w", [4, 3, 9, 9])])
    #expect(found == ("values that fit together", "[1, 3, 8, 8] where convolution takes 9 × 9"))
  }

  @Test func resultsBeyondAnyUseAreRefused() {
    let wide = ONNXAttribute.integers([0, 0, 4096, 4096, 0, 0, 4096, 4096])
    var nodes = (0..<4).map {
      MadeGraph.node("Pad", [$0 == 0 ? "x" : "v\($0)"], ["v\($0 + 1)"], ["pads": wide])
    }
    nodes.append(MadeGraph.node("Relu", ["v4"]))
    let error = #expect(throws: ModelError.self) {
      try ONNXImporter.network(of: MadeGraph.file(nodes), pictureSide: nil)
    }
    #expect(error?.description.contains("a result of 1 to 268435456 numbers") == true)
  }

  // MARK: Operands

  @Test func missingOperandsAreRefused() {
    #expect(refusal(MadeGraph.node("Conv", ["x"])) == ("a constant as operand 1", "none"))
    #expect(
      refusal(MadeGraph.node("Conv", ["w", "w"]), tensors: [MadeGraph.floats("w", [4, 3, 3, 3])])
        == ("a value made from the pictures as operand 0", "a constant"))
    #expect(refusal(MadeGraph.node("Relu", [])) == ("a value made from the pictures as operand 0", "none"))
  }

  @Test func weightsMadeFromPicturesAreRefused() {
    #expect(
      refusal(MadeGraph.node("Conv", ["x", "x"])) == ("a constant as operand 1", "a computed value"))
  }

  @Test func matricesOfAnotherSizeAreRefused() {
    let flat = MadeGraph.node("Flatten", ["x"], ["f"])
    #expect(
      refusal(flat, MadeGraph.node("Gemm", ["f", "m"]), tensors: [MadeGraph.floats("m", [191, 4])])
        == ("a matrix for 192 inputs", "[191, 4]"))
    #expect(
      refusal(flat, MadeGraph.node("Gemm", ["f", "m"], ["transA": .integer(1)]), tensors: []).expected
        == "transA 0")
    #expect(
      refusal(MadeGraph.node("Gemm", ["x", "m"]), tensors: [MadeGraph.floats("m", [3, 4])])
        == ("a value of 2 dimensions", "4"))
  }

  @Test func batchNormInTrainingIsRefused() {
    let tensors = ["s", "b", "m", "v"].map { MadeGraph.floats($0, [3]) }
    let inputs = ["x", "s", "b", "m", "v"]
    let flagged = MadeGraph.node("BatchNormalization", inputs, ["training_mode": .integer(1)])
    #expect(refusal(flagged, tensors: tensors).found == "training mode")
    let old = MadeGraph.node("BatchNormalization", inputs, ["y", "mean", "var"])
    #expect(refusal(old, tensors: tensors).found == "training mode")
    let short = MadeGraph.node("BatchNormalization", ["x", "s", "b", "m", "w"])
    #expect(
      refusal(short, tensors: tensors + [MadeGraph.floats("w", [2])])
        == ("3 numbers as operand 4", "[2]"))
  }

  @Test func dropoutInTrainingIsRefused() {
    let node = MadeGraph.node("Dropout", ["x", "", "t"])
    #expect(
      refusal(node, tensors: [MadeGraph.floats("t", [], [1])]).expected
        == "dropout in evaluation mode, as model.eval() makes it")
  }

  @Test(arguments: [
    [2, 96], [1, 191], [-1, -1], [1, 0, 0, 0, 0], [192], [0], [], [1, -2], [1, 1 << 62, 1 << 62],
  ])
  func shapesThatLoseTheBatchOrElementsAreRefused(target: [Int]) {
    let found = refusal(
      MadeGraph.node("Reshape", ["x", "s"]), tensors: [MadeGraph.integers("s", target)])
    #expect(found.expected == "the batch first and then 192 elements an image", "\(target)")
  }

  @Test func axesThatMixImagesAreRefused() {
    #expect(refusal(MadeGraph.node("Flatten", ["x"], ["axis": .integer(0)])).found == "0")
    #expect(refusal(MadeGraph.node("Transpose", ["x"], [:])).expected.hasSuffix("the batch first"))
    #expect(refusal(MadeGraph.node("Concat", ["x", "x"], ["axis": .integer(0)])).found == "axis 0")
    #expect(
      refusal(MadeGraph.node("ReduceMean", ["x"], ["axes": .integers([0, 1])])).found.hasSuffix("[0, 1]"))
    #expect(refusal(MadeGraph.node("Squeeze", ["x"])).found == "none")
    #expect(refusal(MadeGraph.node("Flatten", ["x"], ["axis": .integer(9)])).found == "dimension 9")
  }

  @Test func arithmeticThatOverflowsIsRefused() {
    let tensors = [
      MadeGraph.integers("a", [Int.max]), MadeGraph.integers("b", [2]), MadeGraph.integers("z", [0]),
    ]
    #expect(refusal(MadeGraph.node("Mul", ["a", "b"]), tensors: tensors).found == "larger ones")
    #expect(refusal(MadeGraph.node("Div", ["a", "z"]), tensors: tensors).found == "larger ones")
  }

  @Test func aSoftmaxInTheMiddleIsRefused() {
    let soft = MadeGraph.node("Softmax", ["x"], ["s"], ["axis": .integer(1)])
    let file = MadeGraph.file([soft, MadeGraph.node("Relu", ["s"])])
    let error = #expect(throws: ModelError.self) { try ONNXImporter.network(of: file, pictureSide: nil) }
    #expect(error?.description.contains("a softmax over the classes as the last operator") == true)
  }

  // MARK: Inputs and outputs

  @Test func graphsOfAnotherKindAreRefused() {
    func found(_ inputs: [ONNXValueInfo], outputs: [String] = ["x"], side: Int? = nil) -> String {
      do {
        _ = try ONNXImporter.network(
          of: MadeGraph.file([], inputs: inputs, outputs: outputs), pictureSide: side)
        return "no error"
      } catch ModelError.unsuitableGraph(_, _, let found) { return found } catch { return "\(error)" }
    }
    func input(_ shape: [Int?]?, _ type: ScalarType? = .float32) -> ONNXValueInfo {
      ONNXValueInfo(name: "x", type: type, shape: shape)
    }
    #expect(found([]) == "0")
    #expect(found([input([1, 3, 8, 8]), ONNXValueInfo(name: "z", type: .float32, shape: nil)]) == "2")
    #expect(found([input([1, 8, 8, 3])]) == "[1, 8, 8, 3] of F32")
    #expect(found([input([1, 3, 8, 8], .float16)]) == "[1, 3, 8, 8] of F16")
    #expect(found([input(nil)]) == "[?] of F32")
    #expect(found([input([1, 3, 1 << 40, 8])]) == "an input of \(1 << 40) × 8")
    #expect(found([input([1, 3, 0, 8])]) == "an input of 0 × 8")
    #expect(found([input([1, 3, 8, 8])], side: 9) == "an input of 8 × 8")
    #expect(found([input([1, 3, 8, 8])]) == "[batch, 3, 8, 8]")
    #expect(found([input([1, 3, 8, 8])], outputs: ["x", "y"]) == "2")
  }
}
