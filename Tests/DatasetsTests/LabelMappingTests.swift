import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct LabelMappingTests {
  private let classes = ["n1", "n2", "n3", "n4"]
  private let names = ["tabby", "tiger cat", "truck", "crane"]

  private func mapping(_ content: String) throws -> LabelMapping {
    let folder = try TemporaryFolder()
    return try LabelMapping(
      classes: classes, classNames: names, mappingFile: try folder.add("m.csv", content))
  }

  private func failure(_ content: String) throws -> String? {
    let folder = try TemporaryFolder()
    let path = try folder.add("m.csv", content)
    do {
      _ = try LabelMapping(file: path, classes: classes, classNames: names)
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: "\(folder.path)/", with: "")
    }
  }

  @Test func holdsThe207ClassesOf16Categories() {
    #expect(EntryLevelCategories.names.count == 16)
    #expect(EntryLevelCategories.names == EntryLevelCategories.names.sorted())
    #expect(EntryLevelCategories.categories.count == 207)
  }

  @Test(.enabled(if: SharedData.isPresent, "the data beside the package are absent"))
  func agreesWithThePublishedTable() throws {
    let table = try CSVTable(contentsOf: "\(SharedData.folder)/imagenet-1k-classes.csv")
    let columns = try table.columns(["wnid", "entry_level_category"])
    let id = try #require(columns["wnid"])
    let category = try #require(columns["entry_level_category"])
    #expect(table.rows.count == 1000)
    for row in table.rows {
      #expect(EntryLevelCategories.categories[row.fields[id]] ?? "" == row.fields[category])
    }
    let mapping = try LabelMapping(classes: table.rows.map { $0.fields[id] })
    #expect(mapping.categories == EntryLevelCategories.names)
    #expect(mapping.members.map(\.count).reduce(0, +) == 207)
  }

  @Test func mapsWordNetClassesThatCoverAllCategories() throws {
    let classes = ["n00000001"] + EntryLevelCategories.wordNetIDs.compactMap(\.ids.first)
    let mapping = try LabelMapping(classes: classes)
    #expect(mapping.members == (1...16).map { [$0] })
    var logits = [Float](repeating: 0, count: 17)
    logits[0] = 90
    logits[5] = 1
    #expect(mapping.decide(logits: logits) == EntryLevelCategories.names[4])
  }

  @Test func asksForAMappingWhereClassesDoNotCoverTheCategories() {
    #expect(throws: DatasetsError.mappingNeeded(classes: ["n02123045", "n03345487"])) {
      try LabelMapping(classes: ["n02123045", "n03345487"])
    }
    #expect(
      DatasetsError.mappingNeeded(classes: ["tench"]).description
        == "expected ImageNet classes that cover all 16 categories of the cues, or a mapping file, found classes "
        + "tench; write a CSV file with the first line class,category and a line for each class that belongs to a "
        + "category (tench,cat), and give it with --mapping")
  }

  @Test func aNetworkWhoseClassesAreCategoriesNeedsNoMapping() throws {
    let mapping = try LabelMapping(classes: ["truck", "cat", "bear"])
    #expect(mapping.categories == ["bear", "cat", "truck"] && mapping.members == [[2], [1], [0]])
    #expect(mapping.decide(logits: [0, 3, 1]) == "cat")
    #expect(throws: DatasetsError.self) { try LabelMapping(classes: ["truck", "cat", "tench"]) }
    #expect(throws: DatasetsError.self) { try LabelMapping(classes: []) }
  }

  @Test func readsAMappingByIdentifierAndByName() throws {
    let mapping = try mapping("class,category\ntiger cat,cat\nn1,cat\nTruck, truck\n")
    #expect(mapping.categories == ["cat", "truck"])
    #expect(mapping.members == [[0, 1], [2]])
    #expect(mapping.unanswerable(among: ["truck", "oven", "cat", "bear", "oven"]) == ["bear", "oven"])
  }

  @Test(arguments: [
    (
      "class,category\nn1,cat\ndog,dog\n",
      "m.csv:3: expected a class of the network, such as n1, found \"dog\""
    ),
    (
      "class,category\nn1,cat\n\ntabby,dog\n",
      "m.csv:4: expected each class once, found \"tabby\" again after line 2"
    ),
    ("class,category\nn1,\n", "m.csv:2: expected a value in column category, found none"),
    ("class,category\n,cat\n", "m.csv:2: expected a value in column class, found none"),
    ("class,category\nn1,cat,x\n", "m.csv:2: expected 2 fields as in the first line, found 3"),
  ])
  func namesTheLineThatIsWrong(content: String, problem: String) throws {
    #expect(try failure(content) == "\(problem); correct the line")
  }

  @Test func refusesMappingsWithoutColumnsOrRows() throws {
    #expect(
      try failure("n1,cat\n")
        == "m.csv: expected columns class, category, found n1, cat; add what is missing to the first line")
    #expect(
      try failure("class,category\n")
        == "m.csv: expected a line for each class that belongs to a category, found no rows; check the file")
  }

  @Test func averagesProbabilitiesWithinACategory() throws {
    let mapping = try mapping("class,category\nn1,cat\nn2,cat\nn3,truck\n")
    // Softmax of (2, 0, 1.5, 0): the greatest logit is a cat's, the greater mean is the truck's.
    let weights = [exp(2.0), 1, exp(1.5), 1]
    let sum = weights.reduce(0, +)
    let probabilities = mapping.probabilities(logits: [2, 0, 1.5, 0])
    #expect(abs(probabilities[0] - (weights[0] + weights[1]) / 2 / sum) < 1e-15)
    #expect(abs(probabilities[1] - weights[2] / sum) < 1e-15)
    #expect(mapping.decide(logits: [2, 0, 1.5, 0]) == "truck")
    #expect(mapping.decide(logits: [2.5, 0, 1.5, 0]) == "cat")
  }

  @Test func breaksTiesAlphabetically() throws {
    let mapping = try mapping("class,category\nn1,truck\nn2,bear\nn3,cat\n")
    #expect(mapping.decide(logits: [3, 3, 1, 0]) == "bear")
    #expect(mapping.decide(logits: [0, 0, 0, 0]) == "bear")
  }

  @Test func givesNoAnswerWhenSoftmaxIsUndefined() throws {
    let mapping = try mapping("class,category\nn1,truck\nn2,bear\n")
    #expect(mapping.decide(logits: [.nan, 0, 0, 0]) == "na")
    #expect(mapping.decide(logits: [0, .infinity, 0, 0]) == "na")
    #expect(mapping.decide(logits: [-3e38, 3e38, 0, 0]) == "bear")
  }
}
