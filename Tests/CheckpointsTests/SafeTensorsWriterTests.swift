import Files
import Foundation
import Tensors
import Testing

@testable import Checkpoints

@Suite struct SafeTensorsWriterTests {
  private let tensors: [String: Tensor] = [
    "b.weight": Tensor([1, -2, 0.5, 65504, .infinity, 3.25], shape: [2, 3]),
    "a\"\\\n🐟": Tensor([7], shape: []),
    "empty": Tensor([], shape: [0, 4]),
  ]

  @Test func readsBackWhatItWrote() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/weights.safetensors"
      let metadata = ["card": "{\"name\": \"é\"}", "a": "1"]
      for storage in SafeTensors.Storage.allCases {
        try SafeTensors.write(["b": Tensor([1, -2, 0.5, 3.25], shape: [2, 2])], storage: storage, to: path)
        #expect(try Checkpoint.read(path).tensors["b"]?.elements == [1, -2, 0.5, 3.25])
        #expect(try Checkpoint.inspect(path).tensors.map(\.dtype) == [storage.type])
      }
      try SafeTensors.write(tensors, metadata: metadata, to: path)
      let checkpoint = try Checkpoint.read(path)
      #expect(checkpoint.tensors == tensors)
      #expect(checkpoint.metadata == metadata)
      #expect(checkpoint.format == .safeTensors)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weights.safetensors"])
    }
  }

  @Test func writesTheSameBytesEveryTime() throws {
    let header =
      #"{"__metadata__":{"k":"v","z":"\u0001"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""b":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}"#
    let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let expected =
      littleEndian(UInt64(header.utf8.count + padding.count)) + Array((header + padding).utf8)
      + littleEndian(Float(1.5).bitPattern) + littleEndian(Float(-2).bitPattern)
    let data = try SafeTensors.encode(
      ["b": Tensor([-2], shape: []), "a": Tensor([1.5], shape: [1])], metadata: ["z": "\u{1}", "k": "v"],
      storage: .fp32, path: "x")
    #expect(Array(data) == expected)
  }

  @Test func refusesWhatTheStorageCannotHold() throws {
    let large = ["w": Tensor([1, 65520], shape: [2])]
    #expect(
      thrown { _ = try SafeTensors.encode(large, metadata: [:], storage: .fp16, path: "x") }
        == .tooLargeForStorage(path: "x", tensor: "w", value: 65520, storage: "fp16"))
    #expect(throws: Never.self) {
      _ = try SafeTensors.encode(large, metadata: [:], storage: .bf16, path: "x")
      _ = try SafeTensors.encode(tensors, metadata: [:], storage: .fp16, path: "x")
    }
    let largest = ["w": Tensor([.greatestFiniteMagnitude], shape: [1])]
    #expect(thrown { _ = try SafeTensors.encode(largest, metadata: [:], storage: .bf16, path: "x") } != nil)
  }

  @Test func refusesTheReservedNameAndLeavesAnOlderFileAlone() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/weights.safetensors"
      try SafeTensors.write(["a": Tensor([1], shape: [1])], to: path)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let error = thrown {
        try SafeTensors.write(["__metadata__": Tensor([1], shape: [1])], to: path)
      }
      #expect(error == .reservedName(path: path, name: "__metadata__"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      #expect(throws: FileError.self) {
        try SafeTensors.write(["a": Tensor([1], shape: [1])], to: folder + "/none/weights.safetensors")
      }
    }
  }
}
