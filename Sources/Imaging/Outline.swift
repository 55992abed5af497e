/// A flat shape: layers of closed contours, each of which adds to the shape or cuts from what is there.
public struct Outline: Sendable, Hashable {
  /// A corner of a contour.
  public typealias Point = SIMD2<Float>

  /// Contours that are drawn together. All run the same way round, so that overlapping ones unite.
  public struct Layer: Sendable, Hashable {
    /// Whether the layer adds to the shape; otherwise it cuts a hole.
    public let adds: Bool
    /// Closed polygons, without the first corner again at the end.
    public internal(set) var contours: [[Point]]

    public init(adds: Bool, contours: [[Point]]) {
      self.adds = adds
      self.contours = contours
    }
  }

  /// From the first drawn to the last.
  public private(set) var layers: [Layer]

  public init(layers: [Layer]) { self.layers = layers }

  /// The shape with every corner moved. A mirrored shape is as good: all its contours run the other way.
  public func mapped(_ move: (Point) -> Point) -> Outline {
    var copy = self
    for index in copy.layers.indices {
      copy.layers[index].contours = layers[index].contours.map { $0.map(move) }
    }
    return copy
  }

  /// The smallest and the largest coordinates of what is added; nil for a shape with no corners.
  public var bounds: (lower: Point, upper: Point)? {
    var found: (lower: Point, upper: Point)?
    for layer in layers where layer.adds {
      for corner in layer.contours.joined() {
        let soFar = found ?? (corner, corner)
        found = (pointwiseMin(soFar.lower, corner), pointwiseMax(soFar.upper, corner))
      }
    }
    return found
  }

  /// Adds contours to the last layer, or to a new one when that does the opposite.
  mutating func append(_ contours: [[Point]], adds: Bool) {
    if layers.last?.adds == adds {
      layers[layers.count - 1].contours += contours
    } else {
      layers.append(Layer(adds: adds, contours: contours))
    }
  }
}
