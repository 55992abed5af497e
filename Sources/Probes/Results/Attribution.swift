import Tensors

/// An attribution with what it was put together from.
public struct Attribution: Sendable {
  /// One value a pixel.
  public let map: AttributionMap
  /// The gradient it was made from, or of SmoothGrad its mean: `[3, height, width]`, in logit per pixel value in 0…1.
  public let gradient: Tensor?
  /// The value of each channel of each pixel, of which the map is the sum: `[3, height, width]`.
  public let channels: Tensor?
  /// Grad-CAM's map before it was enlarged: `[rows, columns]`.
  public let cells: Tensor?
  /// The logit of the picture that the attribution compares with, where it does.
  public let referenceLogit: Float?

  init(
    _ map: AttributionMap, gradient: Tensor? = nil, channels: Tensor? = nil, cells: Tensor? = nil,
    referenceLogit: Float? = nil
  ) {
    self.map = map
    self.gradient = gradient
    self.channels = channels
    self.cells = cells
    self.referenceLogit = referenceLogit
  }

  /// The sum of the map, in double precision.
  public var sum: Double { map.values.reduce(0) { $0 + Double($1) } }
}
