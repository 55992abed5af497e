import Probes
import Studies

extension StudyCSV {
  /// A row for each of the most telling patches; indices stand as they are: 0 for the first class.
  static func addEvidencePatches(
    _ add: (_ name: String, _ header: [String], _ rows: [[String]]) -> Void, of study: Study
  ) throws {
    add(
      "evidence-patches",
      ["class", "side", "rank", "image", "label", "x", "y", "logit", "predicted"],
      try study.recorded(EvidencePatchResult.self, of: study.runs(.evidencePatches)).flatMap { recorded in
        recorded.result.classes.flatMap { found in
          [("telling", found.telling), ("distractor", found.distractors)].flatMap { name, side in
            side.patches.enumerated().map { place, patch in
              [
                "\(recorded.run.id)", "\(found.classIndex)", name, "\(place + 1)", patch.image,
                "\(patch.label)", "\(patch.left)", "\(patch.top)", "\(patch.logit)", "\(patch.predicted)",
              ]
            }
          }
        }
      })
  }
}
