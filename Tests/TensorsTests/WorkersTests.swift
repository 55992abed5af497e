import COpenBLAS
import Foundation
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

  @Test func helpersAreThereAgainAfterSleep() {
    let workers = Workers(count: 3)
    for pause: UInt32 in [0, 10, 1_000, 20_000] {
      for round in 0..<50 {
        let visits = (0..<7).map { _ in Counter() }
        workers.forEach(7) { visits[$0].increment() }
        #expect(visits.allSatisfy { $0.value == 1 }, "pause \(pause) µs, round \(round)")
        if pause > 0 && round % 10 == 0 { usleep(pause) }
      }
    }
  }

  @Test func callersAtTheSameTimeDoNotMixTheirBlocks() {
    let callers = 6
    let blocks = 40
    let visits = (0..<callers * blocks).map { _ in Counter() }
    let returnedEarly = Counter()
    DispatchQueue.concurrentPerform(iterations: callers) { caller in
      for round in 1...200 {
        Workers(count: 4).forEach(blocks) { visits[caller * blocks + $0].increment() }
        let own = visits[caller * blocks..<(caller + 1) * blocks]
        if !own.allSatisfy({ $0.value == round }) { returnedEarly.increment() }
      }
    }
    #expect(returnedEarly.value == 0)
    #expect(visits.allSatisfy { $0.value == 200 })
  }

  @Test func anotherThreadHelps() {
    // Every helper may be busy in another test meanwhile, so several tries.
    let helped = (0..<200).contains { _ in
      let begun = Counter()
      let deadline = ContinuousClock.now + .milliseconds(100)
      // Each of two blocks waits for the other to have begun.
      Workers(count: 2).forEach(2) { _ in
        begun.increment()
        while begun.value < 2 && ContinuousClock.now < deadline {}
      }
      return ContinuousClock.now < deadline
    }
    #expect(helped)
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
