import Datasets
import Imaging
import Models
import Synchronization
import Tensors

/// The pictures of a class folder corpus as one network sees them, read when asked for.
public struct CorpusImages: ImageSource, IdentifiedPictures {
  public let folder: ImageFolder
  /// Class folders that are none of the network's classes; their pictures are not asked about.
  public let unmatched: [LeftOut]
  private let labels: [Int]
  private let preparation: PicturePreparation
  private let workers: Workers

  /// - Parameters:
  ///   - folder: the whole corpus.
  ///   - classes: what the class folders are called and labels count, in place of the card's classes.
  ///   - limit: only the first so many pictures whose class the network knows.
  ///   - target: a class whose pictures do not count towards the limit and are left out with one: on them a
  ///     targeted attack has nothing to do.
  /// - Throws: `DatasetsError.noMatchingFolders` when no class folder is a class of the network.
  public init(
    _ folder: ImageFolder, for card: ModelCard, among classes: [String]? = nil, limit: Int? = nil,
    sparing target: Int? = nil, workers: Workers
  ) throws {
    let matched = try FolderLabels(
      folders: folder.classFolders, classes: classes ?? card.classes,
      classNames: classes == nil ? card.classNames : [])
    let counted =
      limit == nil || target == nil
      ? folder : folder.filtered { matched.index(ofFolder: $0.classFolder) != target }
    self.init(
      labelled: counted.labelled(by: matched, limit: limit), matched, card: card, workers: workers)
  }

  private init(labelled folder: ImageFolder, _ matched: FolderLabels, card: ModelCard, workers: Workers) {
    self.folder = folder
    unmatched = matched.unmatched
    labels = folder.items.compactMap { matched.index(ofFolder: $0.classFolder) }
    preparation = PicturePreparation(card.preprocessing)
    self.workers = workers
  }

  public var count: Int { folder.items.count }
  public func name(at index: Int) -> String { folder.items[index].relativePath }
  public func label(at index: Int) -> Int { labels[index] }
  public var source: String { folder.path }
  public func digest(at index: Int) throws -> [UInt8] { try folder.digest(of: folder.items[index]) }

  public func images(at indices: [Int]) throws -> Tensor {
    try loadInParallel(indices, on: workers) { index in
      try preparation.prepare(try folder.picture(of: folder.items[index])).tensor
    }
  }

  /// Square photographs of one class, or of all classes in turn, as colours `[3, side, side]`: the first
  /// `count` that can be read, in the corpus' order.
  public func photographs(ofClass label: Int?, side: Int, count wanted: Int) throws -> [Tensor] {
    var found: [Tensor] = []
    for index in order(ofClass: label) where found.count < wanted {
      guard let picture = try? folder.picture(of: folder.items[index]) else { continue }
      found.append(try preparation.square(picture, side: side))
    }
    return found
  }

  /// Indices of one class in order, or of all classes dealt out in turn.
  private func order(ofClass label: Int?) -> [Int] {
    if let label { return labels.indices.filter { labels[$0] == label } }
    let classes = Dictionary(grouping: labels.indices) { labels[$0] }
      .sorted { $0.key < $1.key }.map(\.value)
    return (0..<(classes.map(\.count).max() ?? 0)).flatMap { place in
      classes.compactMap { place < $0.count ? $0[place] : nil }
    }
  }
}

/// The cue-conflict stimuli as one network sees them.
public struct StimulusImages: StimulusSource, IdentifiedPictures {
  public let stimuli: CueConflictStimuli
  private let preparation: PicturePreparation
  private let workers: Workers

  public init(_ stimuli: CueConflictStimuli, for card: ModelCard, workers: Workers) {
    self.stimuli = stimuli
    preparation = PicturePreparation(card.preprocessing)
    self.workers = workers
  }

  public var count: Int { stimuli.items.count }
  public func name(at index: Int) -> String { stimuli.items[index].name }
  public var source: String { stimuli.path }
  public func digest(at index: Int) throws -> [UInt8] { try stimuli.digest(of: stimuli.items[index]) }
  public func cues(at index: Int) -> (shape: String, texture: String) {
    let cues = stimuli.items[index].cues
    return (cues.shape, cues.texture)
  }

  public func images(at indices: [Int]) throws -> Tensor {
    try loadInParallel(indices, on: workers) { index in
      try preparation.prepareStimulus(try stimuli.picture(of: stimuli.items[index])).tensor
    }
  }
}

/// Pictures read side by side and stacked in order.
///
/// - Throws: the error of the first picture, in order, that cannot be read; `ModelError.imagesShape` when they
///   differ in size.
private func loadInParallel(
  _ indices: [Int], on workers: Workers, _ load: (Int) throws -> Tensor
) throws -> Tensor {
  let results = Mutex([Result<Tensor, any Error>?](repeating: nil, count: indices.count))
  workers.forEach(indices.count) { position in
    let result = Result { try load(indices[position]) }
    results.withLock { $0[position] = result }
  }
  let pictures = try results.withLock { $0 }.compactMap { try $0?.get() }
  if let other = pictures.first(where: { $0.shape != pictures[0].shape }) {
    throw ModelError.imagesShape(found: "\(pictures[0].shape) and \(other.shape) in one batch")
  }
  return Tensor(stacking: pictures)
}
