import Probes

/// What `perturb` says of one network: its answers, and where their pictures are kept.
struct PerturbedNetwork: Encodable {
  private let answers: PerturbationDocument
  /// The folder of the changed pictures; null where none were kept.
  private let pictures: Nullable<String>

  private enum CodingKeys: String, CodingKey { case pictures }

  /// Nil where nothing was asked.
  init?(_ outcome: PerturbationPlan.Outcome, _ plan: PerturbationPlan) {
    guard let last = outcome.results.last else { return nil }
    answers = PerturbationDocument(
      last, plan.points(of: outcome).map(\.value), warnings: outcome.warnings)
    pictures = Nullable(outcome.pictures)
  }

  func encode(to encoder: any Encoder) throws {
    try answers.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pictures, forKey: .pictures)
  }
}
