import CKernels
import COpenBLAS
import Synchronization

/// The threads that a pass may use.
///
/// Work is cut into blocks that depend on the problem and never on the number of threads, and every block
/// writes to its own place; so results are the same bytes on one thread or many. BLAS itself runs on one
/// thread inside each block: its own threading changes the order of sums.
public struct Workers: Sendable {
  /// How many threads take blocks at the same time; at least 1.
  public let count: Int

  /// - Parameter count: threads; nil for one for each processor.
  public init(count: Int? = nil) {
    self.count = max(1, count ?? Workers.processorCount)
    _ = Workers.processSettings
  }

  /// The number of processors this process may use.
  public static var processorCount: Int { max(1, Int(openblas_get_num_procs())) }

  /// Settings of the whole process, made once, before the first pass.
  private static let processSettings: Void = {
    openblas_set_num_threads(1)
    pk_keep_freed_memory()
  }()

  /// Calls `body` once for each block in `0..<blocks`, on up to `count` threads, in no particular order.
  public func forEach(_ blocks: Int, _ body: (Int) -> Void) {
    forEach(blocks, scratch: 0) { block, _ in body(block) }
  }

  /// Calls `body` once for each block with `scratch` floats of unset memory that no other thread uses.
  public func forEach(_ blocks: Int, scratch: Int, _ body: (Int, UnsafeMutablePointer<Float>) -> Void) {
    guard blocks > 0 else { return }
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      let work: @Sendable () -> Void = {
        let memory = UnsafeMutableRawPointer.allocate(
          byteCount: max(scratch, 1) * MemoryLayout<Float>.stride, alignment: 64)
        defer { memory.deallocate() }
        let floats = memory.bindMemory(to: Float.self, capacity: max(scratch, 1))
        while true {
          let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard block < blocks else { return }
          body(block, floats)
        }
      }
      if count == 1 || blocks == 1 {
        work()
      } else {
        HelperThreads.shared.run(beside: min(count, blocks) - 1, work)
      }
    }
  }
}

extension Workers {
  /// Calls `body` once for each of `values`, to change it in place.
  public func change<Value>(_ values: inout [Value], _ body: (_ index: Int, inout Value) -> Void) {
    values.withUnsafeMutableBufferPointer { values in
      nonisolated(unsafe) let values = values
      forEach(values.count) { body($0, &values[$0]) }
    }
  }
}
