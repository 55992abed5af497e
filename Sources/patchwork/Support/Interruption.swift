import Foundation
import Synchronization

/// Lets a run end at a good place when a person presses Ctrl-C or the system asks the process to go.
///
/// The first signal is noted; a second one ends the process at once, as it would have without this.
enum Interruption {
  /// The signal that came; 0 for none.
  private static let noted = Atomic<Int32>(0)

  /// Begins to note signals instead of ending by them.
  static func watch() {
    // Made before a handler can ask for it.
    noted.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.noted.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  static var isRequested: Bool { noted.load(ordering: .relaxed) != 0 }

  /// Ends the process as the noted signal would have.
  static func end() -> Never {
    let number = noted.load(ordering: .relaxed)
    signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }
}
