import Probes
import Studies

extension ReportData {
  /// One network's answers to one question asked of an attack.
  func json(perturbation entry: Entry<Recorded<PerturbationResult>>) -> JSONValue {
    let result = entry.value.result
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    fields["attack"] = .text(result.question.attack)
    fields["norm"] = .optional(result.question.norm?.rawValue)
    fields["epsilon"] = .optional(result.question.epsilon)
    fields["side"] = .optional(result.question.side)
    fields["target"] = .optional(result.question.target)
    fields["n"] = .whole(result.count)
    proportion("clean_accuracy", result.cleanCorrect, of: result.count, into: &fields)
    proportion("robust_accuracy", result.robustCorrect(), of: result.count, into: &fields)
    proportion("success", result.successes.count, of: result.attacked.count, into: &fields)
    fields["max_norm"] = .optional(result.greatestLength)
    fields["median_norm"] = .optional(result.medianLength)
    fields["mean_queries"] = .optional(result.meanQueries)
    fields["warnings"] = .list(result.warnings.map(JSONValue.text))
    return .object(fields)
  }
}
