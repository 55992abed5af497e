import Files
import Foundation

/// The log that a training has left beside its network, read back: one JSON object a line, one line an epoch.
///
/// The trainer replaces the file whole after every epoch, so that even a killed run leaves no half line: a line that
/// cannot be read is an error.
public struct TrainingLog: Hashable, Sendable {
  /// The file's name without its folder and its `.training.jsonl`: that of the network.
  public let name: String
  /// At least one, in the order of the epochs, which are counted from 1.
  public let entries: [TrainingLogEntry]

  /// What the trainer adds to the network's name.
  static let suffix = ".training.jsonl"
  /// Bytes that a line may have; the trainer's have about 250.
  private static let longestLine = 4096

  /// Reads a log strictly: every line has the trainer's keys and no others, with numbers in their ranges.
  ///
  /// - Throws: `FileError`; `TrainingError.badTrainingLog` with the line that is not as it should be.
  public init(contentsOf path: String) throws {
    let data = try FileBytes.read(path)
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let decoder = JSONDecoder()
    var entries: [TrainingLogEntry] = []
    for (index, line) in lines.enumerated() {
      func refuse(_ expected: String, _ found: String) -> TrainingError {
        .badTrainingLog(path: path, line: index + 1, expected: expected, found: found)
      }
      guard line.count <= TrainingLog.longestLine else {
        throw refuse("a line of at most \(TrainingLog.longestLine) bytes", "\(line.count)")
      }
      let entry: TrainingLogEntry
      do {
        entry = try decoder.decode(StrictEntry.self, from: Data(line)).entry
      } catch let error as StrictEntry.WrongKey {
        throw refuse("the keys that 'patchwork train' writes", error.inWords)
      } catch let error as DecodingError {
        throw refuse("one JSON object as 'patchwork train' writes it", error.inWords)
      }
      if let fault = entry.fault(after: entries.count) { throw refuse(fault.expected, fault.found) }
      entries.append(entry)
    }
    self.entries = entries
    let file = URL(fileURLWithPath: path).lastPathComponent
    name =
      file.hasSuffix(TrainingLog.suffix) && file.count > TrainingLog.suffix.count
      ? String(file.dropLast(TrainingLog.suffix.count))
      : (file as NSString).deletingPathExtension
  }
}

extension TrainingLogEntry {
  /// The first number that cannot be, in words.
  ///
  /// - Parameter epochs: read before this one.
  fileprivate func fault(after epochs: Int) -> (expected: String, found: String)? {
    guard epoch == epochs + 1 else { return ("epoch \(epochs + 1)", "epoch \(epoch)") }
    let amounts = [
      (CodingKeys.learningRate, learningRate), (.trainingLoss, trainingLoss),
      (.imagesPerSecond, imagesPerSecond),
      (.seconds, seconds),
    ]
    for (key, value) in amounts where !(value.isFinite && value >= 0) {
      return ("'\(key.rawValue)' of at least 0", "\(value)")
    }
    for (key, value) in [(CodingKeys.trainingTop1, trainingTop1), (.validationTop1, validationTop1 ?? 0)]
    where !(0...1).contains(value) {
      return ("'\(key.rawValue)' from 0 to 1", "\(value)")
    }
    return nil
  }
}

/// An entry whose object has every key and no other.
private struct StrictEntry: Decodable {
  let entry: TrainingLogEntry

  struct WrongKey: Error {
    let inWords: String
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let found = Set(try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue))
    let expected = Set(TrainingLogEntry.CodingKeys.allCases.map(\.rawValue))
    for (keys, verb) in [(expected.subtracting(found), "no"), (found.subtracting(expected), "an unknown")] {
      if let key = keys.min() { throw WrongKey(inWords: "\(verb) '\(shown(key))'") }
    }
    entry = try TrainingLogEntry(from: decoder)
  }
}

extension DecodingError {
  /// What was found, for a person.
  fileprivate var inWords: String {
    func named(_ context: Context) -> String {
      context.codingPath.last.map { "'\($0.stringValue)'" } ?? "the line"
    }
    return switch self {
    case .keyNotFound(let key, _): "no key '\(key.stringValue)'"
    case .valueNotFound(_, let context): "null for \(named(context))"
    case .typeMismatch(_, let context): "another kind of value for \(named(context))"
    // The decoder does not tell a number that does not fit its type from a mistake in writing.
    case .dataCorrupted: "text that is no JSON, or a number that cannot stand there"
    @unknown default: "text that cannot be read"
    }
  }
}
