import Adversary
import GRDB
import Probes

extension Study {
  /// For each network and each question asked of an attack the latest answers, in the order they were first asked.
  ///
  /// - Throws: `StudyError.damaged` when a run's options do not name its attack.
  public func recordedPerturbations() throws -> [Recorded<PerturbationResult>] {
    let latest = try latestRuns(.perturbations) { run in
      PerturbationKey(observer: run.description.observer, question: try question(of: run))
    }
    return try mapAnswers(of: latest) { run, answers in
      Recorded(
        run: run,
        result: PerturbationResult(
          model: run.description.observer, question: try question(of: run), answers: answers,
          skipped: try skipped(of: run), warnings: try warnings(of: run)))
    }
  }

  private struct PerturbationKey: Hashable {
    let observer: String
    let question: PerturbationQuestion
  }

  private func question(of run: Run) throws -> PerturbationQuestion {
    let options = run.description.options
    let target = run.description.target
    let epsilon = options[RunDescription.epsilonOption]
    if let attack = options[RunDescription.attackOption] {
      if let side = options[RunDescription.sideOption].flatMap({ Int($0) }) {
        return PerturbationQuestion(attack: attack, side: side, target: target)
      }
      if let norm = options[RunDescription.normOption].flatMap(PerturbationNorm.init(rawValue:)),
        epsilon == nil || epsilon.flatMap(Double.init) != nil
      {
        return PerturbationQuestion(
          attack: attack, norm: norm, epsilon: epsilon.flatMap(Double.init), target: target)
      }
    }
    throw StudyError.damaged(path: path, reason: "run \(run.id) does not say which attack it answers for")
  }

  /// What speaks against trusting a run, in the order it was noted.
  public func warnings(of run: Run) throws -> [String] {
    try reading { database in
      try String.fetchAll(
        database, sql: "SELECT warning FROM warnings WHERE run = ? ORDER BY rowid", arguments: [run.id])
    }
  }

  public func perturbationResults() throws -> [PerturbationResult] {
    try recordedPerturbations().map(\.result)
  }
}
