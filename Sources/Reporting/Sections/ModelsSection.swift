import Layers
import Models
import Studies

extension ReportData {
  /// What each network is, in the words of its card and the numbers of its weights.
  func modelsSection() -> PageSection? {
    guard !models.isEmpty else { return nil }
    return PageSection(
      id: "networks", title: models.count == 1 ? "The network" : "The networks",
      blocks: [.cards(models.map { (title: $0.name, facts: facts(of: $0.value)) })])
  }

  private func facts(of model: ModelRecord) -> [Fact] {
    let card = model.card
    var facts = [
      Fact(name: "Architecture", value: "\(card.architecture)"),
      Fact(name: "Classes", value: "\(classes(of: card))"),
      Fact(name: "Parameters", value: "\(Format.count(model.parameters))"),
      Fact(name: "Receptive field", value: "\(field(of: model))"),
      Fact(name: "Preprocessing", value: "\(preprocessing(of: model))"),
      Fact(name: "Trained on", value: "\(card.corpus ?? "not recorded")"),
    ]
    if let top1 = card.top1 {
      facts.append(Fact(name: "Top-1 according to its card", value: "\(Format.percent(top1))"))
    }
    facts += [
      Fact(name: "Source", value: "\(card.source ?? "not recorded")"),
      Fact(name: "Licence", value: "\(card.licence ?? "not recorded")"),
      Fact(name: "Weights, SHA-256", value: "\(code: model.weightsSHA256)"),
    ]
    return facts
  }

  private func classes(of card: ModelCard) -> String {
    let shown = 10
    let names = card.classes.indices.prefix(shown).map { card.displayName(ofClass: $0) }
    let rest = card.classes.count - names.count
    return "\(Format.count(card.classes.count)): \(names.joined(separator: ", "))"
      + (rest > 0 ? " and \(Format.count(rest)) more" : "")
  }

  private func field(of model: ModelRecord) -> String {
    guard let field = model.receptiveField else { return "the whole picture; no exact evidence map" }
    return "\(field.size) × \(field.size) px, one cell every \(field.stride) px"
  }

  private func preprocessing(of model: ModelRecord) -> String {
    let steps = model.card.preprocessing
    var parts: [String] = []
    if let side = steps.resizeShorterSide {
      parts.append("shorter side to \(side) px (\(steps.interpolation.rawValue))")
    }
    if let crop = steps.centerCrop { parts.append("central \(crop) × \(crop) px") }
    func list(_ values: [Float]) -> String { values.map(\.description).joined(separator: ", ") }
    if let mean = steps.mean { parts.append("minus mean (\(list(mean)))") }
    if let std = steps.std { parts.append("divided by deviation (\(list(std)))") }
    parts.append("input \(model.inputSize) × \(model.inputSize) px")
    return parts.joined(separator: "; ")
  }
}
