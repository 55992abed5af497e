import Probes
import Studies

extension ReportData {
  /// Every network's most telling patches, without their pixels.
  func evidencePatchJSON() -> JSONValue {
    .list(
      evidencePatches.map { entry in
        let (result, record) = (entry.value.result, entry.value.run.description.model)
        var fields = common(entry.name, entry.value.run, skipped: result.skipped)
        fields["n"] = .whole(result.count)
        fields["patch"] = .whole(result.patchSide)
        fields["classes"] = .list(
          result.classes.map { found in
            .object([
              "class": .whole(found.classIndex), "class_name": .text(record.className(found.classIndex)),
              "images": .whole(found.images), "telling": json(strongest: found.telling),
              "distractors": json(strongest: found.distractors),
            ])
          })
        return .object(fields)
      })
  }

  private func json(strongest: EvidencePatchResult.Strongest) -> JSONValue {
    .object([
      "whole": .flag(strongest.isWhole),
      "patches": .list(
        strongest.patches.map { patch in
          .object([
            "image": .text(patch.image), "label": .whole(patch.label), "predicted": .whole(patch.predicted),
            "x": .whole(patch.left), "y": .whole(patch.top), "logit": .single(patch.logit),
          ])
        }),
    ])
  }
}
