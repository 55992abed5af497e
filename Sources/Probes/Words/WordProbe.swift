import Models
import Tensors

/// Which visual words speak for which class, and which patches of a corpus stand nearest to them.
public struct WordProbe: Sendable {
  /// A patch of a picture.
  public struct Example: Sendable, Hashable {
    /// The picture's index in the source.
    public let picture: Int
    /// The patch's first row and column in the prepared picture.
    public let top: Int
    public let left: Int
    /// The squared distance of its descriptor to the word.
    public let distance: Float
  }

  /// What a word says of a class.
  public struct Word: Sendable, Hashable {
    /// The word's channel in the network.
    public let index: Int
    /// How far the class' logit rises above the classes' mean when the word's share rises by one deviation over
    /// the corpus' pictures: what ranks words.
    public let weight: Double
    /// The weight in the network, of a share of 1.
    public let logitWeight: Float
    /// The word's mean share in pictures of the class, and in all; nil for a class without pictures.
    public let shareInClass: Double?
    public let share: Double
    /// The nearest patches, each of another picture, the nearest first.
    public let examples: [Example]
  }

  /// The answer for one network.
  public struct Result: Sendable {
    /// For each class of the card its words, the strongest first.
    public let classes: [[Word]]
    /// Pictures read.
    public let count: Int
    /// A patch's side in pixels.
    public let patch: Int
    public let skipped: [SkippedImage]
  }

  private let reader: VisualWordReader
  private let card: ModelCard
  /// Pictures read at once.
  private let batchSize: Int

  /// - Throws: `ProbeError.noWords` for all but bags of features.
  public init(_ model: LoadedModel, batchSize: Int = 16) throws {
    guard let reader = VisualWordReader(model) else {
      throw ProbeError.noWords(model: model.card.name, architecture: model.architecture.name)
    }
    self.reader = reader
    card = model.card
    self.batchSize = max(1, batchSize)
  }

  /// - Parameters:
  ///   - images: prepared by the network's card, with labels among its classes.
  ///   - words: for each class so many, at most all.
  ///   - examples: patches for each word, at most one a picture.
  ///   - progress: called with pictures done and in all; throwing ends it.
  public func run(
    on images: any ImageSource, words wanted: Int, examples: Int, workers: Workers,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> Result {
    let (classes, words) = (card.classes.count, reader.decision.shape[1])
    var shares = ShareStatistics(classes: classes, words: words)
    var nearest = [[Example]](repeating: [], count: words)
    var skipped: [SkippedImage] = []
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let batch = Array(start..<min(start + batchSize, images.count))
      let loaded = try images.load(batch)
      skipped += loaded.refusals.map {
        SkippedImage(image: images.name(at: $0.index), reason: $0.reason)
      }
      if let pixels = loaded.images {
        let reading = try reader.read(pixels, on: workers)
        let pictures = loaded.positions.map { batch[$0] }
        shares.add(reading.histograms, labels: pictures.map(images.label(at:)))
        let found = best(reading.distances, pictures: pictures, workers)
        for word in 0..<words {
          for example in found[word] { WordProbe.insert(example, into: &nearest[word], atMost: examples) }
        }
      }
      try progress(start + batch.count, images.count)
    }
    let statistics = shares
    let ranked = (0..<classes).map { label -> [Word] in
      let weights = standardised(label, statistics)
      return weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }.prefix(wanted).map { word in
        Word(
          index: word, weight: weights[word], logitWeight: reader.decision[label, word],
          shareInClass: statistics.mean(of: word, inClass: label), share: statistics.mean(of: word),
          examples: nearest[word])
      }
    }
    return Result(
      classes: ranked, count: statistics.count, patch: reader.receptiveField.size, skipped: skipped)
  }

  /// The class' weights less the classes' mean, times each word's deviation.
  private func standardised(_ label: Int, _ shares: ShareStatistics) -> [Double] {
    let (classes, words) = (reader.decision.shape[0], reader.decision.shape[1])
    return reader.decision.withUnsafeBuffer { weights in
      (0..<words).map { word in
        let mean = (0..<classes).reduce(0.0) { $0 + Double(weights[$1 * words + word]) } / Double(classes)
        return (Double(weights[label * words + word]) - mean) * shares.deviation(of: word)
      }
    }
  }

  /// For each word the nearest patch of each picture.
  private func best(_ distances: Tensor, pictures: [Int], _ workers: Workers) -> [[Example]] {
    let (words, columns) = (distances.shape[1], distances.shape[3])
    let cells = distances.shape[2] * columns
    let stride = reader.receptiveField.stride
    return distances.withUnsafeBuffer { distances in
      (0..<words).map { word in
        pictures.enumerated().map { row, picture in
          let start = (row * words + word) * cells
          var least = 0
          for cell in 1..<max(cells, 1) where distances[start + cell] < distances[start + least] {
            least = cell
          }
          return Example(
            picture: picture, top: least / columns * stride, left: least % columns * stride,
            distance: distances[start + least])
        }
      }
    }
  }

  /// Keeps the list in rising order of distance, the earlier picture first among equals.
  private static func insert(_ example: Example, into list: inout [Example], atMost count: Int) {
    if list.count >= count, let last = list.last, last.distance <= example.distance { return }
    let place = list.firstIndex { $0.distance > example.distance } ?? list.count
    list.insert(example, at: place)
    if list.count > count { list.removeLast() }
  }
}

/// Means and deviations of words' shares over pictures.
private struct ShareStatistics {
  private var sums: [Double]
  private var squares: [Double]
  private var classSums: [[Double]]
  private var classCounts: [Int]
  private(set) var count = 0

  init(classes: Int, words: Int) {
    sums = [Double](repeating: 0, count: words)
    squares = sums
    classSums = [[Double]](repeating: sums, count: classes)
    classCounts = [Int](repeating: 0, count: classes)
  }

  mutating func add(_ histograms: Tensor, labels: [Int]) {
    let words = sums.count
    histograms.withUnsafeBuffer { shares in
      for (row, label) in labels.enumerated() {
        count += 1
        classCounts[label] += 1
        for word in 0..<words {
          let share = Double(shares[row * words + word])
          sums[word] += share
          squares[word] += share * share
          classSums[label][word] += share
        }
      }
    }
  }

  func mean(of word: Int) -> Double { sums[word] / Double(max(count, 1)) }

  func mean(of word: Int, inClass label: Int) -> Double? {
    classCounts[label] == 0 ? nil : classSums[label][word] / Double(classCounts[label])
  }

  func deviation(of word: Int) -> Double {
    let mean = mean(of: word)
    return max(0, squares[word] / Double(max(count, 1)) - mean * mean).squareRoot()
  }
}
