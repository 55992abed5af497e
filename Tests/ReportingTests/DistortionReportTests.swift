import Datasets
import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Noise, blur and contrast on the page and in its JSON.
struct DistortionReportTests {
  /// Two networks on `count` pictures of two classes under one kind: right at the weakest level, and beyond it at as
  /// many of the two levels as `right` says for each network and picture.
  private func study(
    _ path: String, count: Int = 40, right: [(String, (Int) -> Int)], kind: String = "noise"
  ) throws -> Study {
    let study = try Study(at: path)
    for (name, levels) in right {
      let model = StudyFixture.model(name, "resnet50", parameters: 5, field: nil)
      var description = StudyFixture.run(.distortions, model, command: "patchwork distortions")
      description.options[RunDescription.conditionsOption] = "\(kind) 0.0 0.1 0.9"
      let run = try study.begin(description, at: StudyFixture.start)
      try study.append(
        (0..<count).map { image in
          DistortionAnswer(
            image: "\(image)", label: 2, answers: [2] + (0..<2).map { $0 < levels(image) ? 2 : 0 })
        }, to: run)
      try study.finish(run, at: StudyFixture.start)
    }
    return study
  }

  @Test func printsTheCountedNumbersAndClaimsWhatChanceDoesNotExplain() throws {
    let folder = try TemporaryFolder()
    let study = try study(
      folder.file("a.study"), right: [("plain", { $0 % 4 == 0 ? 1 : 0 }), ("shape", { _ in 1 })])
    let page = try Report(studies: [study]).html()
    let percent = "\u{202F}%"
    // 40 of 80 answers beyond the weakest level, against 10 of 80.
    #expect(
      page.contains(
        "uniform noise, shape keeps most with <strong>50.0\(percent)</strong>, <strong>37.5</strong> points more than "
          + "plain with <strong>12.5\(percent)</strong>"))
    #expect(
      page.contains(
        "<th scope=\"row\">plain</th><td class=\"n\">40</td><td class=\"n\">100.0\(percent)</td>"
          + "<td class=\"n\">12.5\(percent)</td><td class=\"n\">0</td>"))
    #expect(page.contains("<th scope=\"row\">Uniform noise</th><td>0.9</td>"))
    #expect(
      page.contains("plain: 100.0\(percent) at the weakest level, 12.5\(percent) on average over the others"))
  }

  @Test func claimsNothingWithinTheInterval() throws {
    let folder = try TemporaryFolder()
    let study = try study(
      folder.file("a.study"), right: [("plain", { $0 % 2 }), ("shape", { $0 < 21 ? 1 : 0 })])
    let page = try Report(studies: [study]).html()
    #expect(page.contains("cannot be told apart") && !page.contains("keeps most"))
  }

  @Test func comparesNoNetworksOnDifferentPicturesAndSaysSo() throws {
    let folder = try TemporaryFolder()
    let alone = try study(folder.file("alone.study"), right: [("plain", { _ in 1 })])
    let page = try Report(studies: [alone]).html()
    #expect(
      page.contains("uniform noise, plain <strong>50.0\u{202F}%</strong>") && !page.contains("keeps most"))
    #expect(!page.contains("for differences"))
    let other = try Study(at: folder.file("other.study"))
    var description = StudyFixture.run(
      .distortions, StudyFixture.model("other", "vgg16", parameters: 5, field: nil), command: "c")
    description.options[RunDescription.conditionsOption] = "noise 0.0 0.1 0.9"
    try other.append(
      [DistortionAnswer(image: "elsewhere", label: 2, answers: [2, 2, 2])], to: other.begin(description))
    let both = try Report(studies: [alone, other]).html()
    #expect(both.contains("not on the same pictures") && both.contains("Not finished: other."))
  }

  @Test func writesTheCurvesAndTheComparisonForPrograms() throws {
    let folder = try TemporaryFolder()
    let study = try study(
      folder.file("a.study"), right: [("plain", { $0 % 4 == 0 ? 1 : 0 }), ("shape", { _ in 1 })])
    let data = try Report(studies: [study]).json()
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let distortions = try #require((json["distortions"] as? [[String: Any]])?.first)
    let networks = try #require(distortions["networks"] as? [[String: Any]])
    #expect(networks.map { $0["name"] as? String } == ["plain", "shape"])
    #expect(networks[0]["n"] as? Int == 40 && networks[0]["chance"] as? Double == 0.1)
    let kind = try #require((networks[0]["kinds"] as? [[String: Any]])?.first)
    let levels = try #require(kind["levels"] as? [[String: Any]])
    #expect(levels.map { $0["level"] as? Double } == [0, 0.1, 0.9])
    #expect(levels.map { $0["top1"] as? Double } == [1, 0.25, 0])
    let interval = try #require(levels[1]["top1_interval"] as? [Double])
    let wilson = try #require(WilsonInterval(successes: 10, of: 40))
    #expect(abs(interval[0] - wilson.lower) < 1e-12 && abs(interval[1] - wilson.upper) < 1e-12)
    let comparison = try #require((distortions["comparisons"] as? [[String: Any]])?.first)
    #expect(comparison["best"] as? String == "shape" && comparison["beyond_chance"] as? Bool == true)
    #expect(comparison["difference"] as? Double == 0.375)
  }

  @Test func showsAKindThatThisVersionDoesNotKnowUnderItsOwnName() throws {
    let folder = try TemporaryFolder()
    let study = try study(folder.file("a.study"), right: [("plain", { _ in 1 })], kind: "fog")
    let page = try Report(studies: [study]).html()
    #expect(page.contains("<th scope=\"row\">fog</th><td>0.1</td>"))
  }

  @Test func drawsALineAMarkerAndABandForEachNetwork() throws {
    let style = [SeriesStyle.network(0), .network(1)]
    let axis = VerticalAxis(name: "accuracy, %") { Format.fixed(100 * $0, digits: 0) }
    let plot = LinePlot(
      title: "t", summary: "s", levels: ["0", "1", "2", "3"],
      lines: [
        .init(
          style: style[0], points: [1, 0.5, 0.25, 0].map { .init(value: $0, interval: max(0, $0 - 0.1)...1) }),
        .init(style: style[1], points: [.init(value: 1), .init(value: 0.5), nil, .init(value: 0)]),
      ], references: [.init(value: 0.1, name: "chance <1>")], levelName: "level", vertical: axis)
    let svg = plot.draw(id: "p").html
    func paths(_ name: String) -> [String] {
      svg.matches(of: /<path class="([^"]*)" d="([^"]*)"/).filter { $0.output.1 == name }.map {
        String($0.output.2)
      }
    }
    #expect(paths("c1 line").count == 1 && paths("c1 area").count == 1)
    // A level that was not asked breaks the line; without intervals there is no band.
    #expect(paths("c2 line").count == 2 && paths("c2 area").isEmpty)
    #expect(paths("c1 filled").count == 4 && paths("c2 filled").count == 3)
    // Higher values stand higher, at equal distances for equal steps of either axis.
    let points = try #require(paths("c1 line").first).dropFirst().split(separator: "L").map {
      $0.split(separator: " ").compactMap { Double($0) }
    }
    #expect(points.map(\.count) == [2, 2, 2, 2])
    for (one, next) in zip(points, points.dropFirst()) {
      #expect(abs(next[0] - one[0] - (points[1][0] - points[0][0])) < 0.02 && next[1] > one[1])
    }
    #expect(abs((points[1][1] - points[0][1]) - 2 * (points[2][1] - points[1][1])) < 0.02)
    let ticks = svg.matches(of: /class="tick"[^>]*>([^<]*)</).map { String($0.output.1) }
    #expect(ticks == ["0", "20", "40", "60", "80", "100", "0", "1", "2", "3", "chance &lt;1&gt;"])
    #expect(svg.hasPrefix("<svg role=\"img\" aria-labelledby=\"p-title p-desc\""))
  }
}
