import Foundation
import Models
import Tensors
import Testing

@testable import Adversary

@Suite struct PerturbationCatalogueTests {
  @Test func everyAttackFileIsInTheCatalogue() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Adversary/Perturbations")
    let catalogue = try String(
      contentsOf: folder.appendingPathComponent("Catalogue/PerturbationCatalogue.swift"), encoding: .utf8)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("Attacks").path)
    #expect(files.count >= 11)
    for file in files {
      #expect(catalogue.contains(file.dropLast(".swift".count)), "\(file) has no line in the catalogue")
    }
  }

  @Test func namesDifferAndEntriesSayWhereTheyComeFrom() {
    let all = PerturbationCatalogue.all
    #expect(Set(all.map(\.name)).count == all.count)
    for entry in all {
      #expect(entry.summary.hasSuffix("."))
      #expect(entry.source.contains(/\d{4}\.\d{4,5}$/))
      #expect(entry.norms.isEmpty == entry.isPatch)
    }
  }

  @Test func everyAttackRunsWithItsDefaultsInEveryNormItNames() throws {
    let linear = try LinearTask(classes: 5, count: 2)
    let images = RandomPictures(labels: [0, 1, 2, 3], height: LinearTask.side, width: LinearTask.side)
    var short = PerturbationSettings()
    for entry in PerturbationCatalogue.all {
      short.steps = entry.settings.contains(.steps) ? 12 : nil
      short.queries = entry.settings.contains(.queries) ? 60 : nil
      for norm in entry.norms {
        try entry.require(norm, .untargeted, short)
        let budget = try PerturbationBudget(norm, epsilon: norm == .linf ? 0.2 : 3)
        switch entry.maker {
        case .bounded(let make):
          let found = try make(budget, short).perturb(
            linear.task, against: linear.classifier, workers: Workers())
          #expect(found.isFound == [true, true], "\(entry.name)")
        case .minimal(let make):
          let found = try make(norm, short).perturb(
            linear.task, against: linear.classifier, workers: Workers())
          #expect(found.isFound == [true, true], "\(entry.name)")
        case .universal(let make):
          let found = try make(budget, .untargeted, short).perturbation(
            against: linear.classifier, on: images, seed: 0, workers: Workers()
          ) { _ in }
          #expect(found.length > 0)
        case .patch: Issue.record("\(entry.name) has a norm")
        }
      }
      guard case .patch(let make) = entry.maker else { continue }
      try entry.require(nil, .targeted(1), short)
      let found = try make(try PatchBudget(side: 5), short).perturb(
        linear.task, against: linear.classifier, workers: Workers())
      #expect(found.isFound == [true, true], "\(entry.name)")
    }
  }

  /// What each attack that needs classes says of a network that has few.
  @Test func notesWhatFewClassesChange() throws {
    let others = { (count: Int, asked: Int) in
      "with \(count + 1) classes \(count) others are tried instead of \(asked)"
    }
    let margin =
      "with 2 classes the loss is the margin in place of the logit ratio, which needs three classes"
    let three =
      "with 3 classes the loss is the logit ratio without the fourth logit, which needs four classes"
    func notes(_ name: String, _ classes: Int, isTargeted: Bool = false, targets: Int? = nil) throws
      -> [String]
    {
      var settings = PerturbationSettings()
      settings.targets = targets
      return try #require(PerturbationCatalogue.named(name))
        .notes(classes: classes, isTargeted: isTargeted, settings)
    }
    for name in ["apgd-t", "standard"] {
      #expect(try notes(name, 2) == [margin, others(1, 9)])
      #expect(try notes(name, 3) == [three, others(2, 9)])
      #expect(try notes(name, 9) == [others(8, 9)])
      #expect(try notes(name, 10).isEmpty)
    }
    #expect(try notes("apgd-dlr", 2) == [margin])
    #expect(try notes("apgd-dlr", 3).isEmpty)
    #expect(try notes("apgd-dlr", 3, isTargeted: true) == [three])
    #expect(try notes("fab-t", 3) == [others(2, 9)])
    #expect(try notes("fab-t", 3, targets: 2).isEmpty)
    #expect(try notes("apgd-t", 6, targets: 6) == [others(5, 6)])
    for entry in PerturbationCatalogue.all
    where !["apgd-t", "standard", "apgd-dlr", "fab-t"].contains(entry.name) {
      #expect(entry.notes(classes: 2, isTargeted: false, PerturbationSettings()).isEmpty, "\(entry.name)")
    }
  }

  @Test func refusesWhatAnAttackCannotDo() throws {
    let carlini = try #require(PerturbationCatalogue.named("cw"))
    #expect(throws: AdversaryError.setting(name: "cw: norm", expected: "l2", found: "linf")) {
      try carlini.require(.linf, .untargeted, PerturbationSettings())
    }
    let square = try #require(PerturbationCatalogue.named("square"))
    var settings = PerturbationSettings()
    settings.steps = 3
    #expect(
      throws: AdversaryError.setting(name: "square", expected: "settings among queries", found: "steps")
    ) {
      try square.require(.linf, .untargeted, settings)
    }
    let fool = try #require(PerturbationCatalogue.named("deepfool"))
    #expect(throws: AdversaryError.needsTrueClass) {
      try fool.require(.l2, .targeted(0), PerturbationSettings())
    }
    #expect(PerturbationCatalogue.named("autoattack") == nil)
    #expect(throws: AdversaryError.setting(name: "cw: norm", expected: "l2", found: "none")) {
      try carlini.require(nil, .untargeted, PerturbationSettings())
    }
    let patch = try #require(PerturbationCatalogue.named("patch-rs"))
    #expect(throws: AdversaryError.self) { try patch.require(.l2, .untargeted, PerturbationSettings()) }
    #expect(
      throws: AdversaryError.setting(
        name: "patch-rs", expected: "settings among queries, restarts", found: "steps")
    ) {
      try patch.require(nil, .untargeted, settings)
    }
  }
}
