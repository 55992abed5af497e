import Foundation
import Probes
import Studies
import Tensors
import Testing

extension CommandLineTests {
  /// Runs that are killed again and again, at moments that a seed draws.
  @Suite(.serialized) struct Kills {
    /// A hundred when `PATCHWORK_SLOW_TESTS` is set.
    private static let count = ProcessInfo.processInfo.environment["PATCHWORK_SLOW_TESTS"] == nil ? 12 : 100
    /// Kills that one command has to survive.
    private static let lives = 4

    private static func workspace(pictures: Int) throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: pictures)
      return workspace
    }

    /// Runs `line` to its end once, then `count` times with kills in between, each in a folder of its own.
    ///
    /// - Parameters:
    ///   - line: with `OUT` for the folder.
    ///   - answered: how many answers stand in a folder.
    ///   - isEqual: whether two folders hold the same.
    private func kill(
      _ line: String, in workspace: Workspace, answered: (_ folder: String) throws -> Int,
      isEqual: (_ folder: String, _ whole: String) throws -> Bool
    ) async throws {
      let clock = ContinuousClock()
      let start = clock.now
      try workspace.addFolder("whole")
      try await workspace.succeed(line.replacing("OUT", with: "whole"))
      var duration = clock.now - start
      var (killed, resumed) = (0, 0)
      var moments = SeededGenerator(seed: 0, named: line)
      for place in 0..<Self.count / Self.lives {
        let folder = "run\(place)"
        let line = line.replacing("OUT", with: folder)
        try workspace.addFolder(folder)
        var isDone = false
        for _ in 0..<Self.lives where !isDone {
          let before = try answered(folder)
          let begun = clock.now
          let started = try StartedCommand(line.split(separator: " ").map(String.init), in: workspace.path)
          try await Task.sleep(for: duration * Double.random(in: 0.02...0.8, using: &moments))
          started.send(SIGKILL)
          let run = await started.finished()
          if run.exitCode == -SIGKILL {
            killed += 1
          } else {
            isDone = true
            // The machine has become faster, or the run had little left: aim earlier.
            duration = min(duration, clock.now - begun)
          }
          if run.stderr.contains("going on after") { resumed += 1 }
          let after = try answered(folder)
          #expect(after >= before, "\(before) answers became \(after)")
        }
        if !isDone, try await workspace.succeed(line).stderr.contains("going on after") { resumed += 1 }
        #expect(try isEqual(folder, "whole"), "\(folder) differs")
      }
      #expect(killed >= Self.count / 3 && resumed >= 1, "killed \(killed) times, went on \(resumed) times")
    }

    @Test func aStickerInTheMakingEndsWithTheSameBytes() async throws {
      let workspace = try Self.workspace(pictures: 40)
      try await kill(
        "sticker make --model bag.json --corpus corpus --target red --side 12 --steps 240 --batch 8 --keep-best 40 "
          + "--out OUT/sticker --study OUT/s.study",
        in: workspace,
        answered: { folder in
          guard let study = try? Study(reading: workspace.path("\(folder)/s.study")),
            let run = try study.runs().first
          else { return 0 }
          return try study.answers(StickerAnswer.self, of: run).count
        },
        isEqual: { folder, whole in
          let left = try FileManager.default.contentsOfDirectory(atPath: workspace.path("\(folder)/sticker"))
          #expect(left.sorted() == ["sticker.json", "sticker.png"])
          for name in left {
            guard
              try workspace.data("\(folder)/sticker/\(name)") == workspace.data("\(whole)/sticker/\(name)")
            else { return false }
          }
          let (one, other) = (
            try Study(reading: workspace.path("\(folder)/s.study")).results(StickerResult.self),
            try Study(reading: workspace.path("\(whole)/s.study")).results(StickerResult.self)
          )
          return one == other && one[0].answers.count > 10
        })
    }

    @Test func aPerturbationLosesNoAnswer() async throws {
      let workspace = try Self.workspace(pictures: 60)
      func results(_ folder: String) throws -> [PerturbationResult] {
        try Study(reading: workspace.path("\(folder)/s.study")).results(PerturbationResult.self)
      }
      try await kill(
        "perturb --attack pgd --steps 60 --epsilon 2/255 --model bag.json --corpus corpus --study OUT/s.study",
        in: workspace,
        answered: { folder in (try? results(folder).first?.answers.count ?? 0) ?? 0 },
        isEqual: { folder, whole in try results(folder) == results(whole) && results(whole)[0].count == 180 })
    }
  }
}
