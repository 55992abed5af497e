import Adversary
import Files
import Models
import Probes

/// Where `perturb` keeps the pictures that it changed: `OUT/network/budget/picture`.
extension PerturbationPlan {
  /// Checks what can be known before networks are asked.
  ///
  /// - Throws: when a sticker would not fit into a network's pictures, or two networks' pictures would lie in one folder.
  func require(_ cards: [ModelCard]) throws {
    if case .squares(let sizes) = bounds {
      for card in cards { _ = try sizes.sides(for: card) }
    }
    guard let out else { return }
    let folders = cards.map { folder(of: $0, in: out) }
    if let twice = folders.first(where: { folder in folders.count { $0 == folder } > 1 }) {
      throw CommandError.wrongUse(
        "expected networks whose names give different folders, found \(twice) twice; change \"name\" in one of the cards"
      )
    }
  }

  /// The folder of a network's pictures.
  func folder(of card: ModelCard, in out: String) -> String { "\(out)/\(fileName(card.name))" }

  /// The folder for one question to a network.
  func keptPictures(
    of model: LoadedModel, _ question: PerturbationQuestion, _ options: [String: String], in out: String
  ) throws -> ChangedPictureFolder {
    var settings = options
    settings["model"] = model.card.name
    settings["weights"] = try model.record().weightsSHA256
    settings["seed"] = "\(recorder.common.seed)"
    settings["target"] = question.target.map { model.card.classes[$0] }
    return try ChangedPictureFolder(
      "\(folder(of: model.card, in: out))/\(name(of: question))", settings: settings, for: model.card)
  }

  /// - Throws: `CommandError.wrongUse` where an interrupted run's answers have no pictures, since it kept none.
  func require(_ answers: [PerturbationAnswer], in kept: ChangedPictureFolder) throws {
    let missing = answers.count { !kept.contains($0.image) }
    guard missing > 0 else { return }
    throw CommandError.wrongUse(
      "expected the pictures of \(answers.count) answers of an interrupted run in \(kept.path), found "
        + "\(answers.count - missing); go on without --out, or begin with another --study")
  }

  /// `linf-4-255`, `l2-smallest`, `side-20`
  private func name(of question: PerturbationQuestion) -> String {
    if let side = question.side { return "side-\(side)" }
    let norm = question.norm.map(\.rawValue) ?? ""
    guard case .lengths(_, let epsilons) = bounds, let epsilon = question.epsilon,
      let typed = epsilons.first(where: { $0.value == epsilon })
    else { return "\(norm)-smallest" }
    return "\(norm)-\(fileName(typed.text))"
  }
}
