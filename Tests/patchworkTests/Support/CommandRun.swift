import Foundation
import Synchronization

/// One run of the built binary, as a person would start it: arguments in; output, errors and exit code back.
struct CommandRun: Sendable {
  /// What was asked, for messages.
  let arguments: [String]
  let stdout: String
  let stderr: String
  /// The exit code; for a run ended by a signal, minus the signal's number.
  let exitCode: Int32

  /// The binary that was built with the tests: it lies beside their bundle.
  static let binary: String = {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("patchwork").path
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    return packageFolder.appendingPathComponent(".build/debug/patchwork").path
  }()

  /// The package's root.
  static let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardized

  /// Runs `patchwork` with `arguments` in `folder` and waits for its end.
  ///
  /// - Parameters:
  ///   - shell: a line for `sh` that starts the binary with `exec "$0" "$@"`, for limits and redirections.
  ///   - timeout: seconds after which the run is killed; its exit code is then -9.
  static func patchwork(
    _ arguments: [String], in folder: String, shell: String? = nil, timeout: Double = 120
  ) async throws -> CommandRun {
    let started = try StartedCommand(arguments, in: folder, shell: shell)
    return await started.finished(timeout: timeout)
  }
}

/// A run that has begun, so that a test can kill it.
final class StartedCommand: Sendable {
  private let arguments: [String]
  private let process: Mutex<Process>
  private let ended: AsyncStream<Int32>
  private let output: Reader
  private let errors: Reader
  let processIdentifier: Int32

  init(_ arguments: [String], in folder: String, shell: String? = nil) throws {
    let process = Process()
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    if let shell {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", shell, CommandRun.binary] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: CommandRun.binary)
      process.arguments = arguments
    }
    process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "dumb"]) { $1 }
    let (out, err) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = out
    process.standardError = err
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { process in
      let status = process.terminationStatus
      continuation.yield(process.terminationReason == .uncaughtSignal ? -status : status)
      continuation.finish()
    }
    try StartedCommand.withOpenSignals { try process.run() }
    self.arguments = arguments
    ended = stream
    processIdentifier = process.processIdentifier
    output = Reader(out.fileHandleForReading)
    errors = Reader(err.fileHandleForReading)
    self.process = Mutex(process)
  }

  /// Runs `body` with no signal blocked or ignored, which a child would inherit: threads of a pool block
  /// them, and a shell ignores Ctrl-C's for what it runs in the background.
  private static func withOpenSignals(_ body: () throws -> Void) rethrows {
    var (open, before) = (sigset_t(), sigset_t())
    sigemptyset(&open)
    pthread_sigmask(SIG_SETMASK, &open, &before)
    let handler = signal(SIGINT, SIG_DFL)
    defer {
      signal(SIGINT, handler)
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    try body()
  }

  var isRunning: Bool { process.withLock { $0.isRunning } }

  func send(_ signal: Int32) { _ = kill(processIdentifier, signal) }

  /// Waits for the end; kills the run after `timeout` seconds.
  func finished(timeout: Double = 120) async -> CommandRun {
    let identifier = processIdentifier
    let watchdog = Task {
      try await Task.sleep(for: .seconds(timeout))
      _ = kill(identifier, SIGKILL)
    }
    var code: Int32 = -1
    for await status in ended { code = status }
    watchdog.cancel()
    return CommandRun(
      arguments: arguments, stdout: await output.text(), stderr: await errors.text(), exitCode: code)
  }
}

/// Reads one end of a pipe on a thread of its own, so that no child waits for a full pipe.
private final class Reader: Sendable {
  private let stream: AsyncStream<Data>

  init(_ handle: FileHandle) {
    let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
    self.stream = stream
    let descriptor = handle.fileDescriptor
    Thread.detachNewThread {
      var data = Data()
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { break }
        data.append(contentsOf: buffer[..<count])
      }
      try? handle.close()
      continuation.yield(data)
      continuation.finish()
    }
  }

  func text() async -> String {
    for await data in stream { return String(decoding: data, as: UTF8.self) }
    return ""
  }
}
