import Layers
import Models
import Tensors

/// Square masks at equal distances from the left top corner on (Brendel & Bethge 2019, 1904.00760): with a gap as wide as
/// a mask, every second tile of every second row.
public struct MaskLayout: Codable, Hashable, Sendable {
  /// A mask's side in pixels.
  public var side: Int
  /// Pixels between neighbouring masks.
  public var gap: Int

  public init(side: Int, gap: Int) {
    self.side = side
    self.gap = gap
  }

  /// The published sides, each on every second tile of every second row.
  public static let published = [8, 16, 32].map { MaskLayout(side: $0, gap: $0) }

  /// For tables: `8 px, 8 px apart`.
  public var text: String { "\(side) px, \(gap) px apart" }

  /// The masks of a picture, those that lie wholly in it.
  ///
  /// - Throws: `ProbeError.tooFewMasks` where there are not two.
  func masks(height: Int, width: Int) throws -> [PixelRectangle] {
    func starts(_ length: Int) -> [Int] { Array(stride(from: 0, through: length - side, by: side + gap)) }
    let masks = starts(height).flatMap { top in
      starts(width).map { PixelRectangle(top: top, left: $0, height: side, width: side) }
    }
    guard masks.count > 1 else {
      throw ProbeError.tooFewMasks(side: side, gap: gap, height: height, width: width)
    }
    return masks
  }

  /// Whether no cell sees two masks, so that what the masks do adds up exactly. It is so where the gap is at least a
  /// receptive field less one pixel, and for smaller gaps where no cell happens to lie across.
  public func isAdditive(for field: ReceptiveField, height: Int, width: Int) -> Bool {
    func most(_ length: Int) -> Int {
      (0..<field.cellCount(on: length)).map { cell in
        let pixels = field.pixels(of: cell)
        return stride(from: 0, through: length - side, by: side + gap).count { start in
          pixels.overlaps(start..<start + side)
        }
      }.max() ?? 0
    }
    return most(height) * most(width) <= 1
  }
}

extension Tensor {
  /// Copies of one picture `[1, 3, height, width]`, each with its own rectangles filled with one colour.
  func copies(covering rectangles: [[PixelRectangle]], with colour: [Float]) -> Tensor {
    let (height, width) = (shape[2], shape[3])
    let single = reshaped(to: [3, height, width])
    var result = Tensor(stacking: rectangles.map { _ in single })
    result.withUnsafeMutableBuffer { pixels in
      for (copy, rectangles) in rectangles.enumerated() {
        for rectangle in rectangles {
          for channel in 0..<3 {
            for row in rectangle.rows {
              let line = ((copy * 3 + channel) * height + row) * width
              for column in rectangle.columns { pixels[line + column] = colour[channel] }
            }
          }
        }
      }
    }
    return result
  }
}
