import Foundation
import Studies
import Testing

extension StartedCommand {
  /// Waits until something holds of a running command, and at most two minutes.
  ///
  /// - Throws: `NeverHeld` when the command ends, or has to be killed, before.
  func reaches(_ holds: () throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(120)
    while try !holds() {
      guard isRunning && .now < end else {
        send(SIGKILL)
        let run = await finished()
        // It may have come to it with its last step.
        if try holds() { return }
        throw NeverHeld(run: run)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  struct NeverHeld: Error {
    let run: CommandRun
  }
}

extension Workspace {
  /// How many answers stand in a study's first run; 0 while there is none yet.
  func answerCount(_ study: String) -> Int {
    guard let study = try? Study(reading: path(study)), let run = try? study.runs().first else { return 0 }
    return (try? study.answerCount(of: run)) ?? 0
  }

  /// Gives a command and stops it when `count` of `total` answers stand in its study.
  ///
  /// - Returns: how many answers it left there.
  func stop(_ line: String, study: String, after count: Int, of total: Int, by signal: Int32) async throws
    -> Int
  {
    let started = try StartedCommand(line.split(separator: " ").map(String.init), in: path)
    try await started.reaches { answerCount(study) >= count }
    started.send(signal)
    let stopped = await started.finished()
    #expect(stopped.exitCode == -signal && stopped.stdout.isEmpty, "\(stopped)")
    let done = answerCount(study)
    try #require((count..<total).contains(done), "\(done) answers when stopped")
    return done
  }

  /// Kills a command with `--study killed.sqlite --json` after `count` of `total` answers and gives it again: it says
  /// that it goes on, and answers as one does that nobody disturbed, whose study is left at `whole.sqlite`.
  func checkResumption(_ line: String, after count: Int, of total: Int) async throws {
    let done = try await stop(line, study: "killed.sqlite", after: count, of: total, by: SIGKILL)
    let resumed = try await succeed(line)
    #expect(resumed.stderr.contains("going on after \(done) answers"), "\(resumed.stderr)")
    let whole = try await succeed(line.replacing("killed.sqlite", with: "whole.sqlite"))
    #expect(!whole.stderr.contains("going on"))
    #expect(resumed.stdout == whole.stdout)
  }
}
