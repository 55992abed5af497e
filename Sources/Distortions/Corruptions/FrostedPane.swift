import Foundation
import Tensors

/// Ice as it grows on a window: crystals with a stem and side branches at 60°, over cloudy haze.
struct FrostedPane: Sendable {
  /// Red, green and blue where the ice is of middling thickness, 0…1.
  let colour: [Double]
  /// How much a standard deviation of the thickness changes each of them.
  let contrast: Double
  /// Crystals in 10,000 pixels.
  let density: Double
  /// Of a crystal's stem, in pixels.
  let length: ClosedRange<Float>
  /// Stems that begin at one point.
  let stems: ClosedRange<Int>
  /// Of a side branch beside what is left of the stem.
  let branching: Float
  /// Of haze beside crystals, in the thickness of a crystal.
  let haze: Double

  /// A grey pane, a white one full of needles, a dark one with feathers, a blue one with few: what is most seen of frost.
  static let kinds: [FrostedPane] = [
    FrostedPane(
      colour: [0.54, 0.60, 0.65], contrast: 0.11, density: 60, length: 6...22, stems: 1...3, branching: 0.5,
      haze: 0.5),
    FrostedPane(
      colour: [0.79, 0.81, 0.84], contrast: 0.09, density: 70, length: 12...50, stems: 1...2, branching: 0.15,
      haze: 0.35),
    FrostedPane(
      colour: [0.44, 0.48, 0.53], contrast: 0.17, density: 34, length: 10...34, stems: 2...5, branching: 0.6,
      haze: 0.5),
    FrostedPane(
      colour: [0.31, 0.58, 0.65], contrast: 0.07, density: 22, length: 14...60, stems: 1...2, branching: 0.3,
      haze: 1.2),
  ]

  /// The thickness of the ice: mean 0, standard deviation 1.
  func ice(height: Int, width: Int, using generator: inout SeededGenerator) -> Plane {
    var ice = Plane(height: height, width: width)
    let clouds = PlasmaFractal(covering: max(height, width), decay: 2, using: &generator)
    let count = Int((density * Double(height * width) / 1e4).rounded())
    for _ in 0..<count {
      let (x, y) = (generator.uniform(in: 0...Float(width)), generator.uniform(in: 0...Float(height)))
      // Crystals are thick where there is much haze.
      let (row, column) = (min(Int(y), height - 1), min(Int(x), width - 1))
      let strength = Float(0.35 + 0.65 * clouds[row, column])
      let number = stems.lowerBound + generator.uniform(below: stems.count)
      let start = generator.uniform(in: 0...2 * Float.pi)
      for stem in 0..<number {
        let angle = start + 2.1 * Float(stem) + generator.uniform(in: -0.4...0.4)
        grow(
          in: &ice, from: SIMD2(x, y), angle: angle, length: generator.uniform(in: length),
          strength: strength,
          using: &generator)
      }
    }
    for row in 0..<height {
      for column in 0..<width { ice[row, column] += 2 * haze * clouds[row, column] }
    }
    let mean = ice.values.reduce(0, +) / Double(ice.values.count)
    let square = ice.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(ice.values.count)
    let deviation = square.squareRoot()
    return ice.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
  }

  /// One stem with branches to either side, longest where they are farthest from the tip.
  private func grow(
    in ice: inout Plane, from start: SIMD2<Float>, angle: Float, length: Float, strength: Float,
    using generator: inout SeededGenerator
  ) {
    let direction = SIMD2(cos(angle), sin(angle))
    draw(in: &ice, from: start, along: direction, length: length, strength: strength)
    var place: Float = 2
    while place < length {
      let from = start + place * direction
      for side in [-Float.pi / 3, Float.pi / 3] {
        let reach = branching * (length - place) * generator.uniform(in: 0.5...1)
        let branch = SIMD2(cos(angle + side), sin(angle + side))
        draw(in: &ice, from: from, along: branch, length: reach, strength: 0.7 * strength)
      }
      place += generator.uniform(in: 2...4)
    }
  }

  /// A line that fades towards its end, a pixel wide, at least as thick as what lies there.
  private func draw(
    in ice: inout Plane, from start: SIMD2<Float>, along direction: SIMD2<Float>, length: Float,
    strength: Float
  ) {
    for step in 0...max(0, Int(2 * length)) {
      let done = Float(step) / max(2 * length, 1)
      let place = start + Float(step) / 2 * direction
      let thickness = strength * (1 - 0.7 * done)
      let (left, top) = (place.x.rounded(.down), place.y.rounded(.down))
      for (down, across) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let (row, column) = (Int(top) + down, Int(left) + across)
        guard (0..<ice.height).contains(row), (0..<ice.width).contains(column) else { continue }
        let nearX = 1 - abs(place.x - Float(column))
        let nearY = 1 - abs(place.y - Float(row))
        ice[row, column] = max(ice[row, column], Double(thickness * nearX * nearY))
      }
    }
  }
}
