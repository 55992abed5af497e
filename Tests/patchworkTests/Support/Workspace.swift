import Files
import Foundation
import Testing

/// A folder of its own that a test runs `patchwork` in; it goes with the test.
final class Workspace: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/patchwork-cli-\(UUID())"
    try AtomicFile.makeFolder(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The whole path of a file in the folder.
  func path(_ relative: String) -> String { "\(path)/\(relative)" }

  /// Writes a file, and makes the folders above it.
  func add(_ relative: String, _ content: Data) throws {
    try AtomicFile.makeFolder((path(relative) as NSString).deletingLastPathComponent)
    try content.write(to: URL(fileURLWithPath: path(relative)))
  }

  func add(_ relative: String, _ content: String) throws { try add(relative, Data(content.utf8)) }

  func addFolder(_ relative: String) throws { try AtomicFile.makeFolder(path(relative)) }

  func data(_ relative: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(relative))) }

  func exists(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

  /// Every file below the folder, by relative path, with its size.
  func listing() -> [String: Int] {
    var found: [String: Int] = [:]
    for name in FileManager.default.subpaths(atPath: path) ?? [] {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder), !isFolder.boolValue
      else { continue }
      let attributes = try? FileManager.default.attributesOfItem(atPath: path(name))
      found[name] = (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }
    return found
  }

  // MARK: Running

  /// Runs `patchwork`; every word of `line` between spaces is an argument.
  func run(_ line: String, timeout: Double = 120) async throws -> CommandRun {
    try await CommandRun.patchwork(line.split(separator: " ").map(String.init), in: path, timeout: timeout)
  }

  /// Runs `patchwork` and expects that it succeeds.
  @discardableResult
  func succeed(
    _ line: String, timeout: Double = 120, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> CommandRun {
    let run = try await run(line, timeout: timeout)
    #expect(run.exitCode == 0, "patchwork \(line): \(run.stderr)", sourceLocation: sourceLocation)
    return run
  }

  /// Runs `patchwork` with `--json` and gives the one document on stdout.
  func json(
    _ line: String, timeout: Double = 120, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JSONDocument {
    let run = try await succeed(line + " --json", timeout: timeout, sourceLocation: sourceLocation)
    return try JSONDocument(run.stdout)
  }

  /// Runs `patchwork` and expects the contract of an error: one line on stderr, nothing on stdout, this exit
  /// code, and no file made or changed.
  ///
  /// - Parameters:
  ///   - words: what the line must say.
  ///   - shell: as `CommandRun.patchwork` takes it.
  func expectFailure(
    _ line: String, code: Int32, says words: String..., shell: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = listing()
    let run = try await CommandRun.patchwork(
      line.split(separator: " ").map(String.init), in: path, shell: shell)
    run.expectError(code: code, says: words, sourceLocation: sourceLocation)
    #expect(listing() == before, "patchwork \(line) left files behind", sourceLocation: sourceLocation)
  }
}

extension CommandRun {
  /// Expects one line on stderr that begins as every error does, nothing on stdout, and the exit code.
  func expectError(code: Int32, says words: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    let told = "patchwork \(arguments.joined(separator: " ")) → \(exitCode): \(stderr)"
    #expect(exitCode == code, "\(told)", sourceLocation: sourceLocation)
    #expect(stdout.isEmpty, "\(told) stdout: \(stdout.prefix(200))", sourceLocation: sourceLocation)
    #expect(stderr.hasPrefix("patchwork: error: "), "\(told)", sourceLocation: sourceLocation)
    #expect(stderr.hasSuffix("\n"), "\(told)", sourceLocation: sourceLocation)
    #expect(
      stderr.split(separator: "\n", omittingEmptySubsequences: false).count == 2, "\(told)",
      sourceLocation: sourceLocation)
    for word in words {
      #expect(stderr.contains(word), "expected “\(word)” in \(told)", sourceLocation: sourceLocation)
    }
    for trace in ["Fatal error", "Error Domain", "DecodingError", "Backtrace", ".swift:"] {
      #expect(!stderr.contains(trace), "\(told)", sourceLocation: sourceLocation)
    }
  }
}
