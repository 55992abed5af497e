import Foundation
import Studies
import Testing

extension CommandLineTests {
  /// Places that cannot be written: exit 1, and nothing left behind.
  @Suite struct OutputFailures {
    /// What writes a file, with the folder it goes to.
    static let writers = [
      "heatmap --model bag.json --image photo.png --overlay picture --out disk/map.png",
      "sticker apply --sticker sticker.png --image photo.png --at 3,4 --out disk/stuck.png",
      "sticker print --sticker sticker.png --size-mm 50 --out disk/stuck.pdf",
      "sticker palette --out disk/palette.pdf --png disk/palette.png",
      "sticker make --model bag.json --corpus corpus --target red --side 20 --steps 1 --out disk/s",
      "weights convert bag.json --out disk/bag.safetensors",
      "report study.sqlite --out disk/page.html",
      "evaluate --model bag.json --corpus corpus --study disk/new.sqlite",
      "evidence --model bag.json --corpus corpus --out disk/e",
      "corpora make silhouettes --condition texture-only --count 16 --size 128 --out disk/made",
    ]

    @Test(arguments: writers)
    func aFileSizeLimitIsAnErrorAndNotASignal(_ line: String) async throws {
      let workspace = try await Self.workspace()
      try workspace.addFolder("disk")
      // A block is 512 or 1024 bytes, whichever shell this is.
      try await workspace.expectFailure(
        line, code: 1, says: "disk/", shell: #"ulimit -f 1 && exec "$0" "$@""#)
    }

    @Test(.enabled(if: FullDisk.isPossible, "needs the right to mount a file system"), arguments: writers)
    func aFullDiskIsAnErrorThatLeavesNothingBehind(_ line: String) async throws {
      let workspace = try await Self.workspace()
      let disk = try FullDisk(at: workspace.path("disk"))
      defer { disk.unmount() }
      try await workspace.expectFailure(line, code: 1, says: "disk/")
    }

    @Test func aStudyGoesOnAfterAFullDisk() async throws {
      let workspace = try await Self.workspace()
      try workspace.addCorpus("large", count: 1400)
      let line = "evaluate --model bag.json --corpus large --study disk.sqlite"
      // Room for an empty study, the digests of all pictures and some answers; blocks are of 512 bytes, as POSIX has them.
      let run = try await CommandRun.patchwork(
        line.split(separator: " ").map(String.init), in: workspace.path,
        shell: #"ulimit -f 1000 && exec "$0" "$@""#)
      run.expectError(code: 1, says: ["disk.sqlite"])
      let again = try await workspace.run(line + " --json")
      #expect(again.exitCode == 0, "\(again.stderr)")
      #expect(again.stderr.contains("going on after"))
      #expect(try JSONDocument(again.stdout).list("models")[0].integer("n") == 4200)
    }

    @Test(arguments: [
      "classify --model bag.json photo.png", "classify --model bag.json photo.png --json",
      "evaluate --model bag.json --corpus corpus --json", "--help", "--version", "evaluate -h",
      "models show bag.json",
    ])
    func aFullStandardOutputIsAnError(_ line: String) async throws {
      let workspace = try await Self.workspace()
      try await workspace.expectFailure(
        line, code: 1, says: "standard output", shell: #"exec "$0" "$@" > /dev/full"#)
    }

    @Test(arguments: [
      "heatmap --model bag.json --image photo.png --out gone/map.png",
      "sticker apply --sticker sticker.png --image photo.png --at 3,4 --out gone/stuck.png",
      "sticker print --sticker sticker.png --size-mm 50 --out gone/stuck.pdf",
      "weights convert bag.json --out gone/bag.safetensors",
      "report study.sqlite --out gone/page.html",
      "sticker make --model bag.json --corpus corpus --target red --side 20 --steps 1 --out photo.png/s",
      "sticker make --model bag.json --corpus corpus --target red --side 20 --steps 1 --out photo.png",
      "heatmap --model bag.json --image photo.png --out corpus",
      "weights convert bag.json --out corpus",
    ])
    func aPlaceThatCannotBeWrittenIsAnError(_ line: String) async throws {
      let workspace = try await Self.workspace()
      let place = try #require(line.split(separator: " ").last?.split(separator: "/").first)
      try await workspace.expectFailure(line, code: 1, says: String(place), "cannot be")
    }

    @Test func anOlderFileSurvivesAFailedWrite() async throws {
      let workspace = try await Self.workspace()
      try workspace.add("map.png", String(repeating: "old ", count: 500))
      let old = try workspace.data("map.png")
      try await workspace.expectFailure(
        "heatmap --model bag.json --image photo.png --out map.png", code: 1, says: "map.png",
        shell: #"ulimit -f 1 && exec "$0" "$@""#)
      #expect(try workspace.data("map.png") == old)
    }

    private static func workspace() async throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      try workspace.addPicture()
      try workspace.addSticker()
      try await workspace.succeed("evaluate --model bag.json --corpus corpus --study study.sqlite")
      return workspace
    }
  }
}

/// A file system with room for almost nothing.
private struct FullDisk {
  let path: String

  /// Whether this process may mount.
  static let isPossible: Bool = {
    guard getuid() == 0, let workspace = try? Workspace(),
      let disk = try? FullDisk(at: workspace.path("try"))
    else { return false }
    disk.unmount()
    return true
  }()

  init(at path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FullDisk.run("mount", "-t", "tmpfs", "-o", "size=4k", "patchwork-test", path)
  }

  func unmount() { try? FullDisk.run("umount", "-l", path) }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }
}
