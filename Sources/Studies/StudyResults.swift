import Files
import Foundation
import GRDB
import Layers
import Models
import Probes

extension Study {
  // MARK: - Runs and models

  /// Every run, in the order they began.
  public func runs() throws -> [Run] {
    try reading { database in
      try Row.fetchAll(database, sql: Study.runQuery + " ORDER BY runs.id").map(Study.run)
    }
  }

  /// The run with this number.
  public func run(_ id: Int64) throws -> Run {
    try reading { database in
      guard
        let row = try Row.fetchOne(database, sql: Study.runQuery + " WHERE runs.id = ?", arguments: [id])
      else { throw StudyError.unknownRun(path: path, id: id) }
      return try Study.run(row)
    }
  }

  /// The run of each observer that stands for it: the latest finished one, or else the latest interrupted
  /// one; in the order the observers first appeared.
  public func latestRuns(_ kind: RunKind) throws -> [Run] {
    try latestRuns(kind) { $0.description.observer }
  }

  /// Of the runs with equal keys the one that stands for them, as for observers; runs without a key are left out.
  func latestRuns<Key: Hashable>(_ kind: RunKind, by key: (Run) throws -> Key?) throws -> [Run] {
    var order: [Key] = []
    var latest: [Key: Run] = [:]
    for run in try runs() where run.description.kind == kind {
      guard let key = try key(run) else { continue }
      guard let known = latest[key] else {
        order.append(key)
        latest[key] = run
        continue
      }
      if run.finished != nil || known.finished == nil { latest[key] = run }
    }
    return order.compactMap { latest[$0] }
  }

  /// Every network, in the order they first appeared; of equal names the latest registered.
  public func models() throws -> [ModelRecord] {
    let all = try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT card, weights_sha256, parameters, input_size, field_size, field_stride, field_offset
          FROM models ORDER BY id
          """
      ).map { row in try Study.model(row) }
    }
    let latest = Dictionary(all.map { ($0.card.name, $0) }) { _, later in later }
    var seen: Set<String> = []
    return all.filter { seen.insert($0.card.name).inserted }.compactMap { latest[$0.card.name] }
  }

  // MARK: - Answers

  /// The images a run left out, in order of their names.
  public func skipped(of run: Run) throws -> [SkippedImage] {
    try reading { database in
      try Row.fetchAll(
        database, sql: "SELECT image, reason FROM skipped_images WHERE run = ? ORDER BY image",
        arguments: [run.id]
      ).map { row in
        let values = StudyValues(row)
        return SkippedImage(image: try values.value(0), reason: try values.value(1))
      }
    }
  }

  /// The names of the items a run need not do again: answered or skipped.
  public func itemsDone<Answer: StudyAnswer>(_ type: Answer.Type, in run: Run) throws -> Set<String> {
    Set(try answers(type, of: run).map(\.item)).union(try skipped(of: run).map(\.image))
  }

  // MARK: - Results

  /// Each network's latest accuracy.
  public func recordedAccuracy() throws -> [Recorded<AccuracyResult>] {
    try mapAnswers(of: latestRuns(.accuracy)) { run, answers in
      Recorded(
        run: run,
        result: AccuracyResult(
          model: run.description.observer, answers: answers, skipped: try skipped(of: run)))
    }
  }

  /// Each network's latest run of a sticker test that is not one of a sweep.
  public func latestStickerRuns() throws -> [Run] {
    try latestRuns(.sticker) { $0.description.sweep == nil ? $0.description.observer : nil }
  }

  /// Each network's latest sticker test, sweeps left out.
  public func recordedStickers() throws -> [Recorded<StickerResult>] {
    try recordedStickers(try latestStickerRuns())
  }

  /// What runs of sticker tests found.
  func recordedStickers(_ runs: [Run]) throws -> [Recorded<StickerResult>] {
    try mapAnswers(of: runs) { run, answers in
      Recorded(
        run: run,
        result: StickerResult(
          model: run.description.observer, target: run.description.target, answers: answers,
          skipped: try skipped(of: run)))
    }
  }

  /// Each observer's latest cue-conflict answers. Recorded observers are told apart by what they answered too: files may
  /// call two of them by one name.
  public func recordedTextureBias() throws -> [Recorded<TextureBiasResult>] {
    let latest = try latestRuns(.textureBias) { run in
      [run.description.observer, try recordedDigest(of: run)]
    }
    return try mapAnswers(of: latest) { run, answers in
      Recorded(
        run: run,
        result: TextureBiasResult(
          observer: run.description.observer, kind: run.description.observerKind,
          answers: answers, skipped: try skipped(of: run)))
    }
  }

  /// The digest of a recorded observer's answers, which earlier releases did not keep; none of a network that was
  /// asked.
  private func recordedDigest(of run: Run) throws -> String? {
    let description = run.description
    guard description.model == nil else { return nil }
    return try description.options[RunDescription.responsesDigestOption]
      ?? TextureBiasResult(
        observer: description.observer, kind: description.observerKind,
        answers: try answers(CueConflictAnswer.self, of: run)
      ).answersDigest
  }

  /// Each network's latest accuracy on distorted pictures.
  ///
  /// - Throws: `StudyError.damaged` when a run's options do not name the conditions that its answers are for.
  public func recordedDistortions() throws -> [Recorded<DistortionResult>] { try distorted(.distortions) }

  /// Each network's latest accuracy on corrupted pictures.
  ///
  /// - Throws: `StudyError.damaged` when a run's options do not name the conditions that its answers are for.
  public func recordedCorruptions() throws -> [Recorded<DistortionResult>] { try distorted(.corruptions) }

  private func distorted(_ kind: RunKind) throws -> [Recorded<DistortionResult>] {
    try mapAnswers(of: latestRuns(kind)) { (run, answers: [DistortionAnswer]) in
      guard
        let conditions = run.description.options[RunDescription.conditionsOption].flatMap({
          DistortionConditions(text: $0)
        }), answers.allSatisfy({ $0.answers.count == conditions.count })
      else {
        throw StudyError.damaged(
          path: path, reason: "run \(run.id) does not say under which distortions it was answered")
      }
      return Recorded(
        run: run,
        result: DistortionResult(
          model: run.description.observer, conditions: conditions, answers: answers,
          skipped: try skipped(of: run)))
    }
  }

  public func accuracyResults() throws -> [AccuracyResult] { try recordedAccuracy().map(\.result) }
  public func stickerResults() throws -> [StickerResult] { try recordedStickers().map(\.result) }
  public func textureBiasResults() throws -> [TextureBiasResult] { try recordedTextureBias().map(\.result) }
  public func distortionResults() throws -> [DistortionResult] { try recordedDistortions().map(\.result) }
  public func corruptionResults() throws -> [DistortionResult] { try recordedCorruptions().map(\.result) }

  /// Evidence maps from all runs; of maps for the same network, image and class the latest.
  public func evidenceMaps() throws -> [PicturedEvidence] {
    let all = try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT observer, image, class_index, logit, map_rows, map_columns, field_size, field_stride,
            field_offset, cells, picture
          FROM evidence_maps JOIN runs ON runs.id = evidence_maps.run ORDER BY evidence_maps.rowid
          """
      ).map(Study.evidence)
    }
    func key(_ evidence: PicturedEvidence) -> [String] {
      [evidence.map.model, evidence.map.image, String(evidence.map.classIndex)]
    }
    let latest = Dictionary(all.map { (key($0), $0) }) { _, later in later }
    var seen: Set<[String]> = []
    return all.filter { seen.insert(key($0)).inserted }.compactMap { latest[key($0)] }
  }

  /// The pictures of a run, in the order they were appended.
  public func artifacts(of run: Run) throws -> [Artifact] {
    try reading { database in
      try Row.fetchAll(
        database,
        sql: "SELECT role, name, caption, bytes FROM artifacts WHERE run = ? ORDER BY rowid",
        arguments: [run.id]
      ).map { row in
        let values = StudyValues(row)
        guard let role = Artifact.Role(rawValue: try values.value(0)) else { throw MalformedRow() }
        let name: String = try values.value(1)
        return Artifact(
          role: role, name: name, caption: try values.value(2),
          picture: try EncodedPicture(try values.value(3), name: name))
      }
    }
  }

  // MARK: - Parts

  private static let runQuery = """
    SELECT kind, observer, observer_kind, target, command, seed, threads, processor, options, tool_version,
      started_ms, finished_ms, seconds, resumptions, runs.id, card, weights_sha256, parameters, input_size,
      field_size, field_stride, field_offset
    FROM runs LEFT JOIN models ON models.id = runs.model
    """

  private static func run(_ row: Row) throws -> Run {
    let values = StudyValues(row)
    guard let kind = RunKind(rawValue: try values.value(0)),
      let observerKind = TextureBiasResult.Kind(rawValue: try values.value(2)),
      let seed = UInt64(try values.value(5) as String)
    else { throw MalformedRow() }
    let options: String = try values.value(8)
    var description = RunDescription(
      kind: kind, observer: try values.value(1), observerKind: observerKind, command: try values.value(4),
      seed: seed, threads: try values.value(6), processor: try values.value(7),
      options: try decoded(options), toolVersion: try values.value(9))
    description.target = Int.fromDatabaseValue(values[3])
    if !values[15].isNull {
      description.model = try model(values, from: 15)
    }
    return Run(
      id: try values.value(14), description: description,
      started: date(try values.value(10)), finished: Int64.fromDatabaseValue(values[11]).map(date),
      seconds: try values.value(12), resumptions: try values.value(13))
  }

  private static func model(_ row: Row) throws -> ModelRecord {
    try model(StudyValues(row), from: 0)
  }

  private static func model(_ values: StudyValues, from first: Int) throws -> ModelRecord {
    let card: String = try values.value(first)
    var field: ReceptiveField?
    if !values[first + 4].isNull {
      field = ReceptiveField(
        size: try values.value(first + 4), stride: try values.value(first + 5),
        offset: try values.value(first + 6))
    }
    return ModelRecord(
      card: try decoded(card), weightsSHA256: try values.value(first + 1),
      parameters: try values.value(first + 2), receptiveField: field, inputSize: try values.value(first + 3))
  }

  private static func evidence(_ row: Row) throws -> PicturedEvidence {
    let values = StudyValues(row)
    let model: String = try values.value(0)
    let image: String = try values.value(1)
    let classIndex: Int = try values.value(2)
    let rows: Int = try values.value(4)
    let columns: Int = try values.value(5)
    let field = ReceptiveField(
      size: try values.value(6), stride: try values.value(7), offset: try values.value(8))
    let cells = FloatBlob.decode(try values.value(9)) ?? []
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflow, count == cells.count else { throw MalformedRow() }
    let logit = (values[3].storage.value as? Double).map { Float($0) } ?? .nan
    let map = EvidenceMap(
      model: model, image: image, classIndex: classIndex, logit: logit, cells: cells, rows: rows,
      columns: columns, receptiveField: field)
    return PicturedEvidence(map: map, picture: try EncodedPicture(try values.value(10), name: image))
  }

  private static func decoded<Value: Decodable>(_ json: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(Value.self, from: Data(json.utf8))
    } catch {
      throw MalformedRow()
    }
  }

  private static func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
