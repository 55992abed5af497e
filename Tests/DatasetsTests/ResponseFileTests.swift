import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct ResponseFileTests {
  private let header = "subj,session,trial,rt,object_response,category,condition,imagename\n"
  private let good = "s1,1,1,0.5,cat,dog,0,0001_s5n_s01_0_dog_00_dog3-cat2.png\n"

  private func read(_ content: String) throws -> [Response] {
    let folder = try TemporaryFolder()
    return try ResponseFile.read(try folder.add("r.csv", content))
  }

  /// The error without the temporary folder's path.
  private func failure(_ content: String) throws -> String? {
    let folder = try TemporaryFolder()
    let path = try folder.add("r.csv", content)
    do {
      _ = try ResponseFile.read(path)
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: "\(folder.path)/", with: "")
    }
  }

  @Test func readsEveryColumn() throws {
    let response = try #require(try read(header + good).first)
    #expect(response.observer == "s1")
    #expect(response.session == 1)
    #expect(response.trial == 1)
    #expect(response.responseTime == 0.5)
    #expect(response.answer == "cat")
    #expect(response.category == "dog")
    #expect(response.condition == "0")
    #expect(response.stimulus == "dog3-cat2.png")
    #expect(response.cues.shape == "dog")
    #expect(response.cues.texture == "cat")
  }

  @Test func toleratesVariantsOfTheFormat() throws {
    let content =
      "\u{FEFF}Subj,Session,trial,rt,object_response,category,condition,imagename\r\n"
      + "\"a \"\"b\"\", c\",2,7,NaN,NA,dog,\"0\",x_dog3-cat2.png\r\n\r\n"
    let responses = try read(content)
    #expect(responses.count == 1)
    #expect(responses[0].observer == "a \"b\", c")
    #expect(responses[0].session == 2)
    #expect(responses[0].responseTime == nil)
    #expect(responses[0].answer == "na")
  }

  @Test func readsColumnsInAnyOrder() throws {
    let content = "imagename,extra,rt,subj,object_response,condition,category,trial,session\n"
    let responses = try read(content + "x_dog3-cat2.png,,1.5,s,cat,0,dog,3,1\n")
    #expect(responses.map(\.trial) == [3])
    #expect(responses.map(\.responseTime) == [1.5])
  }

  @Test func namesMissingColumns() throws {
    #expect(
      try failure("subj,trial,rt,object_response,category,condition\ns,1,1,cat,dog,0\n")
        == "r.csv: expected columns session, imagename, found subj, trial, rt, object_response, category, "
        + "condition; add what is missing to the first line")
  }

  @Test(arguments: [
    ("s1,1,x,0.5,cat,dog,0,_dog3-cat2.png", "a whole number in column trial, found \"x\""),
    ("s1,1,1,fast,cat,dog,0,_dog3-cat2.png", "seconds or NaN in column rt, found \"fast\""),
    ("s1,1,1,inf,cat,dog,0,_dog3-cat2.png", "seconds or NaN in column rt, found \"inf\""),
    ("s1,1,1,0.5,,dog,0,_dog3-cat2.png", "a value in column object_response, found none"),
    (
      "s1,1,1,0.5,cat,dog,0,_dog3.png",
      "an imagename that ends in _cat3-truck1.png or the like, found \"_dog3.png\""
    ),
    ("s1,1,1,0.5,cat,dog,0", "8 fields as in the first line, found 7"),
    ("\"s1,1,1,0.5", "a closing quote, found the end of the file"),
  ])
  func namesTheLineThatIsWrong(line: String, problem: String) throws {
    #expect(try failure(header + good + line + "\n") == "r.csv:3: expected \(problem); correct the line")
  }

  @Test func countsLinesInsideQuotes() throws {
    let content = header + good.replacingOccurrences(of: "s1", with: "\"s\n1\"") + "bad\n"
    #expect(try failure(content)?.hasPrefix("r.csv:4:") == true)
  }

  @Test func refusesFilesWithoutResponses() throws {
    #expect(try failure(header) == "r.csv: expected a line for each response, found no rows; check the file")
    #expect(try failure("\n\n") == "r.csv: expected a header line and rows, found no rows; check the file")
    let folder = try TemporaryFolder()
    let binary = try folder.add("b.csv")
    try AtomicFile.write(Data([0xFF, 0xFE, 0, 1]), to: binary)
    #expect(throws: DatasetsError.notText(path: binary)) { try ResponseFile.read(binary) }
    #expect(throws: FileError.missing(path: "\(binary)x")) { try ResponseFile.read("\(binary)x") }
  }

  @Test func readsBackWhatItWrites() throws {
    let folder = try TemporaryFolder()
    let stimulus = CueConflictStimuli.Item(
      relativePath: "dog/dog3-cat2.png", name: "dog3-cat2.png",
      cues: try StimulusName(parsing: "dog3-cat2.png"))
    let network = Response(network: "bag, \"net\"", trial: 12, stimulus: stimulus, answer: "cat")
    let responses = [network] + (try read(header + good))
    try ResponseFile.write(responses, to: "\(folder.path)/out.csv")
    #expect(try ResponseFile.read("\(folder.path)/out.csv") == responses)
    #expect(responses[0].imageName == "0012_s5n_dnn_0_dog_00_dog3-cat2.png")
  }

  @Test func namesFilesByTheConvention() {
    let name = ResponseFile.name(dataset: "cue-conflict", observer: "bagnet_17")
    #expect(name == "cue-conflict_bagnet-17_session-1.csv")
  }

  @Test func groupsByObserver() throws {
    let folder = try TemporaryFolder()
    let first = try folder.add("1.csv", header + good + good.replacingOccurrences(of: "s1", with: "s0"))
    let second = try folder.add("2.csv", header + good.replacingOccurrences(of: ",0.5,", with: ",0.7,"))
    let observers = try ResponseFile.observers(in: [first, second])
    #expect(observers.map(\.name) == ["s0", "s1"])
    // The second file has the same trial again.
    #expect(observers.map { $0.responses.map(\.responseTime) } == [[0.5], [0.5]])
  }

  @Test(.enabled(if: SharedData.isPresent, "the data beside the package are absent"))
  func readsThePublishedResponsesCompletely() throws {
    let folder = "\(SharedData.folder)/responses"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
    #expect(files.count == 14)
    let observers = try ResponseFile.observers(in: files)
    #expect(observers.count == 14)
    for observer in observers {
      #expect(observer.responses.count == 1280, "\(observer.name)")
      #expect(observer.responses.allSatisfy { $0.category == $0.cues.shape }, "\(observer.name)")
      #expect(observer.isNetwork == !observer.name.hasPrefix("subject"), "\(observer.name)")
      #expect(Set(observer.responses.map(\.stimulus)).count == 1280, "\(observer.name)")
      let answers = Set(observer.responses.map(\.answer)).subtracting(EntryLevelCategories.names)
      #expect(answers.isSubset(of: ["na"]), "\(observer.name)")
    }
  }
}
