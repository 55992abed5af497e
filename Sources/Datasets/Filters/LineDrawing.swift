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
    // What was one pixel stays smooth; enlarging makes slopes as much gentler as it makes them longer.
    let smooth = GaussianFilter(standardDeviation: max(0.4 * Double(factor), 0.8), border: .nearest)
      .applied(to: grey.resized(height: height, width: width))
    isLine = BytePlane(smooth).edges(above: 100 / factor, strongAbove: 300 / factor).isEdge
  }
}
