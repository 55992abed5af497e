/// A contact sheet: rows of groups of pictures of one size, on light grey.
public struct PictureSheet: Sendable {
  public let picture: Picture

  /// Pixels between pictures, and between groups and around them all.
  private static let gap = (inner: 3, outer: 12)
  private static let background: UInt8 = 240

  /// - Parameter rows: groups from left to right in rows from top to bottom; RGB pictures of one size, at least one,
  ///   and no more in a group than in the first.
  public init(_ rows: [[[Picture]]]) {
    let (across, inGroup) = (rows.map(\.count).max() ?? 0, rows.first?.first?.count ?? 0)
    precondition(inGroup > 0, "a sheet has pictures")
    let (width, height) = (rows[0][0][0].width, rows[0][0][0].height)
    let (inner, outer) = PictureSheet.gap
    let group = inGroup * (width + inner) - inner + outer
    let background = PictureSheet.background
    let sheetWidth = across * group + outer
    let sheetHeight = rows.count * (height + outer) + outer
    picture = Picture(width: sheetWidth, height: sheetHeight) { buffer in
      buffer.update(repeating: background)
      for (row, groups) in rows.enumerated() {
        for (column, pictures) in groups.enumerated() {
          precondition(pictures.count <= inGroup, "a group larger than the first")
          for (place, picture) in pictures.enumerated() {
            precondition(
              picture.width == width && picture.height == height && picture.channels == .rgb,
              "pictures of one size, without alpha")
            let (left, top) = (
              outer + column * group + place * (width + inner), outer + row * (height + outer)
            )
            for y in 0..<height {
              for index in 0..<width * 3 {
                buffer[((top + y) * sheetWidth + left) * 3 + index] = picture.bytes[y * width * 3 + index]
              }
            }
          }
        }
      }
    }
  }
}
