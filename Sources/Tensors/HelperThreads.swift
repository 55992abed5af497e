import CKernels
import Dispatch
import Foundation
import Synchronization

/// Threads that run pieces of work beside their caller.
///
/// A pass calls for help some hundred times a second, with hardly a pause between; waking a sleeping thread
/// each time costs as much as a small layer. So a helper that has finished stays awake a moment, watching for
/// more, and only then sleeps. A caller never waits for a helper that has not begun.
final class HelperThreads: Sendable {
  /// The whole process' helpers.
  static let shared = HelperThreads()

  /// Threads are made when first asked for and live as long as the process.
  private let helpers = Mutex<[Helper]>([])

  /// Calls `work` here, and meanwhile on up to `count` helpers that are free; returns when all calls have.
  func run(beside count: Int, _ work: @escaping @Sendable () -> Void) {
    let job = HelperJob(work)
    let asked = helpers.withLock { helpers in
      while helpers.count < count { helpers.append(Helper()) }
      var asked: [Helper] = []
      // Helpers that are busy elsewhere are not missed: so are their processors.
      for helper in helpers where asked.count < count && helper.accept(job) { asked.append(helper) }
      return asked
    }
    work()
    for helper in asked where !helper.release(job) { helper.finish(job) }
  }
}

/// Work that helpers are asked to do. Its caller keeps it alive until all who began have finished.
private final class HelperJob: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }

  /// How a helper's slot names a job that waits to be begun.
  var waiting: UInt { UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()) }
}

/// One thread and the slot in which it finds its next job.
private final class Helper: Sendable {
  // What the slot holds: a waiting job's address, the same plus 1 once it is begun, or one of these.
  private static let idle: UInt = 0
  private static let asleep: UInt = 2

  /// How often the slot is read before the helper sleeps: some tenths of a millisecond.
  private static let watches = 10_000

  private let slot = Atomic<UInt>(idle)
  private let alarm = DispatchSemaphore(value: 0)

  init() {
    let thread = Thread { [self] in
      while true { serve() }
    }
    thread.stackSize = 8 << 20
    thread.start()
  }

  // MARK: What callers do

  /// Leaves a job in the slot; false when the helper has one already.
  func accept(_ job: HelperJob) -> Bool {
    if swap(Helper.idle, for: job.waiting) { return true }
    guard swap(Helper.asleep, for: job.waiting) else { return false }
    alarm.signal()
    return true
  }

  /// Takes a job back; false when the helper has begun it.
  func release(_ job: HelperJob) -> Bool { swap(job.waiting, for: Helper.idle) }

  /// Returns when the helper has finished a job that it began.
  func finish(_ job: HelperJob) {
    var looks = 0
    while slot.load(ordering: .acquiring) == job.waiting + 1 {
      looks += 1
      // The helper may have lost its processor to another process.
      if looks % 4096 == 0 { sched_yield() } else { pk_pause() }
    }
  }

  // MARK: What the thread does

  /// Does the next job, or sleeps when none comes.
  private func serve() {
    for _ in 0..<Helper.watches {
      let found = slot.load(ordering: .acquiring)
      // A job may be taken back between reading and beginning it.
      if found > Helper.asleep, swap(found, for: found + 1) {
        perform(found)
        slot.store(Helper.idle, ordering: .releasing)
        return
      }
      pk_pause()
    }
    if swap(Helper.idle, for: Helper.asleep) { alarm.wait() }
  }

  /// A function of its own, so that nothing of the job is held once the slot says that it is finished.
  @inline(never)
  private func perform(_ waiting: UInt) {
    guard let address = UnsafeRawPointer(bitPattern: waiting) else { return }
    Unmanaged<HelperJob>.fromOpaque(address).takeUnretainedValue().work()
  }

  private func swap(_ expected: UInt, for desired: UInt) -> Bool {
    slot.compareExchange(expected: expected, desired: desired, ordering: .acquiringAndReleasing).exchanged
  }
}
