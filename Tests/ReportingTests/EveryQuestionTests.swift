import Adversary
import Datasets
import Foundation
import Layers
import Probes
import Studies
import Testing

@testable import Reporting

/// Whatever is asked twice of different things is shown twice, everywhere: for every kind of question there is.
struct EveryQuestionTests {
  /// Answers of one kind, better ones or worse ones, about one corpus.
  struct Asked {
    let kind: QuestionKind
    /// A measure that is greater with the better answers.
    let measure: String

    static let all: [QuestionKind: String] = [
      .accuracy: "clean_accuracy", .sticker: "sticker_success", .places: "place_success",
      .perturbations: "robust_accuracy", .evidence: "logit", .evidencePatches: "telling_logit",
      .attribution: "insertion_area", .textureBias: "shape_bias", .singleCue: "cue_accuracy",
      .localConflict: "shape_evidence", .shuffling: "shuffled_accuracy", .interactions: "additivity",
      .sensitivity: "probability_fall", .distortions: "distorted_accuracy",
      .corruptions: "corrupted_accuracy",
    ]
  }

  private static func options(_ kind: QuestionKind, _ corpus: String) throws -> [String: String] {
    var options = ["corpus": corpus, "limit": "all"]
    func ask(_ question: some Encodable) throws {
      options[RunDescription.questionOption] = try RunDescription.option(for: question)
    }
    switch kind {
    case .sticker:
      options["sticker"] = "\(corpus).png"
      options["sticker_sha256"] = corpus
    case .places: try ask(PlaceQuestion(stride: 8, width: 20, height: 20))
    case .textureBias, .localConflict:
      options["stimuli"] = corpus
      options["corpus"] = nil
    case .evidence:
      options["image"] = "\(corpus).jpg"
      options["class"] = "tench"
    case .singleCue: options[RunDescription.setOption] = "edges"
    case .distortions: options[RunDescription.conditionsOption] = "rotation 0 90"
    case .corruptions: options[RunDescription.conditionsOption] = "clean 0; fog 1"
    case .perturbations:
      options[RunDescription.attackOption] = "pgd"
      options[RunDescription.normOption] = PerturbationNorm.allCases[0].rawValue
      options[RunDescription.epsilonOption] = "\(4.0 / 255)"
    case .attribution: options[RunDescription.rankingsOption] = "random"
    case .shuffling: try ask(ShufflingQuestion(conditions: [.init(.grid, 2)]))
    case .interactions: try ask(InteractionQuestion(layouts: [.init(side: 8, gap: 8)]))
    case .sensitivity: try ask(SensitivityQuestion(rankings: ["random"], counts: [1], side: 8))
    case .evidencePatches: try ask(EvidencePatchQuestion(classes: [0], patches: 1))
    default: break
    }
    return options
  }

  /// Asks one network about a corpus; of ten pictures eight answers are good, or two.
  static func ask(_ kind: QuestionKind, about corpus: String, isGood: Bool, in study: Study) throws {
    let model = StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9)
    let aims = kind == .sticker || kind == .places
    var description = StudyFixture.run(kind, model, target: aims ? 8 : nil, command: "ask \(corpus)")
    description.options = try options(kind, corpus)
    let digests = (0..<10).map { ("\($0).jpg", Array("\(corpus)\($0)".utf8)) }
    let pictures = PictureSet(Dictionary(uniqueKeysWithValues: digests))
    try study.keep(pictures)
    description.picturesSHA256 = pictures.sha256
    let run = try study.begin(description, at: StudyFixture.start)
    let good = isGood ? 8 : 2
    let numbers = 0..<10
    func named(_ index: Int) -> Int { index < good ? 1 : 2 }
    switch kind {
    case .accuracy:
      try study.append(
        numbers.map { ImageAnswer(image: "\($0).jpg", label: 1, top: [named($0), 3]) }, to: run)
    case .sticker:
      try study.append(
        numbers.map {
          StickerAnswer(
            image: "\($0).jpg", label: 1, clean: 1, x: 0, y: 0, scale: 1, sticker: $0 < good ? 8 : 1,
            noise: 1,
            photo: 1)
        }, to: run)
    case .places:
      try study.append(
        numbers.map {
          PlaceAnswer(
            image: "\($0).jpg", label: 1, clean: 1, columns: 1, sticker: [$0 < good ? 8 : 1], noise: [1],
            photo: [1])
        }, to: run)
    case .perturbations:
      try study.append(
        numbers.map {
          PerturbationAnswer(
            image: "\($0).jpg", label: 1, clean: 1, adversarial: named($0), length: 0.01, queries: 1,
            finder: nil, hasVanishedGradient: false, place: nil)
        }, to: run)
    case .textureBias, .singleCue:
      try study.append(
        numbers.map {
          CueConflictAnswer(
            stimulus: "\($0).jpg", shape: "cat", texture: "dog", response: $0 < good ? "cat" : "dog")
        }, to: run)
    case .localConflict:
      try study.append(
        numbers.map { index in
          LocalConflictAnswer(
            stimulus: "\(index).jpg", shape: "cat", texture: "dog",
            difference: Float(good) + Float(index) / 10,
            regions: ConflictRegion.allCases.map { _ in
              RegionEvidence(cells: 1, sum: Double(good), shapeCells: 1)
            })
        }, to: run)
    case .distortions, .corruptions:
      try study.append(
        numbers.map { DistortionAnswer(image: "\($0).jpg", label: 1, answers: [1, named($0)]) }, to: run)
    case .attribution:
      let level = Float(good) / 10
      try study.append(
        numbers.map { index in
          AttributionScores(
            image: "\(index).jpg", label: 1, classIndex: 1,
            rankings: [
              RankingScores(
                ranking: "random", deletion: AttributionScoreProbe.shares.map { _ in level },
                insertion: AttributionScoreProbe.shares.map { _ in level }, sensitivity: [], pearson: nil,
                spearman: nil, relativeError: nil)
            ])
        }, to: run)
    case .shuffling:
      try study.append(
        numbers.map {
          ShufflingAnswer(
            image: "\($0).jpg", label: 1, clean: 1, answers: [named($0)], innerAnswers: [], innerClean: [],
            innerDifference: nil)
        }, to: run)
    case .interactions:
      try study.append(
        numbers.map { index in
          let joint = Double(index)
          return InteractionAnswer(
            image: "\(index).jpg", label: 1, joint: [joint], sum: [isGood ? joint : joint * joint - 9 * joint]
          )
        }, to: run)
    case .sensitivity:
      try study.append(
        numbers.map {
          SensitivityAnswer(image: "\($0).jpg", label: 1, clean: 1, probabilities: [1 - Double(good) / 10])
        }, to: run)
    case .evidence:
      let map = EvidenceMap(
        model: "bag", image: "\(corpus).jpg", classIndex: 0, logit: Float(good),
        cells: [Float(good)], rows: 1, columns: 1,
        receptiveField: ReceptiveField(size: 9, stride: 8, offset: 0))
      let picture = try EncodedPicture(
        PNGFixture.encode(width: 9, height: 9) { _, _ in [0.5, 0.5, 0.5] }, name: "p")
      try study.append([PicturedEvidence(map: map, picture: picture)], to: run)
    case .evidencePatches:
      let patch = EvidencePatch(
        classIndex: 0, image: "0.jpg", label: 0, predicted: 0, top: 0, left: 0, logit: Float(good), side: 9,
        pixels: Array(repeating: 7, count: 3 * 81))
      try study.append(
        [EvidencePatchAnswer(image: "0.jpg", label: 0, predicted: 0, patches: [patch])], to: run)
    default: Issue.record("no answers for \(kind.rawValue)")
    }
    try study.finish(run, at: StudyFixture.start)
  }

  private static func study(
    _ folder: TemporaryFolder, _ name: String, _ kind: QuestionKind, _ asked: [(String, Bool)]
  ) throws -> Study {
    let study = try Study(at: folder.file(name))
    for (corpus, isGood) in asked { try ask(kind, about: corpus, isGood: isGood, in: study) }
    return study
  }

  @Test func everyKindHasAMeasureToBeGatedBy() {
    #expect(Set(Asked.all.keys) == Set(ReportPart.catalogue.map(\.kind)))
  }

  @Test(arguments: ReportPart.catalogue.map(\.kind))
  func twoQuestionsOfAKindAreOnThePageInTheJSONInTheGatesAndInTheDifference(kind: QuestionKind) throws {
    let folder = try TemporaryFolder()
    let measure = try #require(Asked.all[kind])
    let orders: [[(String, Bool)]] = [
      [("alpha", true), ("beta", false)], [("beta", false), ("alpha", true)],
    ]
    for (place, order) in orders.enumerated() {
      let study = try Self.study(folder, "\(place).study", kind, order)
      let report = try Report(studies: [study])
      let numbers = report.gateableNumbers.filter { $0.kind == kind.rawValue && $0.measure == measure }
      let labels = Set(numbers.map(\.question))
      #expect(labels.count == 2, "\(kind.rawValue): \(labels)")
      // The last detail where there are several: the one in which good and bad answers differ.
      func value(_ corpus: String) throws -> Double {
        try #require(numbers.last { $0.question.contains(corpus) }?.value)
      }
      let (better, worse) = (try value("alpha"), try value("beta"))
      #expect(better > worse, "\(kind.rawValue)")
      // A gate that only one of the two meets is met, whichever was asked last.
      let middle = (better + worse) / 2
      // All details, or the question's own name where that is the detail.
      let shared = Set(numbers.last?.details ?? []).filter { !$0.contains(".jpg") }.sorted()
      let details = shared.isEmpty ? "" : "[\(shared.map(GateText.quoted).joined(separator: ","))]"
      let gate = try Report(
        studies: [study], gates: [Gate("\(kind.rawValue).*.\(measure)\(details)>\(middle)")])
      #expect(gate.gates[0].isMet, "\(kind.rawValue)")
      #expect(gate.gates[0].line.contains("alpha") && !gate.gates[0].line.contains("beta"))
      for label in labels {
        let listed = try #require(numbers.last { $0.question == label })
        let one = try Report(studies: [study], gates: [Gate(listed.gate)])
        #expect(one.gates[0].state == "not met" && one.gates[0].numbers.count == 1, "\(listed.gate)")
      }
      // On the page: each is named, and no figure's identifier stands twice.
      let html = try report.html()
      let shown = html.components(separatedBy: "id=\"provenance\"")[0]
      for corpus in ["alpha", "beta"] { #expect(shown.contains(corpus), "\(kind.rawValue): \(corpus)") }
      let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.output.1) }
      #expect(ids.count == Set(ids).count, "\(kind.rawValue): an identifier stands twice")
      // In the JSON: two answers with their questions.
      let json = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
      let part = try #require(ReportPart.catalogue.first { $0.kind == kind })
      let found = Self.questions(
        in: part.jsonKey.split(separator: ".").reduce(json as Any?) {
          ($0 as? [String: Any])?[String($1)]
        })
      #expect(Set(found) == labels, "\(kind.rawValue): \(found)")
      // In the difference: nothing changed from itself; another question is not compared.
      let same = try ReportDifference(study, study)
      #expect(same.changed.isEmpty && same.onlyInFirst.isEmpty && same.onlyInSecond.isEmpty)
      #expect(Set(same.rows.map(\.question)).count == 2)
    }
    let alpha = try Self.study(folder, "alpha.study", kind, [("alpha", true)])
    let both = try Self.study(folder, "both.study", kind, [("alpha", true), ("beta", false)])
    let difference = try ReportDifference(alpha, both)
    #expect(difference.changed.isEmpty && difference.onlyInFirst.isEmpty)
    #expect(difference.onlyInSecond.count == 1 && difference.onlyInSecond[0].contains("beta"))
    let beta = try Self.study(folder, "beta.study", kind, [("beta", false)])
    let error = try #require(throws: ReportingError.self) { try ReportDifference(alpha, beta) }
    #expect(error.fault == .badInput && error.description.hasPrefix("nothing to compare"))
  }

  /// The labels of all questions below a value.
  private static func questions(in value: Any?) -> [String] {
    switch value {
    case let list as [Any]: return list.flatMap(questions)
    case let object as [String: Any]:
      let own = (object["question"] as? [String: Any])?["label"] as? String
      return own.map { [$0] } ?? object.values.flatMap(questions)
    default: return []
    }
  }

  @Test func theSameQuestionAskedAgainReplacesTheAnswerAndThePageSaysSo() throws {
    let folder = try TemporaryFolder()
    let study = try Self.study(folder, "a.study", .accuracy, [("alpha", true), ("alpha", false)])
    let report = try Report(studies: [study])
    let numbers = report.gateableNumbers.filter { $0.measure == "clean_accuracy" }
    #expect(numbers.map(\.value) == [0.2])
    #expect(try report.html().contains("finished, asked again later"))
  }

  @Test func networksOfOneNameWithOtherWeightsStayTwo() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    for (weights, right) in [("aa", 8), ("bb", 3)] {
      var model = StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9)
      model.weightsSHA256 = weights
      let run = try study.begin(StudyFixture.run(.accuracy, model, command: "c"))
      try study.append(
        (0..<10).map { ImageAnswer(image: "\($0)", label: 1, top: [$0 < right ? 1 : 2]) }, to: run)
      try study.finish(run)
    }
    let report = try Report(studies: [study])
    let numbers = report.gateableNumbers.filter { $0.measure == "clean_accuracy" }
    #expect(numbers.map(\.value) == [0.8, 0.3])
    #expect(Set(numbers.map(\.name)).count == 2 && numbers.allSatisfy { $0.name.hasPrefix("bag #") })
    #expect(try Report(studies: [study], gates: [Gate("bag.clean_accuracy<0.5")]).gates[0].isMet)
  }

  /// Two networks asked the same of one picture: each number is its own network's.
  @Test func evidenceOfTwoNetworksIsGatedUnderTheirOwnNames() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    for (name, logit) in [("one", Float(8)), ("two", 2)] {
      let model = StudyFixture.model(name, "bagnet9", parameters: 5, field: 9)
      var description = StudyFixture.run(.evidence, model, command: "c")
      description.options = ["image": "a.jpg", "class": "tench"]
      let run = try study.begin(description)
      let map = EvidenceMap(
        model: name, image: "a.jpg", classIndex: 0, logit: logit, cells: [logit], rows: 1, columns: 1,
        receptiveField: ReceptiveField(size: 9, stride: 8, offset: 0))
      let picture = try EncodedPicture(
        PNGFixture.encode(width: 9, height: 9) { _, _ in [0.5, 0.5, 0.5] }, name: "p")
      try study.append([PicturedEvidence(map: map, picture: picture)], to: run)
      try study.finish(run)
    }
    let report = try Report(
      studies: [study], gates: [try Gate("evidence.one.logit<5"), try Gate("evidence.two.logit<5")])
    #expect(report.gates.map(\.isMet) == [false, true])
  }

  /// A person who answered two sets of stimuli is one person with two answers; two files under one name are two.
  @Test func recordedAnswersAreToldApartByTheirStimuliAndByWhatWasAnswered() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    func add(_ name: String, set: String, shape: Int) throws {
      let answers = (0..<20).map { index in
        CueConflictAnswer(
          stimulus: "\(set)\(index)", shape: "cat", texture: "dog", response: index < shape ? "cat" : "dog")
      }
      let result = TextureBiasResult(observer: name, kind: .person, answers: answers)
      let run = try study.begin(
        RunDescription(
          kind: .textureBias, observer: name, observerKind: .person, command: "c", seed: 0, threads: 1,
          processor: "p",
          options: [
            "responses": "\(set).csv", RunDescription.responsesDigestOption: result.answersDigest,
            RunDescription.stimuliDigestOption: result.stimuliDigest, "recorded": "20 stimuli",
          ], toolVersion: "0.1.0"))
      try study.append(answers, to: run)
      try study.finish(run)
    }
    try add("ann", set: "edges", shape: 15)
    try add("ann", set: "colour", shape: 5)
    try add("twin", set: "edges", shape: 12)
    try add("twin", set: "edges", shape: 8)
    let report = try Report(studies: [study])
    let numbers = report.gateableNumbers.filter { $0.measure == "shape_bias" }
    #expect(numbers.map(\.value) == [0.75, 0.25, 0.6, 0.4])
    #expect(numbers.prefix(2).map(\.name) == ["ann", "ann"] && numbers[0].question != numbers[1].question)
    #expect(Set(numbers.suffix(2).map(\.name)).count == 2, "\(numbers.map(\.name))")
    let json = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    #expect((json["texture_bias"] as? [Any])?.count == 2)
  }

  /// Equal names, other bytes: another question. Equal bytes under other paths: the same.
  @Test func picturesAreTheSameWhenTheirBytesAre() throws {
    let folder = try TemporaryFolder()
    func study(_ name: String, corpus: String, salt: String, right: Int) throws -> Study {
      let study = try Study(at: folder.file(name))
      let model = StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9)
      var description = StudyFixture.run(.accuracy, model, command: "c")
      description.options["corpus"] = corpus
      let digests = (0..<100).map { ("\($0)", Array("\(salt)\($0)".utf8)) }
      let pictures = PictureSet(Dictionary(uniqueKeysWithValues: digests))
      try study.keep(pictures)
      description.picturesSHA256 = pictures.sha256
      let run = try study.begin(description)
      try study.append(
        (0..<100).map { ImageAnswer(image: "\($0)", label: 1, top: [$0 < right ? 1 : 2]) }, to: run)
      try study.finish(run)
      return study
    }
    let first = try study("a.study", corpus: "pictures/val", salt: "light", right: 90)
    let moved = try study("b.study", corpus: "elsewhere/val", salt: "light", right: 60)
    let darkened = try study("c.study", corpus: "pictures/val", salt: "dark", right: 60)
    let row = try #require(try ReportDifference(first, moved).rows.first { $0.key == "clean_accuracy" })
    let paired = try #require(row.paired)
    #expect(row.change == .beyondNoise && row.isWorse && !row.isByName && paired.changed == 30)
    // Thirty lost and none won, with half a picture each way and one drawn added: closed form.
    let (mean, square) = (-30.0 / 102, 31.0 / 102)
    let half = 1.959963984540054 * ((square - mean * mean) / 102).squareRoot()
    #expect(abs(paired.lower - (mean - half)) < 1e-12 && abs(paired.upper - (mean + half)) < 1e-12)
    #expect(throws: ReportingError.self) { try ReportDifference(first, darkened) }
  }
}

struct GateTextTests {
  @Test(arguments: [
    "plain", "a.b", "a[b]", "a,b", "say \"cat\"", " spaced ", "", "a<b>=c", "tench/sticker", "Ä ' é",
  ])
  func whatIsQuotedReadsBack(part: String) throws {
    let text = "sticker[\(GateText.quoted(part)),x].\(GateText.quoted(part)).m[\(GateText.quoted(part))]"
    let parts = try #require(GateText(text)).parts
    #expect(parts.map(\.word) == ["sticker", part.isEmpty ? "" : part, "m"])
    #expect(parts[0].terms == [part, "x"])
  }

  @Test(arguments: ["a[b", "\"a", "a[\"b]"]) func whatDoesNotCloseIsNoGate(text: String) {
    #expect(GateText(text) == nil)
  }
}
