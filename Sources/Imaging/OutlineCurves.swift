/// The curves that outlines are made of, as polygons fine enough to be bent afterwards.
enum OutlineCurves {
  typealias Point = Outline.Point

  /// A point that a curve runs through, smoothly or with a corner.
  struct Knot {
    var point: Point
    var isCorner: Bool
  }

  /// The longest side of a polygon, in the unit square.
  static let longestSide: Float = 0.06

  /// The curve through `knots`: at a smooth knot it runs parallel to the line between the neighbours; between two
  /// corners it is straight. The last point of an open curve is given, that of a closed one is the first again
  /// and left out.
  static func curve(through knots: [Knot], isClosed: Bool) -> [Point] {
    let count = knots.count
    func tangent(_ index: Int) -> Point {
      let atEnd = !isClosed && (index == 0 || index == count - 1)
      guard !knots[index].isCorner, !atEnd else { return Point() }
      let across = knots[(index + 1) % count].point - knots[(index + count - 1) % count].point
      let length = (across * across).sum().squareRoot()
      return length > 0 ? across / length : Point()
    }
    var points: [Point] = []
    for index in 0..<(isClosed ? count : count - 1) {
      let (start, end) = (knots[index].point, knots[(index + 1) % count].point)
      let side = end - start
      let length = (side * side).sum().squareRoot()
      let leaving = start + tangent(index) * (0.36 * length)
      let arriving = end - tangent((index + 1) % count) * (0.36 * length)
      let isStraight = leaving == start && arriving == end
      let pieces = max(isStraight ? 1 : 5, Int((length / longestSide).rounded(.up)))
      for piece in 0..<pieces {
        let t = Float(piece) / Float(pieces)
        let s = 1 - t
        points.append(
          isStraight
            ? start + side * t
            : start * (s * s * s) + leaving * (3 * s * s * t) + arriving * (3 * s * t * t) + end * (t * t * t)
        )
      }
    }
    if !isClosed { points.append(knots[count - 1].point) }
    return points
  }

  /// An ellipse whose first radius is turned by `turns` of a whole turn.
  static func ellipse(center: Point, radii: Point, turns: Float = 0) -> [Point] {
    let corners = max(16, Int(6.3 * max(radii.x, radii.y) / longestSide * 2))
    let (cosine, sine) = (PortableMath.cosine(turns: turns), PortableMath.sine(turns: turns))
    return (0..<corners).map { corner in
      let angle = Float(corner) / Float(corners)
      let x = radii.x * PortableMath.cosine(turns: angle)
      let y = radii.y * PortableMath.sine(turns: angle)
      return center + Point(cosine * x - sine * y, sine * x + cosine * y)
    }
  }

  /// A rectangle whose corners are rounded off.
  static func rectangle(origin: Point, size: Point, radius: Float) -> [Point] {
    let radius = min(radius, size.x / 2, size.y / 2)
    let (lower, upper) = (origin + radius, origin + size - radius)
    let centers = [upper, Point(lower.x, upper.y), lower, Point(upper.x, lower.y)]
    let steps = radius > 0 ? 4 : 0
    let corners = centers.enumerated().flatMap { quarter, center in
      (0...steps).map { step in
        let angle = 0.25 * (Float(quarter) + (steps > 0 ? Float(step) / Float(steps) : 0))
        return center
          + radius * Point(PortableMath.cosine(turns: angle), PortableMath.sine(turns: angle))
      }
    }
    return curve(through: corners.map { Knot(point: $0, isCorner: true) }, isClosed: true)
  }

  /// A line of the given width with round ends and joints: one polygon for each stretch without a sharp bend.
  static func stroke(along line: [Point], width: Float) -> [[Point]] {
    var stretches: [[Point]] = []
    for point in line {
      guard let last = stretches.last?.last else {
        stretches.append([point])
        continue
      }
      guard point != last else { continue }
      if let before = stretches.last?.dropLast().last, isSharp(before, last, point) {
        stretches.append([last])
      }
      stretches[stretches.count - 1].append(point)
    }
    return stretches.filter { $0.count > 1 }.map { ribbon(along: $0, radius: width / 2) }
  }

  /// Whether a line turns by more than 35 degrees at `corner`.
  private static func isSharp(_ before: Point, _ corner: Point, _ after: Point) -> Bool {
    (direction(from: before, to: corner) * direction(from: corner, to: after)).sum() < 0.82
  }

  /// A vector of length 1; the points differ.
  private static func direction(from start: Point, to end: Point) -> Point {
    let side = end - start
    return side / (side * side).sum().squareRoot()
  }

  /// One side of a line without sharp bends, half a circle, the other side and another half.
  private static func ribbon(along line: [Point], radius: Float) -> [Point] {
    let tangents = line.indices.map { index in
      direction(from: line[max(index - 1, 0)], to: line[min(index + 1, line.count - 1)])
    }
    func side(_ sign: Float) -> [Point] {
      zip(line, tangents).map { $0 + sign * radius * Point(-$1.y, $1.x) }
    }
    func cap(_ center: Point, _ outward: Point) -> [Point] {
      let first = Point(outward.y, -outward.x)
      return (1..<6).map { step in
        let angle = Float(step) / 12
        return center + radius
          * (first * PortableMath.cosine(turns: angle) + outward * PortableMath.sine(turns: angle))
      }
    }
    return side(-1) + cap(line[line.count - 1], tangents[line.count - 1]) + side(1).reversed()
      + cap(line[0], -tangents[0])
  }

  /// The polygon run so that its area counts as positive.
  static func oriented(_ polygon: [Point]) -> [Point] {
    guard let last = polygon.last else { return [] }
    var doubledArea: Float = 0
    var before = last
    for corner in polygon {
      doubledArea += before.x * corner.y - corner.x * before.y
      before = corner
    }
    return doubledArea < 0 ? polygon.reversed() : polygon
  }
}
