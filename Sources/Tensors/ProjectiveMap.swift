/// A projective map of the plane: what becomes of a flat thing before a camera (Heckbert 1989).
public struct ProjectiveMap: Sendable {
  /// Row by row: from (x, y, 1) to (u, v, w), of which u/w and v/w are the image.
  @usableFromInline let m: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  @inlinable
  init(_ first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>) { m = (first, second, third) }

  /// The map of the unit square, y downwards, onto a quadrilateral.
  ///
  /// - Parameter a: where (0, 0) goes; `b`, `c` and `d` likewise for (1, 0), (1, 1) and (0, 1). Convex.
  public init(
    unitSquareOnto a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>, _ d: SIMD2<Double>
  ) {
    let (first, second, rest) = (b - c, d - c, a - b + c - d)
    let determinant = first.x * second.y - second.x * first.y
    let g = (rest.x * second.y - second.x * rest.y) / determinant
    let h = (first.x * rest.y - rest.x * first.y) / determinant
    self.init(
      SIMD3(b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x),
      SIMD3(b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y), SIMD3(g, h, 1))
  }

  /// The way back: the adjugate, which is the inverse but for a factor that the division takes out.
  public var inverse: ProjectiveMap {
    let (p, q, r) = m
    return ProjectiveMap(
      SIMD3(q.y * r.z - q.z * r.y, p.z * r.y - p.y * r.z, p.y * q.z - p.z * q.y),
      SIMD3(q.z * r.x - q.x * r.z, p.x * r.z - p.z * r.x, p.z * q.x - p.x * q.z),
      SIMD3(q.x * r.y - q.y * r.x, p.y * r.x - p.x * r.y, p.x * q.y - p.y * q.x))
  }

  /// Where a point goes; nil behind the camera.
  @inlinable
  public func callAsFunction(x: Double, y: Double) -> SIMD2<Double>? {
    let w = m.2.x * x + m.2.y * y + m.2.z
    guard w > 1e-12 else { return nil }
    return SIMD2((m.0.x * x + m.0.y * y + m.0.z) / w, (m.1.x * x + m.1.y * y + m.1.z) / w)
  }

  /// Whether points in this order, y downwards, go clockwise round a convex polygon, which alone a flat square can
  /// be seen as.
  public static func isConvex(_ points: [SIMD2<Double>]) -> Bool {
    points.indices.allSatisfy { index in
      let (a, b) = (points[index], points[(index + 1) % points.count])
      let (first, second) = (b - a, points[(index + 2) % points.count] - b)
      return first.x * second.y - first.y * second.x > 1e-9
    }
  }
}
