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

  /// The same rectangle, counted from the left top of `other`.
  func relative(to other: PixelRectangle) -> PixelRectangle {
    PixelRectangle(top: top - other.top, left: left - other.left, height: height, width: width)
  }
}

extension Tensor {
  /// From each picture of `[batch, channels, height, width]` its rectangle of pixels:
  /// `[batch, channels, h, w]`. All rectangles have one size and lie inside the pictures.
  public func cropped(to rectangles: [PixelRectangle]) -> Tensor {
    precondition(rectangles.count == shape[0], "one rectangle for each picture")
    return cropped(to: rectangles, of: Array(rectangles.indices))
  }

  /// The same of some pictures alone, in their order.
  func cropped(to rectangles: [PixelRectangle], of pictures: [Int]) -> Tensor {
    let (rows, columns) = (rectangles[0].height, rectangles[0].width)
    return Tensor(uninitialized: [pictures.count, shape[1], rows, columns]) { target in
      withUnsafeBuffer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        shape.forEachLine(of: rectangles, in: pictures, rows, columns) { place, line in
          (to + line).update(from: from + place, count: columns)
        }
      }
    }
  }

  /// Puts crops `[pictures, channels, h, w]` back at their rectangles of some pictures.
  public mutating func paste(_ crops: Tensor, of pictures: [Int], at rectangles: [PixelRectangle]) {
    let shape = shape
    withUnsafeMutableBuffer { target in
      crops.withUnsafeBuffer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        shape.forEachLine(of: rectangles, in: pictures, crops.shape[2], crops.shape[3]) { place, line in
          (to + place).update(from: from + line, count: crops.shape[3])
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

extension Shape {
  /// Calls `body` with where each line of the rectangles lies in a batch of this shape, and where in their crops.
  fileprivate func forEachLine(
    of rectangles: [PixelRectangle], in pictures: [Int], _ rows: Int, _ columns: Int,
    _ body: (Int, Int) -> Void
  ) {
    let (channels, height, width) = (self[1], self[2], self[3])
    precondition(rectangles.count == pictures.count && !pictures.isEmpty, "one rectangle for each picture")
    for (index, (image, rectangle)) in zip(pictures, rectangles).enumerated() {
      precondition(
        rectangle.height == rows && rectangle.width == columns && rectangle.top >= 0
          && rectangle.left >= 0 && rectangle.rows.upperBound <= height
          && rectangle.columns.upperBound <= width, "\(rectangle) is no crop of \(self)")
      for channel in 0..<channels {
        for row in 0..<rows {
          body(
            ((image * channels + channel) * height + rectangle.top + row) * width + rectangle.left,
            ((index * channels + channel) * rows + row) * columns)
        }
      }
    }
  }
}
