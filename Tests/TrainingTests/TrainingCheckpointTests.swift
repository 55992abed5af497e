import Checkpoints
import Files
import Foundation
import Layers
import Models
import Tensors
import Testing

@testable import Training

@Suite("Training checkpoint")
struct TrainingCheckpointTests {
  private let path = FileManager.default.temporaryDirectory.path + "/training-\(UUID()).safetensors"

  private func parameters() throws -> [String: Tensor] {
    try Architecture.named("bagnet9").randomNetwork(seed: 3, width: 2, classes: 3).parameters
  }

  @Test func whatIsWrittenIsReadBack() throws {
    defer { unlink(path) }
    let parameters = try parameters()
    let state = TrainingCheckpoint(
      parameters: parameters, velocity: ["fc.bias": Tensor([1e-30, -0.0, 3], shape: [3])],
      averages: parameters.mapValues { $0.map { $0 / 3 } }, notes: #"{"place": "ü\n"}"#)
    try state.write(to: path)
    let found = try TrainingCheckpoint(contentsOf: path)
    #expect(found.parameters == state.parameters && found.averages == state.averages)
    #expect(found.velocity == state.velocity && found.notes == state.notes)
    try found.requireShapes(of: parameters, path: path)
  }

  @Test func aModelIsNoCheckpoint() throws {
    defer { unlink(path) }
    try SafeTensors.write(try parameters(), metadata: ["patchwork.card": "{}"], to: path)
    #expect(throws: TrainingError.badTrainingCheckpoint(path: path, reason: "no notes of a training")) {
      try TrainingCheckpoint(contentsOf: path)
    }
  }

  @Test func tensorsOfNoPartAreRefused() throws {
    defer { unlink(path) }
    try SafeTensors.write(
      ["other/fc.bias": Tensor(zeros: [3])], metadata: ["patchwork.training": "{}"], to: path)
    #expect(throws: TrainingError.self) { try TrainingCheckpoint(contentsOf: path) }
  }

  @Test func anotherNetworksStateIsRefused() throws {
    let parameters = try parameters()
    var fewer = parameters
    fewer["fc.bias"] = nil
    #expect(throws: TrainingError.self) {
      try TrainingCheckpoint(parameters: fewer, notes: "").requireShapes(of: parameters, path: path)
    }
    for part in [\TrainingCheckpoint.parameters, \.velocity, \.averages] {
      var state = TrainingCheckpoint(parameters: parameters, notes: "")
      state[keyPath: part]["fc.bias"] = Tensor(zeros: [4])
      #expect(throws: TrainingError.self) { try state.requireShapes(of: parameters, path: path) }
    }
  }

  @Test(arguments: [SafeTensors.Storage.fp32, .fp16, .bf16])
  func roundingIsWhatAReaderFinds(_ storage: SafeTensors.Storage) throws {
    defer { unlink(path) }
    let parameters = try parameters()
    try SafeTensors.write(parameters, storage: storage, to: path)
    let rounded = SafeTensors.rounded(parameters, to: storage)
    #expect(try Checkpoint.read(path).tensors == rounded)
    #expect((rounded == parameters) == (storage == .fp32))
  }
}
