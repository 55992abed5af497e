import Imaging

/// Maps of several networks side by side on one colour scale, with its bar below: on the left the limit against the
/// class, in the middle none, on the right the limit in favour; a mark stands under each.
public struct HeatmapSheet: Sendable {
  /// Pixels between panels and around them all, and the bar's size.
  private static let gap = 16
  private static let barSize = (width: 448, height: 20)
  private static let mark = (width: 2, height: 8)
  private static let background: UInt8 = 240

  public let picture: Picture

  /// - Parameters:
  ///   - panels: from left to right, RGB; at least one. Their tops are level.
  ///   - scale: that all panels are drawn on.
  public init(_ panels: [Picture], scale: SignedColourScale) {
    let gap = HeatmapSheet.gap
    let width = panels.reduce(gap) { $0 + $1.width + gap }
    let highest = panels.map(\.height).max() ?? 0
    let (bar, mark) = (HeatmapSheet.barSize, HeatmapSheet.mark)
    let grey = HeatmapSheet.background
    var sheet = Picture(
      width: max(width, bar.width + 2 * gap), height: highest + 3 * gap + bar.height + mark.height, red: grey,
      green: grey, blue: grey)
    var left = gap
    for panel in panels {
      for y in 0..<panel.height {
        for x in 0..<panel.width {
          for channel in 0..<3 {
            sheet[x: left + x, y: gap + y, channel: channel] = panel[x: x, y: y, channel: channel]
          }
        }
      }
      left += panel.width + gap
    }
    let (top, start) = (highest + 2 * gap, (sheet.width - bar.width) / 2)
    for x in 0..<bar.width {
      let share = 2 * Float(x) / Float(bar.width - 1) - 1
      let colour = scale.colour(of: share * scale.limit)
      for y in 0..<bar.height {
        for channel in 0..<3 {
          sheet[x: start + x, y: top + y, channel: channel] = UInt8(colour[channel] * 255 + 0.5)
        }
      }
    }
    for place in [0, (bar.width - mark.width) / 2, bar.width - mark.width] {
      for y in 0..<mark.height {
        for x in 0..<mark.width {
          for channel in 0..<3 {
            sheet[x: start + place + x, y: top + bar.height + y, channel: channel] = 60
          }
        }
      }
    }
    picture = sheet
  }
}
