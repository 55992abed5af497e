import Files
import Foundation

/// Tells on stderr how far a run is, once it has taken more than two seconds: a bar on a terminal, a plain
/// line every ten seconds elsewhere.
final class Progress {
  private let title: String
  private let unit: String
  private let total: Int
  private let isQuiet: Bool
  private let isTerminal: Bool
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var firstDone: Int?

  /// - Parameters:
  ///   - unit: what is counted, in the plural: `images`.
  ///   - isQuiet: whether to say nothing at all.
  init(_ title: String, unit: String, total: Int, isQuiet: Bool) {
    self.title = title
    self.unit = unit
    self.total = total
    self.isQuiet = isQuiet
    let dumb = ProcessInfo.processInfo.environment["TERM"].map { $0 == "dumb" || $0.isEmpty } ?? true
    isTerminal = isatty(STDERR_FILENO) == 1 && !dumb
  }

  /// Tells that `done` of the total are done; `detail` is shown at the end of the line.
  func update(_ done: Int, detail: String = "") {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    let resumedFrom = firstDone ?? done
    firstDone = resumedFrom
    guard now - start > .seconds(2) else { return }
    if let lastShown, now - lastShown < (isTerminal ? .milliseconds(200) : .seconds(10)) { return }
    lastShown = now
    let seconds = (now - start).inSeconds
    let rate = Double(done - resumedFrom) / seconds
    var parts = ["\(done)/\(total) \(unit)"]
    if rate > 0 {
      parts.append(String(format: rate < 10 ? "%.1f/s" : "%.0f/s", rate))
      parts.append(Progress.duration(Double(total - done) / rate) + " left")
    }
    if !detail.isEmpty { parts.append(detail) }
    let text = parts.joined(separator: ", ")
    if isTerminal {
      let width = 24
      let filled = total > 0 ? min(width, done * width / total) : width
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      Output.status("\r\u{1B}[K\(title) \(bar) \(text)")
    } else {
      Output.note("\(title): \(text)")
    }
  }

  /// Clears the bar.
  func finish() {
    if isTerminal, lastShown != nil { Output.status("\r\u{1B}[K") }
  }

  /// For example `45 s` or `3 min 20 s`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    return whole < 3600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
