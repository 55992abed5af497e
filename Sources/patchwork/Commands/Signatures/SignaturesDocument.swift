import Models
import Probes

/// What `signatures` says as JSON.
struct SignaturesDocument: Encodable {
  let shuffling: [ShufflingDocument]
  let interactions: [InteractionDocument]
  let errors: [ErrorAgreementDocument]
  let sensitivity: [SensitivityDocument]

  init(_ answers: SignatureAnswers, _ models: [LoadedModel]) {
    func model(_ name: String) -> LoadedModel? { models.first { $0.card.name == name } }
    let bootstrap = answers.bootstrap
    shuffling = answers.shuffling.map(ShufflingDocument.init)
    interactions = answers.interactions.map { result in
      let network = model(result.model)
      return InteractionDocument(result, result.points(bootstrap)) { network?.isAdditive($0) }
    }
    errors = answers.errors.map { pair in
      ErrorAgreementDocument(pair, classes: model(pair.first)?.card.classes ?? [])
    }
    sensitivity = answers.sensitivity.map { SensitivityDocument($0, $0.curves(bootstrap)) }
  }
}
