import Probes
import Studies

/// A question as a report tells it from others.
struct AskedQuestion: Sendable {
  let question: Question
  let facts: QuestionFacts
  /// What figures show together: the question without what the lines or rows of one figure differ in.
  let group: Question
  /// The question with its pictures known by their corpus' name alone, for comparison with studies of earlier releases.
  let named: Question

  init(_ run: Run) {
    let description = run.description
    question = description.question
    facts = QuestionFacts(
      question, options: description.options,
      target: description.target.map { description.model.className($0) })
    var unread = description
    unread.picturesSHA256 = nil
    named = unread.question
    group = question.without(AskedQuestion.figureAxes(description))
  }

  /// The settings that stand on an axis of the kind's figures, or that a kind takes from each network.
  private static func figureAxes(_ description: RunDescription) -> Set<String> {
    switch description.kind {
    case .attribution: [RunDescription.rankingsOption]
    case .sensitivity: [RunDescription.questionOption, "evidence_sha256"]
    case .sticker where description.sweep != nil:
      ["sticker", "sticker_sha256", RunDescription.madeOnOption, RunDescription.areaOption]
    case .perturbations:
      [RunDescription.epsilonOption, RunDescription.sideOption]
    default: []
    }
  }
}

extension ReportData {
  /// The data of each question of one kind, everything else as it is: in each, an observer has answered once.
  ///
  /// - Parameter member: what must not stand twice in one view beside the observer's name.
  func views<Value, Member: Hashable>(
    _ path: WritableKeyPath<ReportData, [Entry<Value>]>, member: (Entry<Value>) -> Member
  ) -> [ReportData] {
    let entries = self[keyPath: path]
    var seen: [ViewPart<Member>: Int] = [:]
    var order: [ViewLayer] = []
    var layers: [ViewLayer: [Entry<Value>]] = [:]
    for entry in entries {
      let group = entry.asked?.group
      let part = ViewPart(group: group, name: entry.name, member: member(entry))
      let layer = ViewLayer(group: group, layer: seen[part, default: 0])
      seen[part, default: 0] += 1
      if layers[layer] == nil { order.append(layer) }
      layers[layer, default: []].append(entry)
    }
    return order.enumerated().map { place, layer in
      var view = self
      view[keyPath: path] = layers[layer] ?? []
      view.viewPlace = place
      return view
    }
  }

  func views<Value>(_ path: WritableKeyPath<ReportData, [Entry<Value>]>) -> [ReportData] {
    views(path) { _ in 0 }
  }

  /// What each view of a kind shows, one after another, each under its question's label where there are several; what
  /// is said of all is said once.
  func perQuestion<Value>(
    _ path: WritableKeyPath<ReportData, [Entry<Value>]>, views: [ReportData]? = nil,
    _ blocks: (ReportData) -> [PageBlock]
  ) -> [PageBlock] {
    let views = views ?? self.views(path)
    var said: Set<RichText> = []
    return views.flatMap { view -> [PageBlock] in
      let heading =
        views.count > 1 ? [PageBlock.heading(label(of: view[keyPath: path].map(\.asked)))] : []
      return heading
        + blocks(view).filter { block in
          guard case .paragraph(let text) = block else { return true }
          return said.insert(text).inserted
        }
    }
  }

  /// A figure's identifier, of which each view has its own.
  func id(_ name: String) -> String { viewPlace == 0 ? name : "\(name)-q\(viewPlace + 1)" }

  /// The short labels of the questions that entries answer.
  func label(of asked: [AskedQuestion?]) -> String {
    distinct(asked.compactMap { $0.map(label) }).joined(separator: " · ")
  }

  /// The short label of a question among all of its kind: its name, and what tells it from those of the same name.
  func label(_ asked: AskedQuestion) -> String { labels[asked.question] ?? asked.facts.tag }

  /// What a question is called in sentences about several; nothing where all of its kind are one.
  func mention(_ asked: AskedQuestion?) -> String {
    guard let asked, labels.keys.count(where: { $0.kind == asked.question.kind }) > 1 else { return "" }
    return " (\(label(asked)))"
  }
}

/// Several entries that one view can show together.
private struct ViewLayer: Hashable {
  let group: Question?
  let layer: Int
}

/// What stands in one view once at most.
private struct ViewPart<Member: Hashable>: Hashable {
  let group: Question?
  let name: String
  let member: Member
}

/// What observers of one study are called on the page: by their names, and where several have one name by their
/// digests too.
struct ObserverNames {
  private let isShared: (String) -> Bool
  private let label: String
  private let digests: [String: Set<String>]
  private let digestOfRun: [Int64: String]

  init(of study: Study, isShared: @escaping (String) -> Bool, label: String) throws {
    self.isShared = isShared
    self.label = label
    let runs = try study.runs()
    digestOfRun = Dictionary(uniqueKeysWithValues: try runs.map { ($0.id, try study.observerDigest(of: $0)) })
    var digests: [String: Set<String>] = [:]
    for run in runs { digests[ObserverNames.key(run), default: []].insert(digestOfRun[run.id] ?? "") }
    self.digests = digests
  }

  func name(of run: Run) -> String {
    name(run.description.observer, digest: digestOfRun[run.id] ?? "", key: ObserverNames.key(run))
  }

  func name(of model: ModelRecord) -> String {
    name(model.card.name, digest: model.digest, key: model.card.name)
  }

  /// Whose name it is: a network's wherever it was asked; of recorded answers one set of stimuli's, since a person
  /// answers each set anew.
  private static func key(_ run: Run) -> String {
    let description = run.description
    return description.model == nil
      ? "\(description.observer) \(description.question.tag)" : description.observer
  }

  private func name(_ own: String, digest: String, key: String) -> String {
    let isOne = (digests[key] ?? []).count < 2 || digest.isEmpty
    return (isOne ? own : "\(own) #\(digest.prefix(6))") + (isShared(own) ? " · \(label)" : "")
  }
}

/// A network's success by place with the picture that the map is drawn over.
struct PicturedPlaces: Sendable {
  let recorded: Recorded<PlaceResult>
  /// One of the pictures as the network saw it; nil where the run ended before it was kept.
  let scene: Artifact?
}
