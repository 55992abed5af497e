import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// The signatures and error consistency on the page and in its JSON.
struct SignatureReportTests {
  private func begin(
    _ study: Study, _ kind: QuestionKind, _ name: String, field: Int?, _ question: some Encodable
  ) throws -> Run {
    let model = StudyFixture.model(name, "bagnet9", parameters: 5, field: field)
    var description = StudyFixture.run(kind, model, command: "patchwork signatures")
    description.options[RunDescription.questionOption] = try RunDescription.option(for: question)
    return try study.begin(description, at: StudyFixture.start)
  }

  private func study(_ path: String) throws -> Study {
    let study = try Study(at: path)
    let shuffling = ShufflingQuestion(conditions: [.init(.grid, 2), .init(.tile, 8)])
    let interactions = InteractionQuestion(layouts: [.init(side: 8, gap: 8), .init(side: 8, gap: 32)])
    let sensitivity = SensitivityQuestion(rankings: ["saliency", "random"], counts: [1, 4], side: 8)
    for (name, field, kept) in [("falls", nil, 10), ("keeps", 17, 30)] as [(String, Int?, Int)] {
      let first = try begin(study, .shuffling, name, field: field, shuffling)
      try study.append(
        (0..<40).map { image in
          ShufflingAnswer(
            image: "\(image)", label: 2, clean: image < 36 ? 2 : 1,
            answers: [image < kept ? 2 : 0, image < 5 ? 2 : 0],
            innerAnswers: field == nil ? [] : [2, nil], innerClean: field == nil ? [] : [2, nil],
            innerDifference: field == nil ? nil : 1.5e-7)
        }, to: first)
      try study.finish(first, at: StudyFixture.start)
      let second = try begin(study, .interactions, name, field: field, interactions)
      try study.append(
        (0..<40).map { image in
          let (joint, noise) = (Double(image), field == nil ? Double(image * 7 % 40) : 0)
          return InteractionAnswer(
            image: "\(image)", label: 2, joint: [joint, joint], sum: [joint + noise, joint])
        }, to: second)
      try study.finish(second, at: StudyFixture.start)
      let third = try begin(study, .sensitivity, name, field: field, sensitivity)
      try study.append(
        (0..<10).map {
          SensitivityAnswer(image: "\($0)", label: 2, clean: 0.9, probabilities: [0.5, 0.3, 0.9, 0.7])
        }, to: third)
    }
    return study
  }

  @Test func ordersTheNetworksByWhatTheyKeepAndSaysWhatIsExact() throws {
    let folder = try TemporaryFolder()
    let page = try Report(studies: [try study(folder.file("a.study"))]).html()
    let percent = "\u{202F}%"
    // The second network keeps more, so it stands first.
    #expect(page.contains("keeps: 75.0\(percent); falls: 25.0\(percent)."))
    #expect(page.contains("<th scope=\"row\">keeps</th><td>8 px, 32 px apart</td>"))
    // 17 pixels see two masks 8 pixels apart, and none of those 32 apart.
    #expect(page.contains(">no</td>") && page.contains(">yes</td>"))
    #expect(page.contains("1.5 × 10⁻⁷"))
    #expect(page.contains("Not finished: falls, keeps."))
    #expect(page.contains("id=\"signatures\""))
  }

  @Test func writesEverySignatureForPrograms() throws {
    let folder = try TemporaryFolder()
    let data = try Report(studies: [try study(folder.file("a.study"))]).json()
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let signatures = try #require(json["signatures"] as? [String: [[String: Any]]])
    let shuffling = try #require(signatures["shuffling"])
    #expect(shuffling.map { $0["name"] as? String } == ["falls", "keeps"])
    #expect(shuffling.map { $0["mean_over_grids"] as? Double } == [0.25, 0.75])
    let conditions = try #require(shuffling[1]["conditions"] as? [[String: Any]])
    #expect(conditions[0]["inner_top1"] as? Double == 1 && conditions[1]["inner_top1"] is NSNull)
    let layouts = try #require(signatures["interactions"]?[1]["layouts"] as? [[String: Any]])
    #expect(layouts.map { $0["additive"] as? Bool } == [false, true])
    #expect(layouts.map { $0["correlation"] as? Double } == [1, 1])
    let plain = try #require(signatures["interactions"]?[0]["layouts"] as? [[String: Any]])
    #expect(plain[0]["additive"] is NSNull && (plain[0]["correlation"] as? Double ?? 1) < 1)
    let errors = try #require(signatures["errors"]?.first)
    #expect(errors["kappa"] as? Double == 1 && errors["n"] as? Int == 40)
    let ranking = try #require((signatures["sensitivity"]?[0]["rankings"] as? [[String: Any]])?.first)
    #expect(abs((ranking["mean_fall"] as? Double ?? 0) - 0.5) < 1e-12)
  }

  @Test func showsErrorConsistencyOfPeopleAndNetworks() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("people.study"))
    let right = [("p1", 0..<6), ("p2", 0..<8), ("net", 4..<9)]
    for (name, shapes) in right {
      let run = try study.begin(
        RunDescription(
          kind: .textureBias, observer: name, observerKind: name == "net" ? .network : .person, command: "c",
          seed: 0, threads: 1, processor: "p", options: [:], toolVersion: "1"))
      try study.append(
        (0..<10).map {
          CueConflictAnswer(
            stimulus: "cat\($0)-dog1.png", shape: "cat", texture: "dog",
            response: shapes.contains($0) ? "cat" : "dog")
        }, to: run)
      try study.finish(run)
    }
    let report = try Report(studies: [study])
    // o = 0.8, e = 0.6·0.8 + 0.4·0.2 = 0.56.
    let kappa = (0.8 - 0.56) / 0.44
    #expect(try report.html().contains("people with each other: \(Format.fixed(kappa, digits: 3))"))
    let json = try #require(try JSONSerialization.jsonObject(with: try report.json()) as? [String: Any])
    let bias = try #require((json["texture_bias"] as? [[String: Any]])?.first)
    let consistency = try #require(bias["error_consistency"] as? [String: Any])
    let people = try #require(consistency["between_people"] as? [String: Any])
    #expect(abs((people["kappa"] as? Double ?? 0) - kappa) < 1e-12)
    #expect((consistency["pairs"] as? [Any])?.count == 3)
  }
}
