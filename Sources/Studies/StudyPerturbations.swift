import Adversary
import GRDB
import Probes

extension PerturbationQuestion {
  /// What a run asked of an attack.
  ///
  /// - Throws: `StudyError.damaged` when its options do not say.
  init(of run: Run, in study: Study) throws {
    let options = run.description.options
    let target = run.description.target
    let epsilon = options[RunDescription.epsilonOption]
    if let attack = options[RunDescription.attackOption] {
      if let side = options[RunDescription.sideOption].flatMap({ Int($0) }) {
        self.init(attack: attack, side: side, target: target)
        return
      }
      if let norm = options[RunDescription.normOption].flatMap(PerturbationNorm.init(rawValue:)),
        epsilon == nil || epsilon.flatMap(Double.init) != nil
      {
        self.init(attack: attack, norm: norm, epsilon: epsilon.flatMap(Double.init), target: target)
        return
      }
    }
    throw StudyError.damaged(
      path: study.path, reason: "run \(run.id) does not say which attack it answers for")
  }
}

extension Study {
  /// What speaks against trusting a run, in the order it was noted.
  public func warnings(of run: Run) throws -> [String] {
    try reading { database in
      try String.fetchAll(
        database, sql: "SELECT warning FROM warnings WHERE run = ? ORDER BY rowid", arguments: [run.id])
    }
  }
}
