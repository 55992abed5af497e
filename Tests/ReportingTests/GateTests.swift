import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Conditions on which a report fails.
struct GateTests {
  /// A study with a sticker on two networks: 6 and 1 of 10 pictures turned, all 10 named rightly when clean.
  private func study(in folder: TemporaryFolder, name: String = "gates.study") throws -> Study {
    let study = try Study(at: folder.file(name))
    for (network, successes) in [("bagnet17/pictures", 6), ("resnet50/pictures", 1)] {
      let model = StudyFixture.model(
        network, "bagnet17", parameters: 5, field: network.hasPrefix("bag") ? 17 : nil)
      let run = try study.begin(StudyFixture.run(.sticker, model, target: 8, command: "c"))
      try study.append(
        (0..<10).map { index in
          StickerAnswer(
            image: "\(index)", label: 3, clean: 3, x: 0, y: 0, scale: 1, sticker: index < successes ? 8 : 3,
            noise: 3, photo: 3)
        }, to: run)
      try study.finish(run)
    }
    return study
  }

  @Test(arguments: [
    ("bagnet17.sticker_success>0.5", true), ("bagnet17.sticker_success>60%", false),
    ("bagnet17.sticker_success >= 60 %", true), ("bagnet17/pictures.sticker_success>.5", true),
    ("resnet50.sticker_success>0.5", false), ("*.sticker_success>0.5", true),
    ("*.sticker_success<0.05", false), ("*.control_noise>0", false), ("*.sticker_accuracy<=0.4", true),
    ("bagnet17.sticker_success[golf ball]>0.5", true),
  ])
  func decides(gate: String, isFailed: Bool) throws {
    let folder = try TemporaryFolder()
    let report = try Report(studies: [study(in: folder)], gates: [try Gate(gate)])
    #expect(report.gates.map(\.isMet) == [isFailed])
  }

  @Test(arguments: [
    "", "bagnet17", "bagnet17.sticker_success", "sticker_success>0.5", "bagnet17.sticker_success=0.5",
    "bagnet17.sticker_success>nan", "bagnet17.sticker_success>0.5;rm",
    "stickers[x].bagnet17.sticker_success>0.5",
    "bagnet17.sticker_success[golf ball>0.5", "\"bagnet17.sticker_success>0.5",
    "sticker.b[x].sticker_success>0.5",
  ])
  func refusesWhatIsNoGate(text: String) throws {
    let error = try #require(throws: ReportingError.self) { try Gate(text) }
    #expect(error.fault == .usage)
    #expect(error.description.contains("sticker_success"))
  }

  @Test(arguments: [
    "bagnet9.sticker_success>0.5", "bagnet17.shape_bias>0.5", "bagnet17.sticker_success[tench]>0.5",
    "bagnet17.success>0.5", "sticker[elsewhere].bagnet17.sticker_success>0.5",
    "accuracy.bagnet17.sticker_success>0.5",
  ])
  func refusesToPassAGateThatSpeaksOfNothing(text: String) throws {
    let folder = try TemporaryFolder()
    let studies = [try study(in: folder)]
    let error = try #require(throws: ReportingError.self) {
      try Report(studies: studies, gates: [try Gate(text)])
    }
    #expect(error.fault == .usage)
    #expect(
      error.description.contains("sticker[imagenette/val].bagnet17/pictures.sticker_success[golf ball]"))
  }

  @Test(arguments: [
    "bagnet17.sticker_success>1.5", "bagnet17.sticker_success>150%", "bagnet17.sticker_success>-1",
  ])
  func refusesALimitThatNoShareHas(text: String) throws {
    let folder = try TemporaryFolder()
    let studies = [try study(in: folder)]
    let error = try #require(throws: ReportingError.self) {
      try Report(studies: studies, gates: [try Gate(text)])
    }
    #expect(error.fault == .usage && error.description.contains("a share"))
  }

  @Test(arguments: [
    ("sticker.bagnet17.sticker_success>0.5", true), ("sticker[imagenette/val].*.sticker_success>0.5", true),
    ("sticker[corpus=imagenette/val,limit=500].bagnet17.sticker_success>50%", true),
    ("sticker[\"imagenette/val\"].\"resnet50/pictures\".sticker_success>0.5", false),
  ])
  func speaksOfOneQuestion(gate: String, isMet: Bool) throws {
    let folder = try TemporaryFolder()
    let report = try Report(studies: [study(in: folder)], gates: [try Gate(gate)])
    #expect(report.gates.map(\.isMet) == [isMet])
  }

  @Test func isUndecidedOnARunThatHasNotFinished() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("open.study"))
    let model = StudyFixture.model("bag", "bagnet17", parameters: 5, field: 17)
    let run = try study.begin(StudyFixture.run(.accuracy, model, command: "c"))
    try study.append([ImageAnswer(image: "1", label: 1, top: [1])], to: run)
    let report = try Report(
      studies: [study], gates: [try Gate("*.clean_accuracy<0.5"), try Gate("*.clean_accuracy>0.5")])
    #expect(report.gates.map(\.state) == ["undecided", "undecided"])
    #expect(try report.html().contains("undecided"))
  }

  @Test func everyListedGateCanBeGivenBackAndSpeaksOfItsNumberAlone() throws {
    let folder = try TemporaryFolder()
    let study = try study(in: folder)
    for number in try Report(studies: [study]).gateableNumbers {
      let again = try Report(studies: [study], gates: [try Gate(number.gate)])
      #expect(again.gates.map(\.state) == ["not met"], "\(number.gate)")
      #expect(again.gates[0].numbers.map(\.value) == [number.value], "\(number.gate)")
    }
  }

  @Test func saysOnThePageAndInTheJSONWhatCameOfEach() throws {
    let folder = try TemporaryFolder()
    let report = try Report(
      studies: [study(in: folder)],
      gates: [try Gate("*.sticker_success>0.5"), try Gate("*.control_photo>0.9")])
    let html = try report.html()
    let text = html.replacing(/<[^>]*>/, with: "").replacing(/\s+/, with: " ").replacing(
      "\u{202F}", with: " ")
    #expect(text.contains("Failed: 1 of 2 gates met."))
    #expect(
      text.contains(
        "*.sticker_success&gt;0.5 met: success of the sticker: bagnet17/pictures 60.0 % of 10 (31.3–83.2 %), met, "
          + "but the limit lies within the interval: other pictures might decide otherwise; resnet50/pictures 10.0 % of 10 "
          + "(1.8–40.4 %), not met."))
    #expect(text.contains("*.control_photo&gt;0.9 not met"))
    let first = try #require(html.firstRange(of: "<section id=\"verdict\""))
    let second = try #require(html.firstRange(of: "<section id=\"summary\""))
    #expect(first.lowerBound < second.lowerBound)
    let json = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    let gates = try #require(json["gates"] as? [[String: Any]])
    #expect(gates.map { $0["state"] as? String } == ["met", "not met"])
    let numbers = try #require(gates[0]["numbers"] as? [[String: Any]])
    #expect(numbers.map { $0["value"] as? Double } == [0.6, 0.1])
    #expect(numbers.map { $0["limit_within_interval"] as? Bool } == [true, false])
  }

  @Test func saysNothingOfGatesWithoutAny() throws {
    let folder = try TemporaryFolder()
    #expect(try !Report(studies: [study(in: folder)]).html().contains("id=\"verdict\""))
  }
}
