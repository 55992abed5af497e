import Foundation
import Tensors
import Testing

@testable import Checkpoints

/// The networks that real users bring.
@Suite struct ReferenceTests {
  private static let isThere = FileManager.default.fileExists(atPath: Golden.reference.path)

  @Test(
    .enabled(if: isThere, "the reference networks are not beside the package"),
    arguments: [
      ("bagnet17-w16-imagenette96.pth", 321, "conv1.weight", [16, 3, 1, 1], "fc.bias", [10]),
      ("resnet50-w16-imagenette96.pth", 320, "conv1.weight", [16, 3, 7, 7], "fc.bias", [10]),
      (
        "squeezenet1_1-imagenet.pth", 52, "features.0.weight", [64, 3, 3, 3], "classifier.1.bias", [1000]
      ),
    ])
  func readsReferenceNetworks(
    _ name: String, _ count: Int, _ first: String, _ firstShape: [Int], _ last: String, _ lastShape: [Int]
  ) throws {
    let path = Golden.reference.appendingPathComponent(name).path
    let checkpoint = try Checkpoint.read(path)
    #expect(checkpoint.tensors.count == count)
    #expect(checkpoint.tensors[first]?.shape.dimensions == firstShape)
    #expect(checkpoint.tensors[last]?.shape.dimensions == lastShape)
    #expect(checkpoint.tensors.values.allSatisfy { tensor in tensor.elements.allSatisfy(\.isFinite) })
    #expect(try Checkpoint.inspect(path).safe)
  }

  @Test func readsAHundredMegabytesFast() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/large.safetensors"
      let part = Tensor(repeating: 0.5, shape: [256, 10_240])
      try SafeTensors.write(
        Dictionary(uniqueKeysWithValues: (0..<10).map { ("layer\($0).weight", part) }), to: path)
      let clock = ContinuousClock()
      var fastest = Duration.seconds(60)
      for _ in 0..<3 {
        fastest = min(fastest, try clock.measure { _ = try Checkpoint.read(path) })
      }
      print("100 MB of fp32 read in \(fastest)")
      // Generous: the machine may be busy with other things.
      #expect(fastest < .seconds(1))
    }
  }
}
