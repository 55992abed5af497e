import Adversary
import Foundation
import Models
import Probes
import Studies
import Testing

@testable import Reporting

/// Stickers of several areas, stickers made on each network, and small changes, on the page and in its JSON.
struct SweepReportTests {
  private static let percent = "\u{202F}%"

  /// Adds a test of a sticker on 40 pictures of another class, of which the first `fooled` name the target 3.
  private func add(
    _ sweep: StickerSweep?, to study: Study, network: String, madeOn: String, area: Double, fooled: Int,
    photo: Int = 2
  ) throws {
    let model = StudyFixture.model(network, "resnet50", parameters: 5, field: nil)
    var description = StudyFixture.run(.sticker, model, target: 3, command: "patchwork sticker")
    if let sweep { description.options[RunDescription.sweepOption] = sweep.rawValue }
    description.options[RunDescription.madeOnOption] = madeOn
    description.options[RunDescription.areaOption] = "\(area)"
    let run = try study.begin(description, at: StudyFixture.start)
    try study.append(
      (0..<40).map { image in
        StickerAnswer(
          image: "\(image)", label: 1, clean: 1, x: 0, y: 0, scale: 1, sticker: image < fooled ? 3 : 1,
          noise: 1,
          photo: image < photo ? 3 : 1)
      }, to: run)
    try study.finish(run, at: StudyFixture.start)
  }

  private func page(_ fill: (Study) throws -> Void) throws -> (html: String, json: [String: Any]) {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    try fill(study)
    let report = try Report(studies: [study])
    let json = try JSONSerialization.jsonObject(with: try report.json()) as? [String: Any]
    return (try report.html(), try #require(json))
  }

  @Test func drawsSuccessAgainstAreaInTheirOrderWithBothControls() throws {
    let (html, json) = try page { study in
      for (area, fooled) in [(0.1, 30), (0.02, 4), (0.05, 10)] {
        try add(.areas, to: study, network: "bag", madeOn: "bag", area: area, fooled: fooled)
      }
    }
    #expect(
      html.contains("id=\"areas\"") && !html.contains("id=\"sticker\"") && !html.contains("id=\"transfer\""))
    #expect(
      html.contains(
        "2\(Self.percent): sticker 10.0\(Self.percent); 5\(Self.percent): sticker 25.0\(Self.percent); "
          + "10\(Self.percent): sticker 75.0\(Self.percent)."))
    #expect(
      html.contains(
        "bag <strong>75.0\(Self.percent)</strong> of 40 (59.8–85.8\(Self.percent)) with a sticker on 10\(Self.percent)"
      ))
    #expect(html.contains("control: photograph") && html.contains("control: random noise"))
    let swept = try #require(json["sticker_sweeps"] as? [[String: Any]])
    #expect(swept.map { $0["area"] as? Double } == [0.1, 0.02, 0.05])
    #expect(swept.map { $0["success"] as? Double } == [0.75, 0.1, 0.25])
    #expect(swept.map { $0["control_photo"] as? Double } == [0.05, 0.05, 0.05])
    #expect((json["stickers"] as? [Any])?.isEmpty == true)
  }

  @Test func showsAPictureWithTheStickerOfEachSize() throws {
    let (html, _) = try page { study in
      try StudyFixture.addSizes(
        to: study, StudyFixture.model("bag", "resnet50", parameters: 5, field: nil))
    }
    #expect(html.contains("<div class=\"states pictures\" data-control=\"Size of the sticker\">"))
    let steps = html.matches(of: /data-step="(\d)" data-state="([^"]*)"/).map {
      "\($0.output.1) \($0.output.2)"
    }
    #expect(
      steps == [
        "0 without a sticker", "1 5\(Self.percent) of the picture", "2 10\(Self.percent) of the picture",
      ])
    #expect(
      html.contains("alt=\"a&lt;b&gt;.jpg, 5\(Self.percent) of the picture, seen by bag as tench at 0.05\""))
  }

  @Test func drawsWhichStickersFoolWhichNetworks() throws {
    let (html, _) = try page { study in
      for (madeOn, network, fooled) in [("a", "a", 40), ("a", "b", 1), ("b", "b", 20)] {
        try add(.transfer, to: study, network: network, madeOn: madeOn, area: 0.04, fooled: fooled)
      }
    }
    let figure = try #require(
      html.firstMatch(of: /(?s)<svg[^>]*aria-labelledby="figure-transfer-0.*?<\/svg>/)?.output)
    let cells = figure.matches(of: /text-anchor="middle">([^<]*)</).map { String($0.output.1) }
    // Rows: made on a, made on b (not asked about a), photographs, noise.
    #expect(cells == ["100", "2.5", "–", "50", "5.0", "5.0", "0", "0"])
  }

  @Test func aStickerByItselfAndALaterRunOfASweepStandForThemselves() throws {
    let (html, json) = try page { study in
      try add(nil, to: study, network: "bag", madeOn: "bag", area: 0.05, fooled: 8)
      try add(.areas, to: study, network: "bag", madeOn: "bag", area: 0.05, fooled: 8)
      try add(.areas, to: study, network: "bag", madeOn: "bag", area: 0.05, fooled: 12)
    }
    #expect(html.contains("id=\"sticker\"") && html.contains("id=\"areas\""))
    #expect((json["stickers"] as? [[String: Any]])?.map { $0["success"] as? Double } == [0.2])
    #expect((json["sticker_sweeps"] as? [[String: Any]])?.map { $0["success"] as? Double } == [0.3])
  }

  @Test func aSweepThatDoesNotSayWhatItsStickerCoversIsDamaged() throws {
    let folder = try TemporaryFolder()
    for area in [0, 1.5, .nan] {
      let study = try Study(at: folder.file("\(area).study"))
      try add(.areas, to: study, network: "bag", madeOn: "bag", area: area, fooled: 1)
      #expect(throws: StudyError.self) { try Report(studies: [study]) }
    }
  }

  // MARK: - Small changes

  /// Adds an attack on 20 pictures, all named rightly when clean, of which the first `fooled` are not any more.
  private func attack(
    _ name: String, on study: Study, network: String, epsilon: Double?, fooled: Int, length: Double,
    warning: String? = nil
  ) throws {
    let model = StudyFixture.model(network, "resnet50", parameters: 5, field: nil)
    var description = StudyFixture.run(.perturbations, model, command: "patchwork perturb")
    description.options[RunDescription.attackOption] = name
    description.options[RunDescription.normOption] = PerturbationNorm.linf.rawValue
    description.options[RunDescription.epsilonOption] = epsilon.map { "\($0)" }
    let run = try study.begin(description, at: StudyFixture.start)
    try study.append(
      (0..<20).map { image in
        PerturbationAnswer(
          image: "\(image)", label: 1, clean: 1, adversarial: image < fooled ? 2 : 1, length: length,
          queries: 7)
      }, to: run)
    if let warning { try study.append(warnings: [warning], to: run) }
    try study.finish(run, at: StudyFixture.start)
  }

  @Test func drawsAccuracyAgainstTheBudgetAndListsTheSmallestChanges() throws {
    let (html, json) = try page { study in
      try attack("pgd", on: study, network: "bag", epsilon: 4.0 / 255, fooled: 15, length: 4.0 / 255)
      try attack("pgd", on: study, network: "bag", epsilon: 1.0 / 255, fooled: 5, length: 1.0 / 255)
      try attack(
        "deepfool", on: study, network: "bag", epsilon: nil, fooled: 20, length: 0.004,
        warning: "a <b>warning</b>")
    }
    #expect(
      html.contains("bag: 75.0\(Self.percent) at L∞ 1/255, 25.0\(Self.percent) at L∞ 4/255."))
    #expect(html.contains("bag <strong>25.0\(Self.percent)</strong> of 20"))
    #expect(html.contains("under pgd at L∞ 4/255, clean 100.0\(Self.percent)"))
    #expect(html.contains("a &lt;b&gt;warning&lt;/b&gt;") && html.contains("<td class=\"n\">0.004</td>"))
    let found = try #require(json["perturbations"] as? [[String: Any]])
    #expect(found.map { $0["attack"] as? String } == ["pgd", "pgd", "deepfool"])
    #expect(found.map { $0["robust_accuracy"] as? Double } == [0.25, 0.75, 0])
    #expect(found[2]["epsilon"] is NSNull && found[2]["median_norm"] as? Double == 0.004)
  }

  // MARK: - The matrix

  @Test func lettersOnEveryColourCanBeRead() {
    for level in -DivergingScale.levels...DivergingScale.levels {
      let digits = DivergingScale.colour(level: level).dropFirst()
      let channels = stride(from: 0, to: 6, by: 2).map { start -> Double in
        let from = digits.index(digits.startIndex, offsetBy: start)
        let value = Double(Int(digits[from...].prefix(2), radix: 16) ?? 0) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      let luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
      let contrast =
        DivergingScale.isDark(level: level) ? 1.05 / (luminance + 0.05) : (luminance + 0.05) / 0.05
      #expect(contrast >= 4.5, "level \(level): \(contrast)")
    }
  }
}
