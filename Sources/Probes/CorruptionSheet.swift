import Distortions
import Synchronization
import Tensors

/// One picture under corruptions: a row for each type, in it the picture as it is and then at each severity.
public struct CorruptionSheet: Sendable {
  /// Pixels between pictures.
  private static let gap = 4
  private static let background: Float = 0.94

  /// `[3, height, width]` in 0…1.
  public let pixels: Tensor

  /// - Parameters:
  ///   - picture: `[3, height, width]` in 0…1.
  ///   - seed, name: decide what is random, as they do for the picture of a corpus.
  /// - Throws: `ImagingError` for a picture that JPEG cannot hold.
  public init(
    of picture: Tensor, under types: [Corruption], seed: UInt64, name: String, workers: Workers
  ) throws {
    let severities = Corruption.severities
    let made = Mutex([Result<Tensor, any Error>?](repeating: nil, count: types.count * severities.count))
    workers.forEach(types.count * severities.count) { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: severities.count)
      let corrupted = Result {
        try types[row].corrupt(picture, severity: severities[column], seed: seed, name: name)
      }
      made.withLock { $0[place] = corrupted }
    }
    let corrupted = try made.withLock { $0 }.compactMap { try $0?.get() }
    let (height, width) = (picture.shape[1], picture.shape[2])
    let gap = CorruptionSheet.gap
    let (down, across) = (height + gap, width + gap)
    var sheet = Tensor(
      repeating: CorruptionSheet.background,
      shape: [3, types.count * down + gap, (severities.count + 1) * across + gap])
    let sheetShape = sheet.shape
    for row in types.indices {
      for column in 0...severities.count {
        let source = column == 0 ? picture : corrupted[row * severities.count + column - 1]
        sheet.withUnsafeMutableBuffer { target in
          source.withUnsafeBuffer { source in
            for line in 0..<3 * height {
              let (channel, y) = line.quotientAndRemainder(dividingBy: height)
              let top = channel * sheetShape[1] + gap + row * down + y
              let start = top * sheetShape[2] + gap + column * across
              for x in 0..<width { target[start + x] = source[line * width + x] }
            }
          }
        }
      }
    }
    pixels = sheet
  }
}
