import Adversary
import Foundation
import GRDB
import Models
import Probes
import Testing

@testable import Studies

/// Answers to attacks in a study.
struct StudyPerturbationTests {
  private func description(
    _ attack: String = "apgd-ce", epsilon: String? = "0.00784313725490196", target: Int? = nil
  ) -> RunDescription {
    var options = ["corpus": "val", RunDescription.attackOption: attack, RunDescription.normOption: "linf"]
    options[RunDescription.epsilonOption] = epsilon
    return runDescription(.perturbations, target: target, options: options)
  }

  private let answers = [
    PerturbationAnswer(
      image: "tench/1.jpg", label: 0, clean: 0, adversarial: 1, length: 0.0078, queries: 104, finder: "square"
    ),
    PerturbationAnswer(
      image: "golf ball/Ä ' \".jpg", label: 1, clean: 1, adversarial: 1, length: 0.002, queries: 5000,
      hasVanishedGradient: true),
  ]

  @Test func givesBackWhatWasAnsweredAfterReopening() throws {
    let folder = try TemporaryFolder()
    let skipped = [SkippedImage(image: "tench/2.jpg", reason: "broken")]
    do {
      let study = try Study(at: folder.file("a.study"))
      let run = try study.begin(description())
      try study.append([answers[0]], to: run, seconds: 1)
      try study.append([answers[1]], skipped: skipped, to: run, seconds: 2)
      try study.append(warnings: ["one", "two", "one"], to: run)
      try study.finish(run)
    }
    let study = try Study(reading: folder.file("a.study"))
    let expected = PerturbationResult(
      model: "bagnet17",
      question: PerturbationQuestion(attack: "apgd-ce", norm: .linf, epsilon: 2.0 / 255, target: nil),
      answers: answers, skipped: skipped, warnings: ["one", "two"])
    #expect(try study.results(PerturbationResult.self) == [expected])
    #expect(try study.answerCount(of: try #require(try study.runs().first)) == 2)
  }

  private func stickers(_ side: String) -> RunDescription {
    runDescription(
      .perturbations,
      options: [
        "corpus": "val", RunDescription.attackOption: "patch-pgd", RunDescription.sideOption: side,
      ])
  }

  private let stuck = [
    PerturbationAnswer(
      image: "a.jpg", label: 0, clean: 0, adversarial: 1, length: 3.5, queries: 40,
      place: PatchPlace(x: 3, y: 0, side: 20)),
    PerturbationAnswer(image: "b.jpg", label: 0, clean: 1, adversarial: 1, length: 0, queries: 1),
  ]

  @Test func keepsWhereStickersLieThroughReopeningAndMerging() throws {
    let folder = try TemporaryFolder()
    do {
      let study = try Study(at: folder.file("a.study"))
      for side in ["20", "30"] {
        let run = try study.begin(stickers(side))
        try study.append(stuck, to: run)
        try study.finish(run)
      }
      try study.finish(try study.begin(description()))
    }
    let expected = [20, 30].map { side in
      PerturbationResult(
        model: "bagnet17", question: PerturbationQuestion(attack: "patch-pgd", side: side, target: nil),
        answers: stuck)
    }
    #expect(
      try Study(reading: folder.file("a.study")).results(PerturbationResult.self).dropLast() == expected[...])
    _ = try Study.merge([folder.file("a.study")], into: folder.file("b.study"))
    #expect(
      try Study(reading: folder.file("b.study")).results(PerturbationResult.self).dropLast() == expected[...])
  }

  @Test func reportsAPlaceThatIsHalfThere() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    try study.append(stuck, to: try study.begin(stickers("20")))
    try study.queue.write { try $0.execute(sql: "UPDATE perturbation_answers SET y = NULL") }
    #expect(throws: StudyError.self) { try study.results(PerturbationResult.self) }
  }

  @Test func keepsTheLatestOfEachQuestion() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    for (attack, epsilon, target, finished) in [
      ("apgd-ce", "0.1", nil, true), ("apgd-ce", "0.2", nil, true), ("deepfool", nil, nil, true),
      ("apgd-ce", "0.1", 1, true), ("apgd-ce", "0.2", nil, true), ("apgd-ce", "0.1", nil, false),
    ] as [(String, String?, Int?, Bool)] {
      let run = try study.begin(description(attack, epsilon: epsilon, target: target))
      try study.append([answers[0]], to: run)
      if finished { try study.finish(run) }
    }
    let recorded = try study.recorded(PerturbationResult.self)
    #expect(recorded.map(\.result.question.epsilon) == [0.1, 0.2, nil, 0.1])
    #expect(recorded.map(\.result.question.target) == [nil, nil, nil, 1])
    // A finished run stands before a later one that was interrupted.
    #expect(recorded.map(\.run.id) == [1, 5, 3, 4])
  }

  @Test func reportsAnswersThatNoAttackExplains() throws {
    let folder = try TemporaryFolder()
    for (place, options) in [
      [:], [RunDescription.attackOption: "pgd"],
      [RunDescription.attackOption: "pgd", RunDescription.normOption: "l7"],
      [RunDescription.attackOption: "lavan", RunDescription.sideOption: "wide"],
      [RunDescription.sideOption: "20"],
      [
        RunDescription.attackOption: "pgd", RunDescription.normOption: "l2",
        RunDescription.epsilonOption: "much",
      ],
    ].enumerated() {
      let study = try Study(at: folder.file("\(place).study"))
      _ = try study.begin(runDescription(.perturbations, options: options))
      #expect(throws: StudyError.self) { try study.results(PerturbationResult.self) }
    }
  }

  @Test func aStudyOfTheVersionBeforeIsBroughtUpToDate() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { try StudySchema.bringUpToDate($0, version: 2) }
    #expect(try Study(reading: path).results(PerturbationResult.self).isEmpty)
    let study = try Study(at: path)
    try study.append(answers, to: try study.begin(description()))
    #expect(try study.results(PerturbationResult.self)[0].count == 2)
  }

  @Test func answersOfTheVersionBeforeStayAndHaveNoPlace() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    let database = try DatabaseQueue(path: path)
    try database.write { database in
      try StudySchema.bringUpToDate(database, version: 3)
      #expect(try Int.fetchOne(database, sql: "PRAGMA user_version") == 3)
      try database.execute(
        sql: """
          INSERT INTO runs (kind, observer, observer_kind, command, seed, threads, processor, options, tool_version,
            started_ms)
          VALUES ('perturbations', 'bagnet17', 'network', '', '0', 1, '', '{"attack":"pgd","norm":"linf"}', '', 0);
          INSERT INTO perturbation_answers VALUES (1, 'a.jpg', 0, 0, 1, 0.5, 9, NULL, 0);
          """)
    }
    try database.close()
    let answer = PerturbationAnswer(
      image: "a.jpg", label: 0, clean: 0, adversarial: 1, length: 0.5, queries: 9)
    #expect(try Study(at: path).results(PerturbationResult.self).map(\.answers) == [[answer]])
    #expect(try Study(reading: path).results(PerturbationResult.self).map(\.answers) == [[answer]])
  }
}
