import Tensors
import Testing

@testable import Distortions

/// The lines of pictures whose edges are known.
@Suite struct LineDrawingTests {
  /// Light inside a square of `side` pixels whose corner is at (9, 9), dark outside.
  private func square(_ side: Int, light: Float = 0.8, dark: Float = 0.2) -> Tensor {
    var picture = Tensor(repeating: dark, shape: [3, 30, 30])
    for channel in 0..<3 {
      for row in 9..<9 + side {
        for column in 9..<9 + side { picture[channel, row, column] = light }
      }
    }
    return picture
  }

  @Test(arguments: [1, 3, 5])
  func aSquareHasItsRimAsLines(_ factor: Int) {
    let drawing = LineDrawing(of: square(12), enlargedBy: factor)
    #expect(drawing.height == 30 * factor && drawing.width == 30 * factor)
    var rows: [Int: [Int]] = [:]
    for (place, isLine) in drawing.isLine.enumerated() where isLine {
      let (row, column) = place.quotientAndRemainder(dividingBy: drawing.width)
      rows[row, default: []].append(column)
      // Within a pixel of the picture of the rim.
      let distance = [9, 21].flatMap { [abs(row - $0 * factor), abs(column - $0 * factor)] }.min() ?? 0
      #expect(distance <= factor, "\(row), \(column)")
    }
    // A row through the middle crosses it twice, and a line is one pixel thick.
    let middle = rows[15 * factor] ?? []
    #expect(middle.count == 2)
    #expect(zip(middle, [9, 21]).allSatisfy { abs($0 - $1 * factor) <= 1 }, "\(middle)")
    #expect(rows[3 * factor] == nil && rows[27 * factor] == nil)
  }

  @Test(arguments: [1, 2, 5, 11])
  func aLineBeginsAtAboutTheSameStepWhateverTheSize(_ factor: Int) {
    func hasLines(_ levels: Float) -> Bool {
      LineDrawing(of: square(12, light: 0.3 + levels / 255, dark: 0.3), enlargedBy: factor).isLine.contains(
        true)
    }
    #expect(!hasLines(30) && hasLines(65))
  }

  @Test func flatAndFaintPicturesHaveNone() {
    #expect(!LineDrawing(of: Tensor(repeating: 0.5, shape: [3, 12, 9]), enlargedBy: 5).isLine.contains(true))
    #expect(!LineDrawing(of: square(12, light: 0.45, dark: 0.42), enlargedBy: 5).isLine.contains(true))
  }
}
