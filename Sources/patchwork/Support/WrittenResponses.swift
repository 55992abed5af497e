import Datasets
import Files
import Foundation
import Probes

/// Networks' answers to cue-conflict stimuli as files of recorded responses, in the published form.
struct WrittenResponses {
  /// What the published analysis calls these stimuli.
  static let dataset = "cue-conflict"

  private let files: [(data: Data, path: String)]

  /// - Parameters:
  ///   - results: of networks, each about `stimuli`.
  ///   - folder: where the files go.
  /// - Throws: `CommandError.wrongUse` when two networks' files would have one name.
  init(_ results: [TextureBiasResult], to stimuli: CueConflictStimuli, in folder: String) throws {
    let items = Dictionary(stimuli.items.map { ($0.name, $0) }) { first, _ in first }
    files = results.map { result in
      let responses = result.answers.enumerated().compactMap { place, answer in
        items[answer.stimulus].map {
          Response(network: result.observer, trial: place + 1, stimulus: $0, answer: answer.response)
        }
      }
      let name = ResponseFile.name(dataset: Self.dataset, observer: result.observer)
      return (
        Data(ResponseFile.csv(responses).utf8), (folder as NSString).appendingPathComponent(name)
      )
    }
    let paths = files.map(\.path)
    if let twice = paths.first(where: { path in paths.count { $0 == path } > 1 }) {
      throw CommandError.wrongUse(
        "expected networks whose names give different files, found \(twice) twice; change \"name\" in one of the cards"
      )
    }
  }

  /// Writes all files, or none.
  ///
  /// - Returns: their paths.
  /// - Throws: `FileError.unwritable`.
  func write(in folder: String) throws -> [String] {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) {
      try AtomicFile.makeFolder(folder)
    }
    try AtomicFile.write(files)
    return files.map(\.path)
  }
}
