import Models
import Tensors

/// A square of pixels in a picture.
public struct PatchPlace: Codable, Hashable, Sendable {
  /// The column of its left edge, from 0.
  public var x: Int
  /// The row of its upper edge, from 0.
  public var y: Int
  /// Pixels along an edge.
  public var side: Int

  public init(x: Int, y: Int, side: Int) {
    self.x = x
    self.y = y
    self.side = side
  }

  var rectangle: PixelRectangle { PixelRectangle(top: y, left: x, height: side, width: side) }

  /// The lines of the square in a picture `[3, height, width]`: channel by channel, from above.
  func lines(height: Int, width: Int) -> [Range<Int>] {
    (0..<3).flatMap { channel in
      (y..<y + side).map { row in
        let start = (channel * height + row) * width + x
        return start..<start + side
      }
    }
  }
}

/// A square in its colours.
struct PaintedPatch: Hashable, Sendable {
  var place: PatchPlace
  /// `[3, side, side]` in 0…1
  var colours: [Float]

  /// Covers the square of a picture `[3, height, width]`.
  func cover(_ picture: UnsafeMutableBufferPointer<Float>, height: Int, width: Int) {
    var next = 0
    for line in place.lines(height: height, width: width) {
      for index in line {
        picture[index] = colours[next]
        next += 1
      }
    }
  }
}

extension PerturbationTask {
  /// Whether the picture in row `row` of `versions` is the task's beside the square.
  public func isKept(beside place: PatchPlace, in versions: Tensor, row: Int) -> Bool {
    var rest = images.row(row)
    let version = versions.row(row)
    for line in place.lines(height: images.shape[2], width: images.shape[3]) {
      rest.replaceSubrange(line, with: version[line])
    }
    return rest == version
  }
}
