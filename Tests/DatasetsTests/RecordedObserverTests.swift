import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Whose responses some files hold.
struct RecordedObserverTests {
  private static let header = "subj,session,trial,rt,object_response,category,condition,imagename\n"

  /// A file of one observer's answers to cat0-dog1.png, cat1-dog1.png, … in one session.
  ///
  /// - Parameter first: the first stimulus' number.
  private static func file(
    of observer: String = "alexnet", session: Int = 1, from first: Int = 0, _ answers: [String]
  ) -> String {
    header
      + answers.enumerated().map { place, answer in
        let image = "000\(place)_s5n_dnn_0_cat_00_cat\(first + place)-dog1.png"
        return "\(observer),\(session),\(place + 1),NaN,\(answer),cat,0,\(image)\n"
      }.joined()
  }

  /// `count` answers, the first `changed` of them dog in place of cat.
  private static func answers(_ count: Int, changed: Int = 0) -> [String] {
    (0..<count).map { $0 < changed ? "dog" : "cat" }
  }

  /// Reads files in one folder, named as given.
  private static func observers(_ files: [(name: String, text: String)]) throws -> [RecordedObserver] {
    let folder = try TemporaryFolder()
    return try ResponseFile.observers(in: files.map { try folder.add($0.name, $0.text) })
  }

  /// The error's text without the folder.
  private static func failure(_ files: [(name: String, text: String)]) throws -> String? {
    let folder = try TemporaryFolder()
    do {
      _ = try ResponseFile.observers(in: files.map { try folder.add($0.name, $0.text) })
      return nil
    } catch let error as DatasetsError {
      #expect(error.fault == .badInput)
      return error.description.replacing("\(folder.path)/", with: "")
    }
  }

  // MARK: One observer

  @Test func sessionsOfOneNameAreOneObserver() throws {
    let files = [
      ("x_s1_session-1.csv", Self.file(of: "s1", session: 1, Self.answers(3))),
      ("x_s1_session-2.csv", Self.file(of: "s1", session: 2, Self.answers(3, changed: 3))),
      ("x_s1_session-3.csv", Self.file(of: "s1", session: 1, from: 3, Self.answers(2, changed: 1))),
    ]
    let found = try Self.observers(files)
    #expect(found.map(\.name) == ["s1"])
    // What was shown in two sessions was answered twice.
    #expect(found[0].responses.count == 8)
    #expect(found[0].responses.map(\.session) == [1, 1, 1, 2, 2, 2, 1, 1])
  }

  @Test func theSameTrialAgainCountsOnceInOneFileAndInSeveral() throws {
    let once = Self.file(of: "s1", Self.answers(4, changed: 2))
    let twice = once + once.dropFirst(Self.header.count)
    for files in [
      [("a.csv", twice)], [("a.csv", once), ("b.csv", once)], [("a.csv", twice), ("b.csv", twice)],
    ] {
      let found = try Self.observers(files)
      #expect(found.map(\.name) == ["s1"])
      #expect(found.first?.responses.map(\.answer) == ["dog", "dog", "cat", "cat"])
    }
    let folder = try TemporaryFolder()
    let path = try folder.add("a.csv", once)
    #expect(try ResponseFile.observers(in: [path, path])[0].responses.count == 4)
  }

  @Test func filesThatOverlapWithoutContradictionAreOneObserver() throws {
    let found = try Self.observers([
      ("a.csv", Self.file(Self.answers(6))), ("b.csv", Self.file(from: 3, Self.answers(6))),
    ])
    #expect(found.map(\.name) == ["alexnet"])
    #expect(found[0].responses.map(\.stimulus) == (0..<9).map { "cat\($0)-dog1.png" })
  }

  // MARK: Several observers of one name

  @Test func filesThatContradictEachOtherAreTwoObserversNamedByFile() throws {
    let files = [
      ("first_alexnet.csv", Self.file(Self.answers(40))),
      ("second_alexnet.csv", Self.file(Self.answers(40, changed: 17))),
      ("vgg.csv", Self.file(of: "vgg", Self.answers(40))),
    ]
    let expected = ["alexnet (first_alexnet)", "alexnet (second_alexnet)", "vgg"]
    for order in [files, files.reversed()] {
      let found = try Self.observers(order)
      #expect(found.map(\.name) == expected)
      #expect(found.map { $0.responses.count { $0.answer == "dog" } } == [0, 17, 0])
      #expect(found.allSatisfy { $0.responses.count == 40 })
    }
  }

  @Test func foldersTellFilesOfOneNameApart() throws {
    let found = try Self.observers([
      ("torch/old/alexnet.csv", Self.file(Self.answers(40))),
      ("caffe/old/alexnet.csv", Self.file(Self.answers(40, changed: 9))),
    ])
    #expect(found.map(\.name) == ["alexnet (caffe/old/alexnet)", "alexnet (torch/old/alexnet)"])
  }

  @Test func eachOfSeveralObserversMayHaveSeveralFiles() throws {
    // The third file has trials of the first only where the second contradicts it too.
    let found = try Self.observers([
      ("a1.csv", Self.file(Self.answers(40))), ("b.csv", Self.file(Self.answers(80, changed: 80))),
      ("a2.csv", Self.file(from: 40, Self.answers(40))),
    ])
    #expect(found.map(\.name) == ["alexnet (a1)", "alexnet (b)"])
    #expect(found.map(\.responses.count) == [80, 80])
  }

  @Test func trialsThatCouldBeEitherObserversAreRefused() throws {
    let first = ("a.csv", Self.file(Self.answers(40)))
    let second = ("b.csv", Self.file(Self.answers(40, changed: 40)))
    let third = ("c.csv", Self.file(session: 2, Self.answers(40)))
    for files in [[first, second, third], [third, first, second], [first, third, second]] {
      #expect(
        try Self.failure(files)
          == "c.csv: expected trials of one observer called alexnet, found nothing that tells of which, since a.csv and "
          + "b.csv contradict each other; give the observers names of their own in column subj")
    }
  }

  // MARK: Mistakes

  @Test func fewContradictionsAreAnErrorThatNamesTheFirst() throws {
    var changed = Self.answers(40)
    changed[7] = "na"
    changed[9] = "dog"
    #expect(
      try Self.failure([("a.csv", Self.file(Self.answers(40))), ("b.csv", Self.file(changed))])
        == "b.csv:9: expected cat, the answer of alexnet to cat7-dog1.png in session 1 by a.csv:9, found na (2 of 40 "
        + "trials that come again differ); correct the line, or give two observers two names in column subj")
  }

  @Test(arguments: [
    (shared: 40, differing: 2, observers: 0), (40, 3, 2), (20, 1, 0), (19, 1, 2), (1280, 64, 0),
    (1280, 65, 2),
    (1280, 1, 0), (1, 1, 2), (40, 40, 2),
  ])
  func fivePerCentAreTheMost(shared: Int, differing: Int, observers: Int) throws {
    // Trials that only one file has do not count.
    let files = [
      ("a.csv", Self.file(Self.answers(shared + 100))),
      ("b.csv", Self.file(Self.answers(shared, changed: differing))),
    ]
    guard observers > 0 else {
      #expect(
        try Self.failure(files)?.contains("(\(differing) of \(shared) trial") == true,
        "\(differing) of \(shared)")
      return
    }
    #expect(try Self.observers(files).count == observers, "\(differing) of \(shared)")
  }

  @Test func twoAnswersToOneTrialInOneFileAreAnErrorHoweverMany() throws {
    let all =
      Self.file(of: "s1", Self.answers(3))
      + Self.file(of: "s1", Self.answers(3, changed: 3)).dropFirst(Self.header.count)
    #expect(
      try Self.failure([("a.csv", all)])
        == "a.csv:5: expected cat, the answer of s1 to cat0-dog1.png in session 1 by a.csv:2, found dog (3 of 3 trials "
        + "that come again differ); correct the line, or give two observers two names in column subj")
  }

  // MARK: Published files

  @Test(arguments: [
    ("0001_s5n_dnn_0_airplane_00_airplane1-bicycle2.png", "airplane1-bicycle2.png"),
    ("0001_cl_s01_cr_oven_40_n04111531_14126.png", "n04111531_14126.png"),
    ("0001_eid_s01_64-3-10_car_10_n04285008_8113.png", "n04285008_8113.png"),
    ("0001_ske_s01_0_boat_00_boat-0068-sketch-23.png", "boat-0068-sketch-23.png"),
    ("0001_x_n1_cat1-dog1.png", "cat1-dog1.png"), ("n04111531_14126.png", "n04111531_14126.png"),
    ("cat1-dog1.png", "cat1-dog1.png"), ("_cat1-dog1.png", "cat1-dog1.png"), ("_", "_"),
  ])
  func aStimulusIsNamedByItsOwnFields(imageName: String, stimulus: String) {
    #expect(Response.stimulus(in: imageName) == stimulus)
  }

  @Test(.enabled(if: SharedData.isPresent, "the data beside the package are absent"))
  func noPublishedTrialComesAgain() throws {
    let folder = "\(SharedData.folder)/human-responses"
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
      .filter { $0.hasSuffix(".csv") }.sorted()
    #expect(files.count >= 29)
    var repeatedNumbers = 0
    for file in files {
      let table = try CSVTable(contentsOf: "\(folder)/\(file)")
      let columns = try table.columns(["session", "imagename"])
      let (session, image) = (try #require(columns["session"]), try #require(columns["imagename"]))
      let names = table.rows.map { $0.fields[image] }
      let trials = table.rows.map { "\($0.fields[session]) \(Response.stimulus(in: $0.fields[image]))" }
      #expect(Set(trials).count == table.rows.count, "\(file)")
      repeatedNumbers += names.count - Set(names.map { $0.split(separator: "_").last }).count
    }
    // The last field alone would take different pictures for one.
    #expect(repeatedNumbers > 100)
  }

  @Test(.enabled(if: SharedData.isPresent, "the data beside the package are absent"))
  func aSecondPublishedAlexNetIsNotPooledWithTheFirst() throws {
    let folder = try TemporaryFolder()
    let first = "\(SharedData.folder)/responses/style-transfer-512-nomask-experiment_alexnet_session_1.csv"
    let known = try ResponseFile.read(first)
    // The second one's file is not at hand: 116 answers for the shape turned into the texture give its shape bias.
    var turned = 0
    let other = try known.map { response in
      let isTurned = response.cues.isConflict && response.answer == response.cues.shape && turned < 116
      turned += isTurned ? 1 : 0
      return try Response(
        observer: response.observer, session: response.session, trial: response.trial, responseTime: nil,
        answer: isTurned ? response.cues.texture : response.answer, category: response.category,
        condition: response.condition, imageName: response.imageName)
    }
    let second = "\(folder.path)/cue-conflict_alexnet_session-1.csv"
    try ResponseFile.write(other, to: second)
    let found = try ResponseFile.observers(in: [first, second])
    #expect(
      found.map(\.name) == [
        "alexnet (cue-conflict_alexnet_session-1)",
        "alexnet (style-transfer-512-nomask-experiment_alexnet_session_1)",
      ])
    #expect(found[0].responses == other && found[1].responses == known)
    let biases = found.map { observer in
      let conflicts = observer.responses.filter(\.cues.isConflict)
      let shape = conflicts.count { $0.answer == $0.cues.shape }
      let texture = conflicts.count { $0.answer == $0.cues.texture }
      return (1000 * Double(shape) / Double(shape + texture)).rounded() / 10
    }
    #expect(biases == [25.3, 42.9])
  }
}
