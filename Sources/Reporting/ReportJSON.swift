import Foundation
import Layers
import Models
import Probes
import Studies

extension ReportData {
  /// The report's numbers for programs. `schema_version` rises when a field changes its meaning or goes.
  func json() -> JSONValue {
    var fields: [String: JSONValue] = [
      "schema_version": .whole(2),
      "studies": .list(studies.map(JSONValue.text)),
      "models": .list(models.map(json(model:))),
      "accuracy": .list(accuracy.map(json(accuracy:))),
      "stickers": .list(stickers.map(json(sticker:))),
      "texture_bias": .list(stimulusViews().map { $0.textureBiasJSON() }),
      "sticker_sweeps": .list(sweeps.map(json(swept:))),
      "sticker_places": placeJSON(),
      "perturbations": .list(perturbations.map(json(perturbation:))),
      "distortions": .list(views(\.distortions).map { $0.distortionJSON() }),
      "gates": gatesJSON(),
      "measurements": measurementsJSON(),
      "corruptions": .list(views(\.corruptions).map { $0.corruptionJSON() }),
      "attribution": attributionJSON(),
      "single_cues": .list(singleCues.map(json(singleCue:))),
      "local_conflict": .list(localConflicts.map(json(localConflict:))),
      "signatures": signatureJSON(),
      "evidence": .list(evidence.map(json(evidence:))),
      "evidence_patches": evidencePatchJSON(),
      "runs": .list(runs.map(json(run:))),
      "training": trainingJSON(),
    ]
    for part in parts { part.json.map { fields[part.jsonKey] = $0(self) } }
    return .object(fields)
  }

  private func json(model entry: Entry<ModelRecord>) -> JSONValue {
    let card = entry.value.card
    let steps = card.preprocessing
    return .object([
      "name": .text(entry.name), "study": .text(entry.study), "architecture": .text(card.architecture),
      "classes": .list(card.classes.map(JSONValue.text)),
      "class_names": .list(card.classNames.map(JSONValue.text)),
      "parameters": .whole(entry.value.parameters), "input_size": .whole(entry.value.inputSize),
      "receptive_field": entry.value.receptiveField.map(json(field:)) ?? .null,
      "preprocessing": .object([
        "resize_shorter_side": .optional(steps.resizeShorterSide),
        "center_crop": .optional(steps.centerCrop), "interpolation": .text(steps.interpolation.rawValue),
        "mean": steps.mean.map { .list($0.map(JSONValue.single)) } ?? .null,
        "std": steps.std.map { .list($0.map(JSONValue.single)) } ?? .null,
      ]),
      "source": .optional(card.source), "licence": .optional(card.licence), "corpus": .optional(card.corpus),
      "card_top1": .optional(card.top1), "weights_sha256": .text(entry.value.weightsSHA256),
    ])
  }

  private func json(field: ReceptiveField) -> JSONValue {
    .object(["size": .whole(field.size), "stride": .whole(field.stride), "offset": .whole(field.offset)])
  }

  private func json(accuracy entry: Entry<Recorded<AccuracyResult>>) -> JSONValue {
    let result = entry.value.result
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    fields["n"] = .whole(result.count)
    proportion("top1", result.top1Correct, of: result.count, into: &fields)
    proportion("top5", result.top5Correct, of: result.count, into: &fields)
    return .object(fields)
  }

  private func json(sticker entry: Entry<Recorded<StickerResult>>) -> JSONValue {
    .object(fields(entry.value, name: entry.name))
  }

  private func json(swept entry: Entry<SweptSticker>) -> JSONValue {
    var fields = fields(entry.value.recorded, name: entry.name)
    fields["sweep"] = .text(entry.value.sweep.rawValue)
    fields["made_on"] = .text(entry.value.madeOn)
    fields["area"] = .number(entry.value.area)
    return .object(fields)
  }

  /// What a sticker did to one network.
  private func fields(_ recorded: Recorded<StickerResult>, name: String) -> [String: JSONValue] {
    let result = recorded.result
    var fields = common(name, recorded.run, skipped: result.skipped)
    let counted = result.counted.count
    fields["n"] = .whole(counted)
    fields["n_all"] = .whole(result.answers.count)
    fields["target"] = .optional(result.target)
    fields["target_name"] = .optional(result.target.map { recorded.run.description.model.className($0) })
    proportion("success", result.successes, of: counted, into: &fields)
    proportion("control_noise", result.noiseSuccesses, of: counted, into: &fields)
    proportion("control_photo", result.photoSuccesses, of: counted, into: &fields)
    proportion("clean_top1", result.cleanCorrect, of: result.answers.count, into: &fields)
    proportion("sticker_top1", result.stickerCorrect, of: result.answers.count, into: &fields)
    return fields
  }

  /// The answers to one set of stimuli.
  private func textureBiasJSON() -> JSONValue {
    .object([
      "observers": .list(
        textureBias.map { entry in
          json(
            observer: entry.value.result, name: entry.name,
            common(entry.name, entry.value.run, skipped: entry.value.result.skipped))
        }),
      "humans_pooled": people.map { json(observer: $0, name: "humans", [:]) } ?? .null,
      "error_consistency": errorConsistencyJSON(),
    ])
  }

  private func json(
    observer result: TextureBiasResult, name: String, _ common: [String: JSONValue]
  ) -> JSONValue {
    let decided = result.shapeCount + result.textureCount
    var fields: [String: JSONValue] = [
      "name": .text(name), "kind": .text(result.kind.rawValue),
      "n_conflict": .whole(result.conflicts.count), "n_shape": .whole(result.shapeCount),
      "n_texture": .whole(result.textureCount), "n_other": .whole(result.otherCount),
      "skipped": .whole(result.skipped.count),
      "categories": .list(
        result.splits.sorted { $0.key < $1.key }.map { category, split in
          .object([
            "shape_category": .text(category), "n_shape": .whole(split.shape),
            "n_texture": .whole(split.texture), "texture_fraction": .optional(split.textureFraction),
          ])
        }),
    ]
    proportion("shape_bias", result.shapeCount, of: decided, into: &fields)
    // Not Wilson's: several people's answers to one stimulus hang together.
    fields["shape_bias_interval"] = json(interval: result.shapeBiasInterval())
    proportion("coverage", decided, of: result.conflicts.count, into: &fields)
    return .object(fields.merging(common) { own, _ in own })
  }

  private func json(singleCue entry: Entry<Recorded<SingleCueResult>>) -> JSONValue {
    let result = entry.value.result
    var fields = common(entry.name, entry.value.run, skipped: result.skipped)
    fields["set"] = .text(result.set)
    fields["n"] = .whole(result.count)
    proportion("accuracy", result.correct, of: result.count, into: &fields)
    return .object(fields)
  }

  private func json(evidence entry: Entry<PicturedEvidence>) -> JSONValue {
    let map = entry.value.map
    return .object([
      "name": .text(entry.name), "question": entry.asked.map(json) ?? .null, "image": .text(map.image),
      "class": .whole(map.classIndex),
      "class_name": .text(model(named: entry.name).className(map.classIndex)), "logit": .single(map.logit),
      "mean_of_cells": .number(map.meanOfCells), "rows": .whole(map.rows), "columns": .whole(map.columns),
      "receptive_field": json(field: map.receptiveField), "cells": .list(map.cells.map(JSONValue.single)),
    ])
  }

  private func json(run entry: Entry<RunEntry>) -> JSONValue {
    let run = entry.value.run
    let description = run.description
    return .object([
      "id": .whole(Int(run.id)), "study": .text(entry.study), "kind": .text(description.kind.rawValue),
      "name": .text(entry.name), "command": .text(description.command),
      "question": json(question: AskedQuestion(run)), "stands": .flag(stands(entry)),
      // A seed is any 64-bit number; most JSON readers keep 53 bits of one.
      "seed": .text(String(description.seed)), "threads": .whole(description.threads),
      "processor": .text(description.processor), "tool_version": .text(description.toolVersion),
      "options": .object(description.options.mapValues(JSONValue.text)),
      "started": .text(Format.iso(run.started)), "finished": .optional(run.finished.map(Format.iso)),
      "seconds": .number(run.seconds), "resumptions": .whole(run.resumptions),
      "n": .whole(entry.value.answered),
      "skipped": .list(
        entry.value.skipped.map { .object(["image": .text($0.image), "reason": .text($0.reason)]) }),
    ])
  }

  /// What every answer says of itself: who answers what, and whether it is all there.
  func common(_ name: String, _ run: Run, skipped: [SkippedImage]) -> [String: JSONValue] {
    [
      "name": .text(name), "skipped": .whole(skipped.count), "complete": .flag(run.finished != nil),
      "question": json(question: AskedQuestion(run)), "run": .whole(Int(run.id)),
    ]
  }

  /// A question with the label by which gates call it.
  func json(question asked: AskedQuestion) -> JSONValue {
    let question = asked.question
    return .object([
      "kind": .text(question.kind.rawValue), "label": .text(label(asked)), "tag": .text(question.tag),
      "pictures_sha256": .optional(question.picturesSHA256), "target": .optional(question.target),
      "seed": .optional(question.seed), "settings": .object(question.settings.mapValues(JSONValue.text)),
      "facts": .list(asked.facts.facts.map { .text($0.text) }),
    ])
  }

  /// A proportion with its 95 % Wilson interval; null and the reason where nothing was counted.
  func proportion(_ key: String, _ count: Int, of total: Int, into fields: inout [String: JSONValue]) {
    guard let interval = WilsonInterval(successes: count, of: total) else {
      fields[key] = .null
      fields["\(key)_interval"] = .null
      fields["\(key)_reason"] = .text("nothing was counted")
      return
    }
    fields[key] = .number(Double(count) / Double(total))
    fields["\(key)_interval"] = .list([.number(interval.lower), .number(interval.upper)])
  }
}
