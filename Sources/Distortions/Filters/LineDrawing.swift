import Tensors

/// The lines of a picture, thin at whatever size it is shown: its luminance, enlarged and smoothed, and of that Canny's
/// edges (1986).
public struct LineDrawing: Hashable, Sendable {
  public let height, width: Int
  /// Whether a line goes through a pixel, row by row.
  public let isLine: [Bool]

  /// - Parameters:
  ///   - picture: `[3, height, width]` in 0…1.
  ///   - factor: the drawing has so many times as many rows and columns; at least 1.
  public init(of picture: Tensor, enlargedBy factor: Int = 1) {
    let factor = max(1, factor)
    let grey = ColourPlanes(picture).grey
    (height, width) = (grey.height * factor, grey.width * factor)
    // What was one pixel stays smooth, and slopes become as much gentler as longer: whatever the factor, a line begins
    // where light changes by about 45 of 255 levels, and goes on where by 15.
    let length = max(factor, 2)
    let smooth = GaussianFilter(standardDeviation: 0.4 * Double(length), border: .nearest)
      .applied(to: grey.resized(height: height, width: width))
    isLine = BytePlane(smooth).edges(above: 100 / length, strongAbove: 300 / length).isEdge
  }
}
