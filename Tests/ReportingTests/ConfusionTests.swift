import Probes
import Studies
import Testing

@testable import Reporting

/// What networks take for what: the counts, the matrix, and the list for many classes.
struct ConfusionTests {
  private static let answers = [
    (0, 0), (0, 1), (0, 1), (0, 2), (1, 1), (2, 0), (2, 0), (2, 2), (2, 2),
  ].enumerated().map { place, pair in
    ImageAnswer(image: "\(place)", label: pair.0, top: [pair.1, 9])
  }

  @Test func countsFirstAnswersOfEachClass() {
    let counts = ConfusionCounts(Self.answers + [ImageAnswer(image: "none", label: 5, top: [])])
    #expect(counts.labels == [0, 1, 2] && counts.answers == [0, 1, 2])
    #expect(counts.count(0, as: 1) == 2 && counts.total(0) == 4 && counts.share(0, as: 1) == 0.5)
    #expect(counts.share(5, as: 0) == nil)
    #expect(
      counts.confusions == [
        .init(label: 0, answer: 1, count: 2), .init(label: 2, answer: 0, count: 2),
        .init(label: 0, answer: 2, count: 1),
      ])
    #expect(ConfusionCounts([]).labels.isEmpty)
  }

  private func page(_ answers: [ImageAnswer]) throws -> String {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let model = StudyFixture.model("net", "resnet50", parameters: 5, field: nil)
    try study.append(answers, to: study.begin(StudyFixture.run(.accuracy, model, command: "c")))
    return try Report(studies: [study]).html()
  }

  @Test func drawsAMatrixOfSharesWithItsCounts() throws {
    let page = try page(Self.answers)
    let svg = try #require(
      page.firstMatch(of: /(?s)<svg[^>]*aria-labelledby="figure-confusion-1-0.*?<\/svg>/)?.output)
    let cells = svg.matches(of: /text-anchor="middle">([^<]*)</).map { String($0.output.1) }
    #expect(cells == ["25", "50", "25", "0", "100", "0", "50", "0", "50"])
    #expect(svg.contains("Most often tench was taken for English springer (50.0\u{202F}%)"))
    #expect(page.contains("<summary>What it took for what</summary>"))
    let row =
      "<th scope=\"row\">tench</th>" + ["4", "1", "2", "1"].map { "<td class=\"n\">\($0)</td>" }.joined()
    #expect(page.contains(row))
  }

  @Test func listsTheMostFrequentOfManyClasses() throws {
    // 30 classes; class k is taken for k + 1 in k pictures.
    let answers = (0..<30).flatMap { label in
      (0...label).map { ImageAnswer(image: "\(label)-\($0)", label: label, top: [label + 1]) }
    }
    let page = try page(answers)
    #expect(!page.contains("figure-confusion"))
    #expect(page.contains("What net took for what: the 20 most frequent of 30 confusions"))
    #expect(
      page.contains(
        "<th scope=\"row\">class 29</th><td>class 30</td><td class=\"n\">30</td><td class=\"n\">30</td>"))
    #expect(
      page.contains("<th scope=\"row\">class 10</th>") && !page.contains("<th scope=\"row\">gas pump</th>"))
  }
}
