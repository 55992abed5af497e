import COpenBLAS
import Synchronization
import Testing

@testable import Tensors

@Suite("Workers")
struct WorkersTests {
  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000])
  func everyBlockIsDoneExactlyOnce(threads: Int, blocks: Int) {
    let visits = (0..<blocks).map { _ in Counter() }
    Workers(count: threads).forEach(blocks) { visits[$0].increment() }
    #expect(visits.allSatisfy { $0.value == 1 })
  }

  @Test(arguments: [1, 2, 3])
  func scratchIsSharedByNoTwoBlocksAtOnce(threads: Int) {
    let length = 512
    let spoilt = Counter()
    Workers(count: threads).forEach(400, scratch: length) { block, memory in
      let mark = Float(block)
      for index in 0..<length { memory[index] = mark }
      // Long enough for another thread to be in its own block meanwhile.
      for _ in 0..<20 {
        for index in 0..<length where memory[index] != mark { spoilt.increment() }
      }
    }
    #expect(spoilt.value == 0)
  }

  @Test func scratchIsAlignedForVectors() {
    let misaligned = Counter()
    Workers(count: 2).forEach(16, scratch: 5) { _, memory in
      if UInt(bitPattern: memory) % 64 != 0 { misaligned.increment() }
    }
    #expect(misaligned.value == 0)
  }

  @Test func loopsNest() {
    let visits = Counter()
    let workers = Workers(count: 2)
    workers.forEach(10) { _ in workers.forEach(10) { _ in visits.increment() } }
    #expect(visits.value == 100)
  }

  @Test func thereIsAtLeastOneWorker() {
    #expect(Workers(count: 0).count == 1)
    #expect(Workers(count: -3).count == 1)
    #expect(Workers(count: 5).count == 5)
    #expect(Workers().count == Workers.processorCount)
    #expect(Workers.processorCount >= 1)
  }

  @Test func makingWorkersLeavesBLASOneThread() {
    _ = Workers(count: 2)
    #expect(openblas_get_num_threads() == 1)
  }
}

/// A number that several threads may raise.
private final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}
