import Foundation
import Synchronization

/// An interruption from the keyboard or by the system, held back until what is half done has been taken away.
struct Interruption: Error {
  private static let signalled = Atomic<Int32>(0)
  private let signal: Int32

  /// From here on an interruption is noted and does not end the process.
  static func begin() {
    signalled.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      Foundation.signal(number) { Interruption.signalled.store($0, ordering: .relaxed) }
    }
  }

  /// - Throws: an interruption that was noted.
  static func check() throws {
    let number = signalled.load(ordering: .relaxed)
    if number != 0 { throw Interruption(signal: number) }
  }

  /// Ends the process as the signal would have.
  func end() {
    Foundation.signal(signal, SIG_DFL)
    raise(signal)
  }
}
