import Files
import Foundation
import Testing

@testable import Models

@Suite("The weights' digest")
struct WeightsDigestTests {
  private static func network(seed: UInt64) throws -> LoadedModel {
    try LoadedModel.random(try Architecture.named("bagnet9"), width: 2, classes: 3, seed: seed)
  }

  @Test func isThatOfTheBytesThatWereRead() throws {
    let path = FileManager.default.temporaryDirectory.path + "/patchwork-digest-\(UUID()).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ModelWriter.write(try Self.network(seed: 1), storage: .fp32, to: path)
    let digest = SHA256.hexadecimal(of: try FileBytes.read(path))
    let model = try ModelLoader.load(path)
    try ModelWriter.write(try Self.network(seed: 2), storage: .fp32, to: path)
    #expect(try model.weightsSHA256() == digest)
    #expect(try model.weightsSHA256() == digest)
    #expect(try ModelLoader.load(path).weightsSHA256() != digest)
  }

  @Test func aNetworkThatWasMadeHasNone() throws {
    let model = try Self.network(seed: 1)
    #expect(throws: FileError.missing(path: "")) { try model.weightsSHA256() }
  }
}
