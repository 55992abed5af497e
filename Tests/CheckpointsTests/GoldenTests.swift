import Foundation
import Tensors
import Testing

@testable import Checkpoints

@Suite struct GoldenTests {
  @Test(arguments: Golden.readable) func readsWhatPyTorchReads(_ name: String) throws {
    let expected = try Golden.expectation(name)
    let checkpoint = try Checkpoint.read(Golden.path(name))
    #expect(checkpoint.format == expected.format)
    #expect(checkpoint.metadata == expected.metadata)
    #expect(checkpoint.tensors.keys.sorted() == expected.tensors.keys.sorted())
    for (key, entry) in expected.tensors {
      let tensor = try #require(checkpoint.tensors[key])
      #expect(tensor.shape.dimensions == entry.shape, "\(key)")
      #expect(tensor.elements.map(\.bitPattern) == entry.values.map(\.bitPattern), "\(key)")
    }
  }

  @Test(arguments: Golden.readable) func inspectionListsTypesAndShapes(_ name: String) throws {
    let expected = try Golden.expectation(name)
    let inspection = try Checkpoint.inspect(Golden.path(name))
    #expect(inspection.format == expected.format)
    #expect(inspection.safe, "\(inspection.reason ?? "")")
    #expect(inspection.reason == nil)
    #expect(inspection.tensors.map(\.name).sorted() == expected.tensors.keys.sorted())
    for tensor in inspection.tensors {
      #expect(tensor.dtype == expected.tensors[tensor.name]?.dtype, "\(tensor.name)")
      #expect(tensor.shape == expected.tensors[tensor.name]?.shape, "\(tensor.name)")
    }
    #expect(inspection.globals.isEmpty == (expected.format == .safeTensors))
  }

  @Test(arguments: ["whole-zip.pth", "whole-legacy.pth"])
  func asksForTheStateDictOfAWholeNetwork(_ name: String) throws {
    let path = Golden.path(name)
    let error = try #require(thrown { _ = try Checkpoint.read(path) })
    #expect(error == .wholeModule(path: path, type: "__main__.Tiny"))
    #expect(error.description.contains("model.state_dict()"))
    #expect(error.fault == .badInput)
    let inspection = try Checkpoint.inspect(path)
    #expect(!inspection.safe)
    #expect(inspection.globals.contains("__main__.Tiny"))
    #expect(inspection.tensors.isEmpty)
  }

  @Test func saysWhatIsThereInsteadOfNamedTensors() throws {
    let single = Golden.path("single-zip.pth")
    #expect(
      thrown { _ = try Checkpoint.read(single) }
        == .noTensors(path: single, found: "a single tensor without a name"))
    let epoch = Golden.path("epoch-zip.pth")
    #expect(
      thrown { _ = try Checkpoint.read(epoch) }
        == .noTensors(path: epoch, found: "a dictionary with the entries epoch"))
    #expect(try Checkpoint.inspect(epoch).safe)
  }

  @Test(arguments: ["os-system-zip.pth", "os-system-legacy.pth"])
  func refusesCodeByName(_ name: String) throws {
    let path = Golden.path(name)
    #expect(
      thrown { _ = try Checkpoint.read(path) } == .dangerousGlobal(path: path, name: "posix.system"))
    let inspection = try Checkpoint.inspect(path)
    #expect(!inspection.safe)
    #expect(inspection.reason?.contains("posix.system") == true)
    #expect(inspection.globals.contains("posix.system"))
    #expect(inspection.tensors.map(\.name) == ["weight"])
  }

  @Test func refusesOtherPickleProtocolsAndTorchScript() throws {
    let newer = Golden.path("protocol4-zip.pth")
    #expect(thrown { _ = try Checkpoint.read(newer) } == .pickleProtocol(path: newer, found: 4))
    let script = Golden.path("script-zip.pth")
    guard case .torchScript? = thrown({ _ = try Checkpoint.read(script) }) else {
      Issue.record("expected TorchScript to be refused as such")
      return
    }
    #expect(try !Checkpoint.inspect(script).safe)
  }

  @Test func tellsFormatsByBytesAndNotByExtension() throws {
    try withTemporaryFolder { folder in
      for name in ["types-zip.pth", "types-legacy.pth", "types.safetensors"] {
        let path = folder + "/weights.bin"
        try Data(Golden.bytes(name)).write(to: URL(fileURLWithPath: path))
        #expect(try Checkpoint.read(path).format == Golden.expectation(name).format)
      }
    }
    #expect(
      thrown { _ = try Checkpoint.read(bytes: Array("<html><body>not found".utf8)) }
        == .unrecognised(path: "made.pth", firstBytes: Array("<html><b".utf8)))
  }

  @Test func everyGoldenFileIsListed() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: Golden.folder.path)
      .filter { $0.hasSuffix(".pth") || $0.hasSuffix(".safetensors") }
    #expect(found.sorted() == (Golden.readable + Golden.refused).sorted())
  }
}
