import Dispatch

/// The results of `work` for each number below `count`, in order, worked out on all processors at once.
///
/// For what needs no more than that; a network's work goes to the `Workers` that a person has allowed it.
///
/// - Parameter work: called on several threads at once; it must not write to anything that it shares.
public func inParallel<Result>(_ count: Int, _ work: (Int) -> Result) -> [Result] {
  guard count > 1 else { return (0..<count).map(work) }
  // Long enough runs that their beginning costs nothing.
  let run = max(1, count / 64)
  let runs = (count + run - 1) / run
  return [Result](unsafeUninitializedCapacity: count) { buffer, filled in
    withoutActuallyEscaping(work) { work in
      nonisolated(unsafe) let (buffer, work) = (buffer, work)
      DispatchQueue.concurrentPerform(iterations: runs) { place in
        for index in place * run..<min((place + 1) * run, count) {
          buffer.initializeElement(at: index, to: work(index))
        }
      }
    }
    filled = count
  }
}
