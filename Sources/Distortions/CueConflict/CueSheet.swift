import Datasets
import Imaging

/// A contact sheet of pictures that were made, each beside its shape and its texture.
public enum CueSheet {
  /// Pixels of a picture's side on the sheet, at most.
  private static let tile = 128
  /// Groups of three side by side.
  private static let across = 2

  /// Shape, texture, and the picture made, in two columns, for pictures at even distances among those in the folder;
  /// nil when there are none.
  ///
  /// - Parameter count: of pictures made, at most.
  /// - Throws: what reading the pictures throws.
  public static func picture(of making: CueMaking, in folder: MakingFolder, count: Int = 12) throws
    -> Picture?
  {
    let made = making.items.filter { folder.contains($0.path) }
    guard !made.isEmpty else { return nil }
    let shown = min(count, made.count)
    let groups = try (0..<shown).map { place -> [Picture] in
      let item = made[(2 * place + 1) * made.count / (2 * shown)]
      let cues = try making.cues(of: item)
      let pictures = [
        Picture(cues.shape.pixels), Picture(cues.texture.pixels),
        try Picture(contentsOf: "\(folder.path)/\(item.path)"),
      ]
      let side = min(tile, making.side)
      return try pictures.map { try $0.resized(width: side, height: side, by: .bicubic) }
    }
    let rows = stride(from: 0, to: groups.count, by: across).map { first in
      Array(groups[first..<min(first + across, groups.count)])
    }
    return PictureSheet(rows).picture
  }
}
