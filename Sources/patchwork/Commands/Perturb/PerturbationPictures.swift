import Adversary
import Files
import Foundation
import Models
import Probes

/// Where `perturb` keeps the pictures that it changed: `OUT/network/attack/picture`.
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
  func folder(of card: ModelCard, in out: String) -> String {
    (out as NSString).appendingPathComponent(fileName(card.name))
  }

  /// The folder for one question to a network.
  ///
  /// - Parameter answers: an interrupted run's, whose pictures were attacked.
  /// - Throws: `CommandError.wrongUse` where that run kept no pictures; and as `ChangedPictureFolder` does.
  func keptPictures(
    of model: LoadedModel, _ question: PerturbationQuestion, _ options: [String: String], in out: String,
    after answers: [PerturbationAnswer]
  ) throws -> ChangedPictureFolder {
    let path = "\(folder(of: model.card, in: out))/\(name(of: question))"
    let found = ChangedPictureFolder.count(of: answers.map(\.image), at: path)
    guard found == answers.count else {
      throw CommandError.wrongUse(
        "expected the pictures of \(answers.count) answers of an interrupted run in \(path), found \(found); go on "
          + "without --out, or begin with another --study")
    }
    var settings = options
    settings["model"] = model.card.name
    settings["weights"] = try model.record().weightsSHA256
    settings["seed"] = "\(recorder.common.seed)"
    settings["target"] = question.target.map { model.card.classes[$0] }
    return try ChangedPictureFolder(path, settings: settings, for: model.card)
  }

  /// `pgd-linf-4-255`, `deepfool-l2`, `lavan-side-20`
  private func name(of question: PerturbationQuestion) -> String {
    if let side = question.side { return "\(entry.name)-side-\(side)" }
    let name = [entry.name] + (question.norm.map { [$0.rawValue] } ?? [])
    guard case .lengths(_, let epsilons) = bounds,
      let typed = epsilons.first(where: { $0.value == question.epsilon })
    else { return name.joined(separator: "-") }
    return (name + [fileName(typed.text)]).joined(separator: "-")
  }
}
