import Tensors

/// A rectangle of whole pixels of a picture.
public struct PixelRectangle: Hashable, Sendable {
  public var rows: Range<Int>
  public var columns: Range<Int>

  public init(rows: Range<Int>, columns: Range<Int>) {
    self.rows = rows
    self.columns = columns
  }

  public init(top: Int, left: Int, height: Int, width: Int) {
    self.init(rows: top..<top + height, columns: left..<left + width)
  }

  /// No pixel.
  public static let none = PixelRectangle(rows: 0..<0, columns: 0..<0)

  public var top: Int { rows.lowerBound }
  public var left: Int { columns.lowerBound }
  public var height: Int { rows.count }
  public var width: Int { columns.count }
  public var isEmpty: Bool { rows.isEmpty || columns.isEmpty }

  /// The part inside `other`.
  public func clamped(to other: PixelRectangle) -> PixelRectangle {
    PixelRectangle(rows: rows.clamped(to: other.rows), columns: columns.clamped(to: other.columns))
  }
}

extension Tensor {
  /// From each picture of `[batch, channels, height, width]` its rectangle of pixels:
  /// `[batch, channels, h, w]`. All rectangles have one size and lie inside the pictures.
  public func cropped(to rectangles: [PixelRectangle]) -> Tensor {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    precondition(rectangles.count == shape[0] && !rectangles.isEmpty, "one rectangle for each picture")
    let (rows, columns) = (rectangles[0].height, rectangles[0].width)
    return Tensor(uninitialized: [shape[0], channels, rows, columns]) { target in
      withUnsafeBuffer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        for (image, rectangle) in rectangles.enumerated() {
          precondition(
            rectangle.height == rows && rectangle.width == columns && rectangle.top >= 0
              && rectangle.left >= 0 && rectangle.rows.upperBound <= height
              && rectangle.columns.upperBound <= width, "\(rectangle) is no crop of \(shape)")
          for plane in image * channels..<(image + 1) * channels {
            for row in 0..<rows {
              (to + (plane * rows + row) * columns).update(
                from: from + (plane * height + rectangle.top + row) * width + rectangle.left,
                count: columns)
            }
          }
        }
      }
    }
  }

  /// Zeros outside each picture's rectangle of `[batch, channels, height, width]`.
  mutating func clear(outside rectangles: [PixelRectangle]) {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    withUnsafeMutableBuffer { pixels in
      for (image, rectangle) in rectangles.enumerated() {
        for plane in image * channels..<(image + 1) * channels {
          for row in 0..<height {
            let start = (plane * height + row) * width
            let kept = rectangle.rows.contains(row) ? rectangle.columns.clamped(to: 0..<width) : 0..<0
            for column in 0..<kept.lowerBound { pixels[start + column] = 0 }
            for column in kept.upperBound..<width { pixels[start + column] = 0 }
          }
        }
      }
    }
  }
}
