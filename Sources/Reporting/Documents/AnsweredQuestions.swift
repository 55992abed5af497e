import Models
import Probes
import Studies

extension ReportData {
  /// The report's numbers for programs.
  func numbers() -> ReportNumbers {
    // What parts write that the document has no place for.
    let further = parts.reduce(into: [String: any Encodable & Sendable]()) { answers, part in
      part.json.map { answers[part.jsonKey] = $0(self) }
    }
    return ReportNumbers(document: document(), further: further)
  }

  private func document() -> ReportDocument {
    ReportDocument(
      schemaVersion: .current, studies: studies, models: models.map(ModelRecordDocument.init),
      accuracy: accuracy.map { answered($0, \.skipped, AccuracyDocument.init) },
      stickers: stickers.map { entry in answered(entry, \.skipped) { sticker($0, entry.value.run) } },
      textureBias: stimulusViews().map { $0.textureBiasDocument() },
      stickerSweeps: sweeps.map(answered(swept:)), stickerPlaces: places.map(answered(place:)),
      perturbations: perturbations.map { entry in
        answered(entry, \.skipped) { perturbation($0, entry.value.run) }
      },
      distortions: views(\.distortions).map { $0.distortionsDocument() },
      gates: verdicts.map { GateDocument($0, in: self) },
      measurements: measurements.map { MeasurementDocument($0, in: self) },
      corruptions: views(\.corruptions).map { $0.corruptionsDocument() },
      attribution: ReportDocument.Attribution(
        networks: attributions.map { entry in
          answered(entry, \.skipped) { AttributionDocument($0, summaries(of: entry)) }
        }),
      singleCues: singleCues.map { answered($0, \.skipped, SingleCueDocument.init) },
      localConflict: localConflicts.map { entry in
        answered(entry, \.skipped) { LocalConflictDocument($0, LocalConflictSummary($0)) }
      },
      signatures: signaturesDocument(), evidence: evidence.compactMap(answered(evidence:)),
      evidencePatches: evidencePatches.map { entry in
        let model = entry.value.run.description.model
        return answered(entry, \.skipped) {
          EvidencePatchesDocument($0, card: model?.card, stride: model?.receptiveField?.stride)
        }
      },
      runs: runs.map { entry in
        RunDocument(entry, question: document(of: AskedQuestion(entry.value.run)), stands: stands(entry))
      },
      training: trainings.map(TrainingDocument.init))
  }

  private func document(of asked: AskedQuestion) -> QuestionDocument {
    QuestionDocument(asked, label: label(asked))
  }

  /// An answer's document with what every answer says of itself.
  func answered<Result, Content>(
    _ entry: Entry<Recorded<Result>>, _ skipped: KeyPath<Result, [SkippedImage]>,
    _ document: (Result) -> Content
  ) -> Answered<Content> {
    let run = entry.value.run
    return Answered(
      document(entry.value.result), name: entry.name, run: run,
      skipped: entry.value.result[keyPath: skipped].count, question: self.document(of: AskedQuestion(run)))
  }

  // MARK: - Stickers

  private func sticker(_ result: StickerResult, _ run: Run) -> StickerDocument {
    StickerDocument(result, className: run.description.model.className)
  }

  private func answered(swept entry: Entry<SweptSticker>) -> Answered<SweptStickerDocument> {
    let recorded = Entry(name: entry.name, study: entry.study, value: entry.value.recorded)
    return answered(recorded, \.skipped) {
      SweptStickerDocument(sticker($0, recorded.value.run), of: entry.value)
    }
  }

  private func answered(place entry: Entry<PicturedPlaces>) -> Answered<PlaceDocument> {
    let recorded = Entry(name: entry.name, study: entry.study, value: entry.value.recorded)
    return answered(recorded, \.skipped) {
      PlaceDocument($0, className: recorded.value.run.description.model.className)
    }
  }

  private func perturbation(_ result: PerturbationResult, _ run: Run) -> PerturbationDocument {
    let question = result.question
    let hasBudget = question.epsilon != nil || question.side != nil
    let point = PerturbationPoint(
      result, epsilon: question.epsilon, edge: run.description.model?.card.preprocessing.centerCrop)
    return PerturbationDocument(result, hasBudget ? [point] : [], warnings: result.warnings)
  }

  // MARK: - Views of one question

  private func textureBiasDocument() -> ReportDocument.TextureBias {
    ReportDocument.TextureBias(
      observers: textureBias.map { entry in answered(entry, \.skipped) { ObserverDocument($0) } },
      humansPooled: Nullable(people.map { ObserverDocument($0) }),
      errorConsistency: Nullable(errorConsistency.map(ErrorConsistencyDocument.init)))
  }

  private func distortionsDocument() -> ReportDocument.Distortions {
    ReportDocument.Distortions(
      networks: distortions.map { entry in
        answered(entry, \.skipped) {
          DistortionsDocument($0, curves: curves(of: entry), classes: classCount(entry.value.run))
        }
      },
      comparisons: distortionLeaders.compactMap { leader in
        guard let next = leader.next, let comparison = leader.comparison else { return nil }
        return DistortionComparisonDocument(
          comparison, kind: leader.kind, best: leader.best.name, next: next.name)
      })
  }

  private func corruptionsDocument() -> ReportDocument.Corruptions {
    ReportDocument.Corruptions(
      networks: corruptions.map { entry in
        answered(entry, \.skipped) {
          CorruptionsDocument(
            $0, curves: curves(of: entry), errors: corruptionErrors(of: entry),
            baseline: corruptionBaseline(of: entry)?.name, comparison: corruptionComparison(of: entry),
            classes: classCount(entry.value.run))
        }
      })
  }

  private func classCount(_ run: Run) -> Int { run.description.model?.card.classes.count ?? 0 }

  // MARK: - Signatures and evidence

  private func signaturesDocument() -> ReportDocument.Signatures {
    ReportDocument.Signatures(
      shuffling: shuffling.map { answered($0, \.skipped, ShufflingDocument.init) },
      interactions: interactions.map { entry in
        answered(entry, \.skipped) {
          InteractionDocument($0, points(of: entry)) { isAdditive($0, for: entry) }
        }
      },
      errors: views(\.shuffling).flatMap { view in
        view.errorAgreements.map { pair in
          ErrorAgreementDocument(pair, classes: model(named: pair.first)?.card.classes ?? [])
        }
      },
      sensitivity: sensitivity.map { entry in
        answered(entry, \.skipped) { SensitivityDocument($0, curves(of: entry)) }
      })
  }

  /// Several maps may stand under one run.
  private func answered(evidence entry: Entry<PicturedEvidence>) -> Answered<PicturedEvidenceDocument>? {
    guard let asked = entry.asked,
      let known = runs.first(where: {
        $0.study == entry.study && $0.name == entry.name && $0.asked?.question == asked.question && stands($0)
      })
    else { return nil }
    return Answered(
      PicturedEvidenceDocument(entry.value.map, model(named: entry.name)?.card), name: entry.name,
      run: known.value.run, skipped: known.value.skipped.count, question: document(of: asked))
  }
}
