import Foundation
import Synchronization

/// An interruption from the keyboard or by the system, held back until a run has come to a good place to end.
///
/// The first signal is noted; a second one ends the process at once, as it would have without this.
struct Interruption: Error {
  /// The signal that came; 0 for none.
  private static let noted = Atomic<Int32>(0)
  private let signal: Int32

  /// From here on a signal is noted and does not end the process.
  static func begin() {
    // Made before a handler can ask for it.
    noted.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      Foundation.signal(number) { number in
        Interruption.noted.store(number, ordering: .relaxed)
        Foundation.signal(number, SIG_DFL)
      }
    }
  }

  /// From here on a signal ends the process again; one that was noted does so now.
  static func cease() {
    for number in [SIGINT, SIGTERM, SIGHUP] { Foundation.signal(number, SIG_DFL) }
    requested?.end()
  }

  /// The interruption that was noted; nil for none.
  static var requested: Interruption? {
    let number = noted.load(ordering: .relaxed)
    return number == 0 ? nil : Interruption(signal: number)
  }

  /// - Throws: an interruption that was noted.
  static func check() throws {
    if let requested { throw requested }
  }

  /// Ends the process as the signal would have.
  func end() -> Never {
    Foundation.signal(signal, SIG_DFL)
    raise(signal)
    exit(128 + signal)
  }
}
