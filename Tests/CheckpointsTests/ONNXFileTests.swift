import Files
import Foundation
import Tensors
import Testing

@testable import Checkpoints

@Suite("ONNX files")
struct ONNXFileTests {
  private let relu = MadeONNX.node("Relu", ["x"], ["y"], name: "act")

  /// The error that a file of these tensors gives.
  private func refusal(of tensors: MadeMessage...) -> CheckpointError? {
    thrown { _ = try MadeONNX.read(MadeONNX.model(MadeONNX.graph(nodes: [relu], tensors: tensors))) }
  }

  // MARK: What is read

  @Test func nodesTensorsInputsAndOutputsAreRead() throws {
    let conv = MadeONNX.node(
      "Conv", ["x", "w"], ["y"], name: "c", domain: "", MadeONNX.integers("pads", [1, 0, 1, 0]),
      .text(1, "alpha") + .number(20, 1) + .float(2, 0.5),
      .text(1, "auto_pad") + .number(20, 3) + .text(4, "VALID"))
    let file = try MadeONNX.read(
      MadeONNX.model(MadeONNX.graph(nodes: [conv], tensors: [MadeONNX.floats("w", [1, 2], [3, -4])])))
    #expect(file.producer == "made" && file.operatorVersion == 17)
    let node = file.graph.nodes[0]
    #expect(
      node.operation == "Conv" && node.name == "c" && node.inputs == ["x", "w"] && node.outputs == ["y"])
    guard case .integers([1, 0, 1, 0])? = node.attributes["pads"],
      case .float(0.5)? = node.attributes["alpha"],
      case .text("VALID")? = node.attributes["auto_pad"]
    else {
      Issue.record("\(node.attributes)")
      return
    }
    #expect(try file.graph.initializers["w"]?.tensor() == Tensor([3, -4], shape: [1, 2]))
    #expect(file.graph.inputs.map(\.name) == ["x"] && file.graph.inputs[0].shape == [nil, 3, 8, 8])
    #expect(file.graph.outputs.map(\.name) == ["y"])
  }

  @Test func everyTypeIsReadFromRawDataAndFromFields() throws {
    let packed = MadeMessage.data(5, [1, 0, 3].flatMap { MadeMessage.varint($0) })
    let half = MadeMessage.data(5, MadeMessage.varint(0x3C00) + MadeMessage.varint(0xC000))
    let tensors = [
      MadeONNX.tensor(
        "i64", [2], type: 7, .data(7, MadeMessage.varint(5) + MadeMessage.varint(UInt64(bitPattern: -6)))),
      MadeONNX.tensor(
        "i64 raw", [2], type: 7, raw: MadeMessage.little(Int64(5)) + MadeMessage.little(Int64(-6))),
      MadeONNX.tensor("i32", [3], type: 6, packed), MadeONNX.tensor("bool", [3], type: 9, packed),
      MadeONNX.tensor("f16", [2], type: 10, half),
      MadeONNX.tensor("bf16 raw", [1], type: 16, raw: [0x80, 0x3F]),
      MadeONNX.tensor("f64", [1], type: 11, .data(10, MadeMessage.little((2.5).bitPattern))),
      MadeONNX.tensor("f32", [2], type: 1, .float(4, 1.5) + .float(4, -2)),
      MadeONNX.tensor("u8 raw", [2], type: 2, raw: [7, 255]),
    ]
    let file = try MadeONNX.read(MadeONNX.model(MadeONNX.graph(nodes: [relu], tensors: tensors)))
    func values(_ name: String) throws -> [Float]? { try file.graph.initializers[name]?.tensor().elements }
    for name in ["i64", "i64 raw"] {
      #expect(try values(name) == [5, -6])
      #expect(try file.graph.initializers[name]?.integers() == [5, -6])
    }
    #expect(try values("i32") == [1, 0, 3])
    #expect(try values("bool") == [1, 0, 1])
    #expect(try values("f16") == [1, -2])
    #expect(try values("bf16 raw") == [1])
    #expect(try values("f64") == [2.5])
    #expect(try values("f32") == [1.5, -2])
    #expect(try values("u8 raw") == [7, 255])
    #expect(try file.graph.initializers["f32"]?.integers() == nil)
  }

  @Test func inspectionListsTheTensors() throws {
    let bytes = MadeONNX.model(
      MadeONNX.graph(nodes: [relu], tensors: [MadeONNX.floats("w", [1, 2], [3, -4])]))
    let found = try Checkpoint.inspect(bytes: bytes)
    #expect(found.format == .onnx && found.safe && found.globals.isEmpty)
    #expect(found.tensors == [.init(name: "w", dtype: .float32, shape: [1, 2])])
    #expect(thrown { _ = try Checkpoint.read(bytes: bytes) } == .isNetwork(path: "made.pth"))
  }

  // MARK: Damaged and hostile bytes

  @Test func refusesALengthPastTheEnd() {
    let bytes: [UInt8] = [0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1]
    guard case .truncated(_, "the model", _, _, 1)? = thrown({ _ = try MadeONNX.read(bytes) }) else {
      Issue.record("\(String(describing: thrown { _ = try MadeONNX.read(bytes) }))")
      return
    }
  }

  @Test(arguments: [10, 11, 200])
  func refusesANumberBeyond64Bits(length: Int) {
    let bytes: [UInt8] =
      [0x08, 0x08, 0x28] + [UInt8](repeating: 0xFF, count: length - 1) + [0x02, 0x42, 0x00]
    #expect(
      thrown { _ = try MadeONNX.read(bytes) }
        == .protobufVarint(path: "made.onnx", part: "the model", offset: 3))
  }

  @Test(arguments: [3, 4, 6, 7])
  func refusesGroupsAndUnknownWireTypes(type: UInt8) {
    let bytes: [UInt8] = [0x08, 0x08, 0x12, 0x00, 0x48 | type, 0, 0]
    guard case .protobufField(_, _, 4, _, "wire type \(type)")? = thrown({ _ = try MadeONNX.read(bytes) })
    else {
      Issue.record("not refused")
      return
    }
  }

  @Test func refusesAFieldOfAnotherKind() {
    let graph = MadeMessage.number(1, 3)
    guard
      case .protobufField(_, "the graph", _, _, "a whole number")? = thrown({
        _ = try MadeONNX.read(MadeONNX.model(graph))
      })
    else {
      Issue.record("not refused")
      return
    }
  }

  @Test func graphsInsideGraphsAreNotEntered() throws {
    var inner = MadeMessage()
    // Each level a graph in an attribute of a node: 3,000 levels.
    for _ in 0..<3_000 {
      inner = .message(1, .text(4, "If") + .message(5, .text(1, "g") + .number(20, 5) + .message(6, inner)))
    }
    let bomb = MadeONNX.node(
      "If", ["x"], ["y"], .text(1, "then_branch") + .number(20, 5) + .message(6, inner))
    let file = try MadeONNX.read(MadeONNX.model(MadeONNX.graph(nodes: [bomb])))
    guard case .other("a graph")? = file.graph.nodes[0].attributes["then_branch"] else {
      Issue.record("\(file.graph.nodes[0].attributes)")
      return
    }
  }

  @Test func refusesMoreNodesThanAnyClassifierHas() {
    let graph = MadeMessage(
      bytes: [UInt8](repeating: 0, count: 40_000).flatMap { _ in [0x0A, 0x00] as [UInt8] })
    #expect(
      thrown { _ = try MadeONNX.read(MadeONNX.model(graph)) }
        == .onnxLimit(path: "made.onnx", what: "nodes", limit: 1 << 14))
  }

  @Test func refusesAFileOfAnotherKind() {
    #expect(
      thrown { _ = try MadeONNX.read(Array("not a network".utf8)) }
        == .notONNX(path: "made.onnx", firstBytes: Array("not a ne".utf8)))
    #expect(
      thrown { _ = try MadeONNX.read((.number(1, 8) + .text(2, "p") + .message(8, .number(2, 17))).bytes) }
        == .onnxStructure(path: "made.onnx", found: "none"))
  }

  // MARK: Tensors

  @Test func refusesNegativeAndUncountableShapes() {
    #expect(
      refusal(of: MadeONNX.tensor("w", [2, -3], raw: []))
        == .impossibleShape(path: "made.onnx", tensor: "w", shape: [2, -3]))
    #expect(
      refusal(of: MadeONNX.tensor("w", [1 << 32, 1 << 32], raw: []))
        == .impossibleShape(path: "made.onnx", tensor: "w", shape: [1 << 32, 1 << 32]))
    #expect(
      refusal(of: MadeONNX.tensor("w", [1 << 61], raw: []))
        == .impossibleShape(path: "made.onnx", tensor: "w", shape: [1 << 61]))
    #expect(
      refusal(of: MadeONNX.tensor("w", [Int](repeating: 1, count: 17), raw: [0, 0, 0, 0]))
        == .onnxLimit(path: "made.onnx", what: "dimensions of a tensor", limit: 16))
  }

  @Test func refusesBytesThatAreNotTheShapes() {
    #expect(
      refusal(of: MadeONNX.tensor("w", [2, 3], raw: [0, 0, 0, 0]))
        == .dataLength(path: "made.onnx", tensor: "w", expected: 24, found: 4))
    #expect(
      refusal(of: MadeONNX.tensor("w", [1000, 1000, 1000]))
        == .dataLength(path: "made.onnx", tensor: "w", expected: 4_000_000_000, found: 0))
    #expect(
      refusal(of: MadeONNX.tensor("w", [3], .float(4, 1)))
        == .dataLength(path: "made.onnx", tensor: "w", expected: 12, found: 4))
  }

  @Test func refusesTypesThatAreNotRead() {
    #expect(
      refusal(of: MadeONNX.tensor("w", [1], type: 8))
        == .unsupportedType(path: "made.onnx", tensor: "w", type: "STRING"))
    #expect(
      refusal(of: MadeONNX.tensor("w", [1], type: 99))
        == .unsupportedType(path: "made.onnx", tensor: "w", type: "type 99"))
  }

  @Test func refusesTwoTensorsOfOneName() {
    #expect(
      refusal(of: MadeONNX.floats("w", [1], [1]), MadeONNX.floats("w", [1], [2]))
        == .duplicateTensor(path: "made.onnx", name: "w"))
  }

  // MARK: The graph

  @Test func refusesValuesMadeTwiceNeverOrTooLate() {
    func refusal(_ nodes: MadeMessage...) -> CheckpointError? {
      thrown { _ = try MadeONNX.read(MadeONNX.model(MadeONNX.graph(nodes: nodes))) }
    }
    #expect(refusal(relu, relu) == .onnxDuplicateValue(path: "made.onnx", value: "y"))
    #expect(
      refusal(MadeONNX.node("Relu", ["x"], ["x"])) == .onnxDuplicateValue(path: "made.onnx", value: "x"))
    #expect(
      refusal(MadeONNX.node("Relu", ["z"], ["y"], name: "act"))
        == .onnxMissingValue(path: "made.onnx", value: "z", reader: "act"))
    #expect(
      refusal(MadeONNX.node("Relu", ["x"], ["z"]))
        == .onnxMissingValue(path: "made.onnx", value: "y", reader: "the output"))
    #expect(
      refusal(MadeONNX.node("Add", ["x", "b"], ["a"]), MadeONNX.node("Relu", ["a"], ["b"]), relu)
        == .onnxOrder(path: "made.onnx", value: "b", reader: "a"))
    #expect(
      refusal(MadeONNX.node("Relu", ["y"], ["y"]))
        == .onnxOrder(path: "made.onnx", value: "y", reader: "y"))
  }

  @Test func refusesAttributesOfTwoKinds() {
    func refusal(_ attribute: MadeMessage) -> CheckpointError? {
      let node = MadeONNX.node("Relu", ["x"], ["y"], attribute)
      return thrown { _ = try MadeONNX.read(MadeONNX.model(MadeONNX.graph(nodes: [node]))) }
    }
    #expect(
      refusal(.text(1, "axis") + .number(3, 1) + .number(20, 1))
        == .onnxAttribute(path: "made.onnx", attribute: "axis", expected: "a number", found: "a whole number")
    )
    #expect(
      refusal(.text(1, "axis") + .number(3, 1) + .float(2, 1))
        == .onnxAttribute(
          path: "made.onnx", attribute: "axis", expected: "content of one kind",
          found: "a whole number and a number"))
  }

  // MARK: External data

  private func withModel(
    _ entries: [(String, String)], _ body: (String, String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/net.onnx"
      let graph = MadeONNX.graph(nodes: [relu], tensors: [MadeONNX.external("w", [2], entries)])
      try Data(MadeONNX.model(graph)).write(to: URL(fileURLWithPath: path))
      try Data((MadeMessage.little(Float(1).bitPattern) + MadeMessage.little(Float(2).bitPattern)) + [9, 9])
        .write(to: URL(fileURLWithPath: "\(folder)/net.data"))
      try body(path, folder)
    }
  }

  @Test func readsNumbersBesideTheModel() throws {
    try withModel([("location", "net.data"), ("offset", "0"), ("length", "8")]) { path, _ in
      let file = try ONNXFile.read(path)
      #expect(try file.graph.initializers["w"]?.tensor().elements == [1, 2])
      #expect(try Checkpoint.inspect(path).tensors.map(\.name) == ["w"])
    }
  }

  @Test(arguments: ["../net.data", "/etc/passwd", "a/net.data", "..", ".", "", "a\\net.data", "net\u{0}data"])
  func refusesNamesThatAreNotPlain(name: String) throws {
    try withModel([("location", name)]) { path, _ in
      #expect(
        thrown { _ = try ONNXFile.read(path) } == .externalName(path: path, tensor: "w", name: name))
      let found = try Checkpoint.inspect(path)
      #expect(!found.safe)
    }
  }

  @Test func refusesLinksAndFolders() throws {
    try withModel([("location", "link")]) { path, folder in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/link", withDestinationPath: "\(folder)/net.data")
      #expect(
        thrown { _ = try ONNXFile.read(path) } == .externalLink(path: path, tensor: "w", name: "link"))
    }
    try withModel([("location", "folder")]) { path, folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/folder", withIntermediateDirectories: true)
      #expect(throws: FileError.self) { try ONNXFile.read(path) }
    }
  }

  @Test func refusesAFileThatIsNotThere() throws {
    try withModel([("location", "gone.data")]) { path, folder in
      #expect(throws: FileError.missing(path: "\(folder)/gone.data")) { try ONNXFile.read(path) }
    }
  }

  @Test(arguments: ["3", "9223372036854775807", "4000000000"])
  func refusesAPlacePastTheEnd(offset: String) throws {
    try withModel([("location", "net.data"), ("offset", offset)]) { path, _ in
      #expect(
        thrown { _ = try ONNXFile.read(path) }
          == .externalRange(path: path, tensor: "w", found: "8 bytes from byte \(offset)", size: 10))
    }
  }

  @Test(arguments: ["-1", "0x10", "99999999999999999999", ""])
  func refusesAPlaceThatIsNoNumber(offset: String) throws {
    try withModel([("location", "net.data"), ("offset", offset)]) { path, _ in
      #expect(
        thrown { _ = try ONNXFile.read(path) }
          == .externalRange(path: path, tensor: "w", found: "offset “\(offset)”", size: nil))
    }
  }

  @Test func refusesALengthThatIsNotTheShapes() throws {
    try withModel([("location", "net.data"), ("length", "4")]) { path, _ in
      #expect(
        thrown { _ = try ONNXFile.read(path) }
          == .dataLength(path: path, tensor: "w", expected: 8, found: 4))
    }
  }

  // MARK: Damage everywhere

  @Test func mutatedFilesThrowOrRead() throws {
    let conv = MadeONNX.node(
      "Conv", ["x", "w"], ["z"], name: "c", MadeONNX.integers("pads", [1, 1, 1, 1]),
      MadeONNX.integer("group", 1))
    let bytes = MadeONNX.model(
      MadeONNX.graph(
        nodes: [conv, MadeONNX.node("Relu", ["z"], ["y"])],
        tensors: [
          MadeONNX.floats("w", [1, 3, 1, 1], [1, 2, 3]),
          MadeONNX.tensor("i", [2], type: 7, .data(7, [1, 2])),
        ]))
    for length in 0..<bytes.count { _ = try? MadeONNX.read(Array(bytes.prefix(length))) }
    var generator = SeededGenerator(seed: 17)
    for _ in 0..<20_000 {
      var mutant = bytes
      for _ in 0...generator.uniform(below: 4) {
        let place = generator.uniform(below: mutant.count)
        switch generator.uniform(below: 3) {
        case 0: mutant[place] ^= 1 << UInt8(generator.uniform(below: 8))
        case 1: mutant.remove(at: place)
        default: mutant.insert(UInt8(generator.uniform(below: 256)), at: place)
        }
      }
      do {
        for tensor in try MadeONNX.read(mutant).graph.initializers.values {
          _ = try tensor.tensor()
          _ = try tensor.integers()
        }
      } catch {
        #expect(error is CheckpointError || error is FileError)
        #expect(!"\(error)".contains("\n"))
      }
    }
  }
}
