import Datasets
import Files
import Imaging
import Models
import Synchronization
import Tensors

/// A corpus' pictures made ready once, with those that fit kept in memory as 8-bit colours.
///
/// Decoding costs more than a narrow network's step, so pictures that fit into the memory given are decoded once a
/// run; the others anew each time. Which are kept changes no pixel.
public struct TrainingPictures: Sendable {
  /// The class of each picture that can be read, in the network's numbering.
  public let labels: [Int]
  /// Pictures that could not be read.
  public let skipped: [SkippedImage]
  /// How many are kept in memory.
  public let keptCount: Int
  private let kept: [Picture?]
  /// Where each stands in the source.
  private let indices: [Int]
  private let source: any LabelledPictures
  private let prepare: @Sendable (Picture) throws -> Picture

  /// Reads every picture once.
  ///
  /// - Parameters:
  ///   - count: only the first so many pictures; all when nil.
  ///   - classes: of the network, among them all of the source's.
  ///   - memory: bytes that may be filled; what is used is taken off.
  ///   - prepare: what is done to a picture before it is kept.
  ///   - progress: called with pictures done and in all; throwing ends it.
  /// - Throws: `TrainingError.unknownTrainingClass` for a class the network does not have,
  ///   `TrainingError.noReadablePictures`, and errors that are not about one picture.
  public init(
    _ source: any LabelledPictures, count: Int? = nil, classes: [String], memory: inout Int,
    workers: Workers, progress: (Int, Int) throws -> Void = { _, _ in },
    prepare: @escaping @Sendable (Picture) throws -> Picture
  ) throws {
    let places = Dictionary(classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let numbers = try source.classes.map { name in
      guard let place = places[name] else {
        throw TrainingError.unknownTrainingClass(name: name, known: classes)
      }
      return place
    }
    let total = min(source.count, count ?? source.count)
    var (labels, indices, kept, skipped): ([Int], [Int], [Picture?], [SkippedImage]) = ([], [], [], [])
    let chunk = 32 * workers.count
    for start in stride(from: 0, to: total, by: chunk) {
      let part = start..<min(start + chunk, total)
      for (index, result) in zip(part, TrainingPictures.read(part, of: source, prepare, workers)) {
        switch result {
        case .success(let picture):
          labels.append(numbers[source.label(index)])
          indices.append(index)
          let fits = picture.bytes.count <= memory
          if fits { memory -= picture.bytes.count }
          kept.append(fits ? picture : nil)
        case .failure(let error as any ReportableError) where error.isAboutOnePicture:
          skipped.append(SkippedImage(image: "picture \(index)", reason: error.description))
        case .failure(let error): throw error
        }
      }
      try progress(part.upperBound, total)
    }
    guard !indices.isEmpty else { throw TrainingError.noReadablePictures(skipped: skipped.count) }
    (self.labels, self.indices, self.kept, self.skipped) = (labels, indices, kept, skipped)
    (self.source, self.prepare) = (source, prepare)
    keptCount = kept.count { $0 != nil }
  }

  /// The number of pictures that can be read.
  public var count: Int { labels.count }

  /// Where picture `position` stands in the corpus: what its random numbers follow from.
  func index(_ position: Int) -> Int { indices[position] }

  /// Picture `position`, prepared.
  func picture(_ position: Int) throws -> Picture {
    try kept[position] ?? prepare(try source.picture(indices[position]))
  }

  private static func read(
    _ part: Range<Int>, of source: any LabelledPictures, _ prepare: (Picture) throws -> Picture,
    _ workers: Workers
  ) -> [Result<Picture, any Error>] {
    let results = Mutex([Result<Picture, any Error>?](repeating: nil, count: part.count))
    workers.forEach(part.count) { place in
      let result = Result { try prepare(try source.picture(part.lowerBound + place)) }
      results.withLock { $0[place] = result }
    }
    return results.withLock { $0 }.compactMap { $0 }
  }
}
