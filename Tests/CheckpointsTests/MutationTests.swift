import Tensors
import Testing

@testable import Checkpoints

/// Damage of every kind may throw and may go unnoticed where it only changes a number; it may never trap.
@Suite struct MutationTests {
  @Test(arguments: Golden.readable + Golden.refused)
  func everyTruncationThrows(_ name: String) throws {
    let bytes = try Golden.bytes(name)
    for length in 0..<bytes.count {
      let cut = Array(bytes.prefix(length))
      #expect(thrown { _ = try Checkpoint.read(bytes: cut) } != nil, "\(length) bytes of \(name)")
      if length % 8 == 0 { _ = try? Checkpoint.inspect(bytes: cut) }
    }
  }

  @Test(arguments: Golden.readable + Golden.refused)
  func flippedBitsThrowOrRead(_ name: String) throws {
    let bytes = try Golden.bytes(name)
    var generator = SeededGenerator(seed: 11, stream: UInt64(bytes.count))
    for _ in 0..<1_500 {
      var mutant = bytes
      for _ in 0...generator.uniform(below: 4) {
        mutant[generator.uniform(below: bytes.count)] ^= 1 << UInt8(generator.uniform(below: 8))
      }
      survive(mutant)
    }
  }

  @Test(arguments: Golden.readable + Golden.refused)
  func overwrittenRunsThrowOrRead(_ name: String) throws {
    let bytes = try Golden.bytes(name)
    let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, 0x28, 0x52, 0x85]
    var generator = SeededGenerator(seed: 12, stream: UInt64(bytes.count))
    for _ in 0..<1_000 {
      var mutant = bytes
      let start = generator.uniform(below: bytes.count)
      let value = values[generator.uniform(below: values.count)]
      for index in start..<min(start + 1 + generator.uniform(below: 9), bytes.count) { mutant[index] = value }
      survive(mutant)
    }
  }

  /// Mutants of archives mostly fail their checksum; those of the pickle alone reach the interpreter.
  @Test(arguments: ["module", "types", "views", "training", "parameters", "whole"])
  func mutatedPicklesThrowOrRead(_ stem: String) throws {
    let file = CheckpointFile(path: stem, bytes: .init(try Golden.bytes("\(stem)-zip.pth")))
    let entries = try ZipDirectory(of: file).entries
    let pickle = try #require(entries.firstIndex { $0.name.hasSuffix("/data.pkl") })
    let content = entries.map { entry in file.withBytes(of: entry.bytes) { Array($0) } }
    var generator = SeededGenerator(seed: 13, stream: UInt64(file.count))
    for _ in 0..<3_000 {
      var made = zip(entries, content).map { MadeZip.Entry(name: $0.name, content: $1) }
      for _ in 0...generator.uniform(below: 6) {
        let place = generator.uniform(below: made[pickle].content.count)
        switch generator.uniform(below: 3) {
        case 0: made[pickle].content[place] ^= 1 << UInt8(generator.uniform(below: 8))
        case 1: made[pickle].content.remove(at: place)
        default: made[pickle].content.insert(UInt8(generator.uniform(below: 256)), at: place)
        }
      }
      survive(MadeZip(entries: made).bytes)
    }
  }

  private func survive(_ bytes: [UInt8]) {
    for read in [{ _ = try Checkpoint.read(bytes: bytes) }, { _ = try Checkpoint.inspect(bytes: bytes) }] {
      do {
        try read()
      } catch {
        #expect(error is CheckpointError)
        #expect(!"\(error)".contains("\n"))
      }
    }
  }
}
