import Files
import Foundation
import Testing

@testable import Training

@Suite struct TrainingLogTests {
  private static let first =
    #"{"epoch":1,"images_per_second":90.5,"learning_rate":0.1,"seconds":12,"training_loss":2.1,"#
    + #""training_top1":0.25,"validation_top1":null}"#
  private static let second =
    #"{"validation_top1":0.5,"epoch":2,"images_per_second":91,"learning_rate":5e-2,"seconds":13.5,"#
    + #""training_loss":1.5,"training_top1":0.5}"#

  /// A folder of its own with a log of that text.
  private static func read(_ text: String, named name: String = "net.training.jsonl") throws -> TrainingLog {
    let folder = FileManager.default.temporaryDirectory.path + "/patchwork-log-\(UUID())"
    try AtomicFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(name)")
    return try TrainingLog(contentsOf: "\(folder)/\(name)")
  }

  @Test func everyLineIsAnEpoch() throws {
    let log = try Self.read("\(Self.first)\n\(Self.second)\n")
    #expect(log.name == "net" && log.entries.map(\.epoch) == [1, 2])
    #expect(log.entries[0].validationTop1 == nil && log.entries[1].validationTop1 == 0.5)
    #expect(log.entries[1].learningRate == 0.05 && log.entries[1].seconds == 13.5)
    #expect(try Self.read("\(Self.first)\n\(Self.second)").entries == log.entries, "no line end at the end")
    #expect(try Self.read("\(Self.first)\r\n\(Self.second)\r\n").entries == log.entries)
  }

  @Test func whatTheTrainerWritesIsReadBack() throws {
    let entries = (1...3).map {
      TrainingLogEntry(
        epoch: $0, learningRate: 0.1 / Double($0), trainingLoss: 1 / 3, trainingTop1: 0.1,
        validationTop1: $0 == 3 ? 1 : nil, imagesPerSecond: 1e3, seconds: 1e-3)
    }
    let text = String(decoding: try TrainingLogEntry.lines(entries), as: UTF8.self)
    #expect(try Self.read(text).entries == entries)
  }

  @Test(arguments: [
    ("a b.training.jsonl", "a b"), ("log.jsonl", "log"), ("x.y.training.jsonl", "x.y"),
    ("noextension", "noextension"),
    (".training.jsonl", ".training"),
  ])
  func theNameIsTheNetworks(_ file: String, _ name: String) throws {
    #expect(try Self.read(Self.first, named: file).name == name)
  }

  /// What a second line may not be, and two words of what is said about it.
  @Test(arguments: [
    ("{\"epoch\":2,", "JSON object", "no JSON"), ("", "JSON object", "no JSON"),
    ("[]", "JSON object", "the line"),
    ("null", "JSON object", "the line"), ("{}", "the keys", "no 'epoch'"),
    ("SQLite format 3", "JSON", "no JSON"),
    (second.replacing("}", with: ",\"colour\":1}"), "the keys", "an unknown 'colour'"),
    (second.replacing("}", with: ",\"\\u001b[2J\":1}"), "the keys", "an unknown '?[2J'"),
    (second.replacing("\"validation_top1\":0.5,", with: ""), "the keys", "no 'validation_top1'"),
    (second.replacing("\"epoch\":2", with: "\"epoch\":4"), "epoch 2", "epoch 4"),
    (second.replacing("\"epoch\":2", with: "\"epoch\":1"), "epoch 2", "epoch 1"),
    (second.replacing("\"epoch\":2", with: "\"epoch\":2.5"), "JSON object", "a number that cannot"),
    (second.replacing("\"epoch\":2", with: "\"epoch\":\"2\""), "JSON object", "'epoch'"),
    (second.replacing("13.5", with: "null"), "JSON object", "null for 'seconds'"),
    (second.replacing("13.5", with: "-1"), "'seconds' of at least 0", "-1"),
    (second.replacing("13.5", with: "1e999"), "JSON object", "a number that cannot"),
    (second.replacing("13.5", with: "NaN"), "JSON object", "no JSON"),
    (second.replacing(":1.5", with: ":-1.5"), "'training_loss' of at least 0", "-1.5"),
    (second.replacing(":91", with: ":-91"), "'images_per_second'", "-91"),
    (second.replacing("5e-2", with: "-5e-2"), "'learning_rate'", "-0.05"),
    (second.replacing("\"training_top1\":0.5", with: "\"training_top1\":50"), "from 0 to 1", "50"),
    (
      second.replacing("\"validation_top1\":0.5", with: "\"validation_top1\":1.01"), "'validation_top1'",
      "1.01"
    ),
    (String(repeating: "[", count: 4000), "JSON object", "no JSON"),
    (String(repeating: " ", count: 5000), "4096 bytes", "5000"),
  ])
  func aLineThatIsWrongIsNamed(_ line: String, _ expected: String, _ found: String) {
    let error = #expect(throws: TrainingError.self) {
      try Self.read("\(Self.first)\n\(line)\n\(Self.second)\n")
    }
    let text = error?.description ?? ""
    #expect(text.contains("net.training.jsonl:2: expected ") && !text.contains("\n"), "\(text)")
    #expect(text.contains(expected) && text.contains("found ") && text.contains(found), "\(text)")
    #expect(error?.fault == .badInput)
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/patchwork-log-\(UUID())"
    try AtomicFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write(Data([0xFF, 0x00, 0xFE, 0x0A, 0x80]), to: "\(folder)/log.jsonl")
    #expect(throws: TrainingError.self) { try TrainingLog(contentsOf: "\(folder)/log.jsonl") }
  }

  @Test func filesThatAreNoneAreNamed() throws {
    #expect(throws: FileError.self) { try Self.read("") }
    #expect(throws: FileError.missing(path: "gone.jsonl")) { try TrainingLog(contentsOf: "gone.jsonl") }
  }
}
