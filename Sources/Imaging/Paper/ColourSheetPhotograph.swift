import Tensors

/// A photograph of the printed colour sheet, and the colours that came back.
///
/// What is measured is what this camera saw of this print in this light, as the values in its file; nothing is
/// balanced or corrected. It tells which colours a sticker can have in such photographs, not what the ink is.
public struct ColourSheetPhotograph: Sendable {
  /// For each field the median of its middle, in the order of `ColourSheet.colours`.
  public let seen: [SIMD3<UInt8>]

  /// The least side of a field in the photograph, in pixels.
  fileprivate static let leastField = 10.0
  /// Points looked up along each side of a field's middle half.
  fileprivate static let points = 16

  /// - Parameters:
  ///   - name: what errors call the picture.
  ///   - markers: where the crosses of markers 1 to 4 lie, in pixels from the upper left corner.
  /// - Throws: `ImagingError.sheetSetting` when the markers cannot lie so; `.unreadableColourSheet` when the sheet is
  ///   not there, or cut off, too small, or not in these colours.
  public init(_ picture: Picture, named name: String, markers: [SIMD2<Double>]) throws {
    guard markers.count == 4, ProjectiveMap.isConvex(markers) else {
      throw ImagingError.sheetSetting(
        name: "the corners", expected: "a convex quadrilateral, clockwise from marker 1",
        found: markers.map { "\($0.x),\($0.y)" }.joined(separator: " "))
    }
    let reader = Reader(picture: picture, name: name, markers: markers)
    try reader.requireMarkers(markers)
    seen = try ColourSheet.colours.indices.map(reader.colour(ofField:))
    try requireOrder(name)
  }

  /// The most different of the colours seen: from the darkest on, always the one farthest from those taken.
  ///
  /// - Parameter count: at most this many; colours seen twice are taken once.
  public func mostDifferent(_ count: Int) -> [SIMD3<UInt8>] {
    guard var next = seen.indices.min(by: { seen[$0].light < seen[$1].light }) else { return [] }
    var taken: [SIMD3<UInt8>] = []
    var distances = [Int](repeating: .max, count: seen.count)
    while taken.count < count, distances[next] > 0 {
      taken.append(seen[next])
      for index in seen.indices {
        let apart = SIMD3<Int>(truncatingIfNeeded: seen[index]) &- SIMD3<Int>(truncatingIfNeeded: seen[next])
        distances[index] = min(distances[index], (apart &* apart).wrappedSum())
      }
      next = distances.indices.max { distances[$0] < distances[$1] } ?? next
    }
    return taken
  }

  /// How far a channel's value in 0…255 came back from the one asked for, on average.
  public var meanChange: Double {
    let changes = zip(ColourSheet.colours, seen).flatMap { asked, seen in
      (0..<3).map { abs(Int(asked[$0]) - Int(seen[$0])) }
    }
    return Double(changes.reduce(0, +)) / Double(changes.count)
  }

  /// The greys must grow and end in what is lightest, whatever printer and camera made of them.
  private func requireOrder(_ name: String) throws {
    let lights = seen.map(\.light)
    let greys = Array(lights.suffix(ColourSheet.columns))
    // A printer may run its darkest greys together, and noise may turn two around.
    let slack = 12
    let falls = zip(greys, greys.dropFirst()).contains { $1 < $0 - slack }
    guard let black = greys.first, let white = greys.last, !falls, white - black >= 40 else {
      throw ImagingError.unreadableColourSheet(
        path: name, expected: "a row of greys from black to white",
        found: "lightness \(greys.map(String.init).joined(separator: " "))")
    }
    let (least, most) = (lights.min() ?? black, lights.max() ?? white)
    guard white >= most - slack, black <= least + slack else {
      throw ImagingError.unreadableColourSheet(
        path: name, expected: "the white field to be the lightest and the black one the darkest",
        found: "lightness \(white) and \(black) among \(least) to \(most)")
    }
  }
}

extension SIMD3<UInt8> {
  /// The mean of red, green and blue.
  fileprivate var light: Int { (Int(x) + Int(y) + Int(z)) / 3 }
}

/// Looks up places of the chart in the photograph.
private struct Reader {
  let picture: Picture
  let name: String
  private let map: ProjectiveMap

  init(picture: Picture, name: String, markers: [SIMD2<Double>]) {
    self.picture = picture
    self.name = name
    map = ProjectiveMap(unitSquareOnto: markers[0], markers[1], markers[2], markers[3])
  }

  /// Where a place of the chart, in millimetres, lies in the photograph.
  private func place(_ point: SIMD2<Double>) throws -> SIMD2<Double> {
    let (first, last) = (ColourSheet.markers[0], ColourSheet.markers[2])
    let unit = (point - first) / (last - first)
    guard let place = map(x: unit.x, y: unit.y), place.x >= 0, place.y >= 0, place.x < Double(picture.width),
      place.y < Double(picture.height)
    else {
      throw ImagingError.unreadableColourSheet(
        path: name, expected: "all of the sheet in the photograph of \(picture.width) × \(picture.height) px",
        found: "a part outside")
    }
    return place
  }

  /// The pixel that shows a place of the chart.
  private func pixel(_ point: SIMD2<Double>) throws -> SIMD3<UInt8> {
    let place = try place(point)
    let (x, y) = (Int(place.x), Int(place.y))
    return SIMD3(
      picture[x: x, y: y, channel: 0], picture[x: x, y: y, channel: 1], picture[x: x, y: y, channel: 2])
  }

  /// The median of a field's middle half, each channel by itself.
  func colour(ofField field: Int) throws -> SIMD3<UInt8> {
    let (corner, side) = (ColourSheet.corner(ofField: field), ColourSheet.fieldSide)
    let across =
      try place(corner + SIMD2(0.75 * side, side / 2)) - place(corner + SIMD2(0.25 * side, side / 2))
    let down = try place(corner + SIMD2(side / 2, 0.75 * side)) - place(corner + SIMD2(side / 2, 0.25 * side))
    let size = 2 * min((across * across).sum(), (down * down).sum()).squareRoot()
    guard size >= ColourSheetPhotograph.leastField else {
      throw ImagingError.unreadableColourSheet(
        path: name, expected: "fields of at least \(Int(ColourSheetPhotograph.leastField)) pixels",
        found: "one of \(Int(size))")
    }
    let points = ColourSheetPhotograph.points
    let pixels = try (0..<points * points).map { step in
      let share = SIMD2(Double(step % points) + 0.5, Double(step / points) + 0.5) / Double(points)
      return try pixel(corner + side * (0.25 + 0.5 * share))
    }
    var median = SIMD3<UInt8>()
    for channel in 0..<3 { median[channel] = pixels.map { $0[channel] }.sorted()[pixels.count / 2] }
    return median
  }

  /// Checks that a marker with its own number of dots lies where each should.
  func requireMarkers(_ places: [SIMD2<Double>]) throws {
    for (index, centre) in ColourSheet.markers.enumerated() {
      func light(_ offset: SIMD2<Double>) throws -> Int { try pixel(centre + offset).light }
      let arms: [SIMD2<Double>] = [SIMD2(0, 0), SIMD2(-1.6, 0), SIMD2(1.6, 0), SIMD2(0, -1.6), SIMD2(0, 1.6)]
      let cross = try arms.map(light).reduce(0, +) / arms.count
      // The black around the cross, and before the marker's edge: beside its place one of these is paper.
      let edges: [SIMD2<Double>] = [SIMD2(-3.6, 0), SIMD2(3.6, 0), SIMD2(0, -3.6), SIMD2(0, 3.6)]
      let between = try (edges + ColourSheet.dots.map { 0.5 * $0 }).map(light).max() ?? 0
      let dots = try ColourSheet.dots.map(light)
      // Beside no dot there is black, as between the arms.
      let dark = max(dots.dropFirst(index + 1).max() ?? 0, between)
      guard cross > between + 25, let least = dots.prefix(index + 1).min(), least > dark + 10 else {
        throw ImagingError.unreadableColourSheet(
          path: name,
          expected:
            "marker \(index + 1) with \(index + 1) dots at \(Int(places[index].x)),\(Int(places[index].y))",
          found: "none there")
      }
    }
  }
}
