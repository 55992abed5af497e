import Models
import Tensors

/// A contact sheet of one class' words: a row for each word, the strongest on top, and its nearest patches from
/// left to right.
public struct WordSheet: Sendable {
  /// Pixels between patches.
  private static let gap = 3
  /// The least side of an enlarged patch.
  private static let tile = 40
  private static let background: Float = 0.94

  /// `[3, height, width]` in 0…1.
  public let pixels: Tensor

  /// - Parameters:
  ///   - words: of one class.
  ///   - patch: a patch's side.
  ///   - columns: places in a row; a word with fewer examples leaves the rest empty.
  ///   - picture: the prepared picture `[3, height, width]` at an index of the source.
  /// - Throws: what `picture` throws.
  public init(
    _ words: [WordProbe.Word], patch: Int, columns: Int, picture: (Int) throws -> Tensor
  ) rethrows {
    let factor = max(1, (WordSheet.tile + patch - 1) / patch)
    let (side, step) = (patch * factor, patch * factor + WordSheet.gap)
    let height = max(words.count, 1) * step + WordSheet.gap
    let width = max(columns, 1) * step + WordSheet.gap
    var sheet = Tensor(repeating: WordSheet.background, shape: [3, height, width])
    for (row, word) in words.enumerated() {
      for (column, example) in word.examples.prefix(columns).enumerated() {
        let source = try picture(example.picture)
        let (rows, lines) = (source.shape[1], source.shape[2])
        let (top, left) = (WordSheet.gap + row * step, WordSheet.gap + column * step)
        sheet.withUnsafeMutableBuffer { target in
          source.withUnsafeBuffer { source in
            for channel in 0..<3 {
              for y in 0..<side {
                for x in 0..<side {
                  let from = (channel * rows + example.top + y / factor) * lines + example.left + x / factor
                  target[(channel * height + top + y) * width + left + x] = source[from]
                }
              }
            }
          }
        }
      }
    }
    pixels = sheet
  }
}
