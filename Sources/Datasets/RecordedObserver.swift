import Foundation

/// An observer, a person or a network, known by recorded responses.
///
/// Files name observers in the column `subj`, and one name may stand for several: the published responses hold two
/// AlexNets. Trials of one name are one observer's as long as none contradicts another, so that the sessions of a person
/// belong together; a trial that comes again with the same answer counts once. Files that contradict each other on more
/// than `toleratedPercent` of the trials they share are those of different observers, who are called by their files.
public struct RecordedObserver: Sendable, Hashable {
  /// `alexnet`, or `alexnet (second-file)` where two of that name contradict each other.
  public let name: String
  /// Each trial once, in the order of the files.
  public let responses: [Response]

  /// Whether no response has a time, as for networks.
  public var isNetwork: Bool { responses.allSatisfy { $0.responseTime == nil } }

  /// Up to this share of differing answers, in per cent, two files are taken for recordings of one observer with
  /// mistakes in them.
  static let toleratedPercent = 5

  /// The observers of some files' trials, sorted by name.
  ///
  /// - Parameter files: the trials of each file.
  /// - Throws: `DatasetsError.contradictoryTrials`, `.ambiguousObserver`.
  static func observers(in files: [[RecordedTrial]]) throws -> [RecordedObserver] {
    var recordings: [String: [Recording]] = [:]
    for trials in files {
      for (name, own) in Dictionary(grouping: trials, by: \.response.observer) {
        recordings[name, default: []].append(try Recording(own))
      }
    }
    return try recordings.sorted { PictureFiles.isBefore($0.key, $1.key) }
      .flatMap { try observers(called: $0, of: $1) }
      .sorted { PictureFiles.isBefore($0.name, $1.name) }
  }

  private static func observers(
    called name: String, of recordings: [Recording]
  ) throws -> [RecordedObserver] {
    let groups = try grouped(recordings, name: name)
    let labels = RecordingLabels(paths: groups.map { $0[0].path })
    return zip(groups, labels.all).map { group, label in
      var seen: Set<RecordedTrial.Key> = []
      let trials = group.flatMap(\.trials).filter { seen.insert($0.key).inserted }
      return RecordedObserver(
        name: groups.count == 1 ? name : "\(name) (\(label))", responses: trials.map(\.response))
    }
  }

  /// The recordings of each observer, in the order of the files.
  private static func grouped(_ recordings: [Recording], name: String) throws -> [[Recording]] {
    let contradicts = try recordings.indices.map { later in
      try recordings[..<later].map { try $0.contradicts(recordings[later]) }
    }
    func fit(_ first: Int, _ second: Int) -> Bool {
      first == second || !contradicts[max(first, second)][min(first, second)]
    }
    for own in recordings.indices {
      let fitting = recordings.indices.filter { fit(own, $0) }
      for (place, first) in fitting.enumerated() {
        guard let second = fitting[..<place].first(where: { !fit($0, first) }) else { continue }
        throw DatasetsError.ambiguousObserver(
          name: name, path: recordings[own].path, others: [second, first].map { recordings[$0].path })
      }
    }
    // Whoever fits one recording of a group fits all of them now.
    return recordings.indices.filter { own in !(0..<own).contains { fit($0, own) } }
      .map { first in recordings.indices.filter { fit(first, $0) }.map { recordings[$0] } }
  }
}

/// The trials of one name in one file, each once.
private struct Recording {
  let path: String
  let trials: [RecordedTrial]
  private let byKey: [RecordedTrial.Key: RecordedTrial]

  /// - Parameter trials: at least one, all of one file.
  /// - Throws: `DatasetsError.contradictoryTrials` when a trial has two answers.
  init(_ trials: [RecordedTrial]) throws {
    path = trials[0].path
    byKey = Dictionary(trials.map { ($0.key, $0) }) { first, _ in first }
    let known = byKey
    let comparison = Comparison(trials) { known[$0.key] }
    if let error = comparison.error { throw error }
    self.trials = trials.filter { known[$0.key] == $0 }
  }

  /// Whether the two are not of one observer.
  ///
  /// - Throws: `DatasetsError.contradictoryTrials` when they differ on few trials.
  func contradicts(_ other: Recording) throws -> Bool {
    let comparison = Comparison(other.trials) { byKey[$0.key] }
    guard let error = comparison.error else { return false }
    guard 100 * comparison.differing > RecordedObserver.toleratedPercent * comparison.shared else {
      throw error
    }
    return true
  }
}

/// How far trials agree with others.
private struct Comparison {
  private(set) var shared = 0
  private(set) var differing = 0
  private var first: (known: RecordedTrial, again: RecordedTrial)?

  init(_ trials: [RecordedTrial], known: (RecordedTrial) -> RecordedTrial?) {
    for trial in trials {
      guard let earlier = known(trial), earlier != trial else { continue }
      shared += 1
      guard earlier.response.answer != trial.response.answer else { continue }
      differing += 1
      first = first ?? (earlier, trial)
    }
  }

  /// What to say of the first that differs; nil when none does.
  var error: DatasetsError? {
    first.map {
      .contradictoryTrials(known: $0.known, again: $0.again, differing: differing, shared: shared)
    }
  }
}

/// What to call files in few words: their names without extension, and as many folders before them as tell them apart.
private struct RecordingLabels {
  let all: [String]

  init(paths: [String]) {
    let parts = paths.map { ($0 as NSString).deletingPathExtension.split(separator: "/") }
    func labels(_ depth: Int) -> [String] { parts.map { $0.suffix(depth).joined(separator: "/") } }
    let depths = 1...max(1, parts.map(\.count).max() ?? 1)
    let depth = depths.first { Set(labels($0)).count == paths.count } ?? depths.upperBound
    all = labels(depth)
  }
}
