import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// What the page says first.
@Suite struct ShortSummaryTests {
  /// Of ten pictures of class 3, how many a sticker turns into class 8.
  private func add(_ successes: Int, on name: String, digest: String, corpus: String? = nil, to study: Study)
    throws
  {
    let model = StudyFixture.model(name, "bagnet9", parameters: 5, field: 9)
    var description = StudyFixture.run(.sticker, model, target: 8, command: "c")
    description.options["sticker_sha256"] = digest
    if let corpus { description.options["corpus"] = corpus }
    let run = try study.begin(description)
    let answers = (0..<10).map { index in
      StickerAnswer(
        image: "\(index)", label: 3, clean: 3, x: 0, y: 0, scale: 1, sticker: index < successes ? 8 : 3,
        noise: index < 1 ? 8 : 3, photo: index < 2 ? 8 : 3)
    }
    try study.append(answers, to: run)
    try study.finish(run)
  }

  /// Of a hundred conflicts, how many are answered by shape; all others by texture.
  private func add(shape count: Int, by name: String, to study: Study) throws {
    let model = StudyFixture.model(name, "bagnet9", parameters: 5, field: 9)
    let run = try study.begin(StudyFixture.run(.textureBias, model, command: "c"))
    let answers = (0..<100).map { index in
      CueConflictAnswer(
        stimulus: "cat\(index)-dog1.png", shape: "cat", texture: "dog",
        response: index < count ? "cat" : "dog")
    }
    try study.append(answers, to: run)
    try study.finish(run)
  }

  private func text(of studies: [Study]) throws -> String {
    try Report(studies: studies).html().replacing(/<[^>]*>/, with: "").replacing(/\s+/, with: " ")
      .replacing("\u{202F}", with: " ")
  }

  @Test func namesTheNetworkThatOneStickerFoolsMostAndLeast() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("stickers.study"))
    try add(4, on: "middle", digest: "aa", to: study)
    try add(0, on: "firm", digest: "aa", to: study)
    try add(9, on: "soft", digest: "aa", to: study)
    try add(10, on: "elsewhere", digest: "bb", to: study)
    let whole = try text(of: [study])
    // Two stickers: each is named, by its question's digits where nothing else tells them apart.
    #expect(whole.contains(/sticker \(imagenette\/val, #[0-9a-f]{8}\) makes it see/))
    let text = whole.replacing(/\s\(imagenette\/val, #[0-9a-f]{8}\)/, with: "")
    #expect(
      text.contains(
        "Easiest to fool with a sticker of 3 networks: soft. One and the same sticker makes it see “golf ball” in 90.0 % "
          + "of 10 pictures (59.6–98.2 %). Next comes middle, 50.0 points behind on the same pictures ("))
    #expect(
      text.contains(
        "Hardest: firm with 0.0 % of 10 pictures (0.0–27.8 %). Random noise of the same size does so in at most 10.0 %, a "
          + "photograph in at most 20.0 %."))
    #expect(text.contains("most easily fooled network first: soft 90.0 % of 10 (59.6–98.2 %); middle 40.0 %"))
    #expect(text.contains("no network more often than 10.0 %, a photograph to none more often than 20.0 %"))
    #expect(text.contains("The sticker on elsewhere: 100.0 % of 10 pictures"))
  }

  /// Two that saw other pictures are not compared, and two that differ little are not put in an order.
  @Test func leavesTheOrderOpenWhereItIs() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("close.study"))
    try add(5, on: "one", digest: "aa", to: study)
    try add(4, on: "two", digest: "aa", to: study)
    #expect(
      try text(of: [study]).contains("two is as easily fooled as far as these pictures tell (difference "))
    let other = try Study(at: folder.file("drawn.study"))
    try add(5, on: "one", digest: "aa", corpus: "silhouettes:congruent,seed=1", to: other)
    try add(4, on: "two", digest: "aa", corpus: "silhouettes:congruent,seed=2", to: other)
    try add(0, on: "three", digest: "aa", corpus: "silhouettes:congruent,seed=2", to: other)
    let text = try text(of: [other])
    // Other pictures are another question: nothing is said across the two.
    #expect(text.contains("The sticker (") && text.contains("on one: 50.0 % of 10 pictures"))
    #expect(text.contains("of 2 networks: two."))
    #expect(!text.contains("3 networks"))
  }

  @Test func putsEachNetworksNumbersBesideEachOther() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("glance.study"))
    try add(4, on: "middle", digest: "aa", to: study)
    try add(9, on: "soft", digest: "aa", to: study)
    try add(shape: 5, by: "middle", to: study)
    try add(shape: 95, by: "form", to: study)
    let page = try Report(studies: [study]).html()
    let table = try #require(
      page.firstMatch(of: /(?s)<table>\n<caption><span>The networks at a glance.*?<\/table>/))
    let rows = table.output.matches(of: /<th scope="row">([a-z]*)<\/th><td class="n">([^ ]*)/)
    #expect(
      rows.map { "\($0.output.1) \($0.output.2)" } == [
        "soft 90.0\u{202F}%", "middle 40.0\u{202F}%", "form –</td><td",
      ])
  }

  @Test func saysWhoGoesByTextureAndWhoByShapeWhereThatIsCertain() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("cues.study"))
    try add(shape: 5, by: "grain", to: study)
    try add(shape: 95, by: "form", to: study)
    try add(shape: 52, by: "both", to: study)
    try add(shape: 0, by: BiasCalibration.textureNetwork, to: study)
    let text = try text(of: [study])
    #expect(
      text.contains(
        "Texture or shape? Shown the shape of one thing in the texture of another, these go by texture: grain (5 %); by "
          + "shape: form (95 %); open: both (52 %)."
      ))
    #expect(
      text.contains("these go by texture, shape among the answers that chose either: calibration-texture"))
    #expect(text.contains("these go by neither for certain"))
  }

  @Test func saysNothingInShortOfASingleNetwork() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("one.study"))
    try add(4, on: "only", digest: "aa", to: study)
    #expect(try !text(of: [study]).contains("Easiest to fool"))
  }
}
