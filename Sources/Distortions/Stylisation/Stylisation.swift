import Imaging
import Silhouettes
import Tensors

/// Replaces a picture's texture and hues while its coarse shapes stay, so that texture no longer tells the class.
///
/// Geirhos et al. 2019 (1811.12231) stylise photographs after paintings with a trained network. Here no network is
/// needed: the picture is smoothed but for its edges and cut into regions; each region is painted, about its own
/// lightness, with one of a few procedural textures that are drawn without regard to the picture; and all hues are
/// turned by the same random angle. Only operations that every machine rounds alike are used.
package struct Stylisation {
  private let side: Int
  /// The textures that regions are painted with.
  private let paints: [TexturePaint]
  private var generator: SeededGenerator

  private static let families = TextureCatalogue.categories + TextureCatalogue.neutral
  /// How large regions become, and the share of the picture below which they join others.
  private static let leeway: Float = 0.3
  private static let smallestShare = 400
  /// How far a texture's lightness strays from its region's, as a standard deviation.
  private static let relief: ClosedRange<Float> = 0.06...0.11
  /// The most that a texture's own contrast is raised by.
  private static let greatestGain: Float = 1.6

  /// Chooses the textures.
  ///
  /// - Parameters:
  ///   - side: of the pictures, in pixels.
  ///   - generator: one number is drawn.
  package init(side: Int, using generator: inout some RandomNumberGenerator) {
    self.side = side
    var own = SeededGenerator(seed: generator.next())
    paints = (0...own.uniform(below: 4)).map { _ in
      let family = Stylisation.families[own.uniform(below: Stylisation.families.count)]
      return TexturePaint(family, size: side, using: &own)
    }
    self.generator = own
  }

  /// Changes a picture in place.
  ///
  /// - Parameter picture: `[3, side, side]` in 0…1.
  package mutating func apply(to picture: UnsafeMutableBufferPointer<Float>) {
    let plane = side * side
    precondition(picture.count == 3 * plane, "\(picture.count) elements for a side of \(side)")
    let colours = (0..<plane).map { Colour(picture[$0], picture[plane + $0], picture[2 * plane + $0]) }
    let coarse = CoarseColours(colours, side: side)
    let regions = PictureRegions(
      of: coarse, leeway: Stylisation.leeway, smallest: plane / Stylisation.smallestShare)
    let targets = targets(RegionColours(of: coarse.values, in: regions))
    let painted = painted(regions)
    let paint = RegionColours(of: painted, in: regions)
    let gains = paint.deviations.map { deviation in
      min(generator.uniform(in: Stylisation.relief) / max(deviation, 1e-3), Stylisation.greatestGain)
    }
    for pixel in 0..<plane {
      let region = regions.labels[pixel]
      var colour = targets[region] + (painted[pixel] - paint.means[region]) * gains[region]
      colour = pointwiseMin(pointwiseMax(colour, Colour(repeating: 0)), Colour(repeating: 1))
      picture[pixel] = colour.x
      picture[plane + pixel] = colour.y
      picture[2 * plane + pixel] = colour.z
    }
  }

  /// The colour that each region is painted about: its lightness, and its hue turned and tinted as all are.
  private mutating func targets(_ regions: RegionColours) -> [Colour] {
    // A rotation about the axis of greys.
    let turns = generator.uniform()
    let (cosine, sine) = (PortableMath.cosine(turns: turns), PortableMath.sine(turns: turns) / 1.732_050_8)
    let (own, next, last) = ((1 + 2 * cosine) / 3, (1 - cosine) / 3 - sine, (1 - cosine) / 3 + sine)
    let tint = (Colour(generator.uniform(), generator.uniform(), generator.uniform()) - 0.5) * 0.3
    return zip(regions.means, regions.spreadTones).map { mean, tone in
      let hue = mean - mean.lightness
      let turned =
        own * hue + next * Colour(hue.y, hue.z, hue.x) + last * Colour(hue.z, hue.x, hue.y) + tint
      return tone + (turned - turned.lightness)
    }
  }

  /// Every region in one of the textures.
  private mutating func painted(_ regions: PictureRegions) -> [Colour] {
    let choice = (0..<regions.count).map { _ in generator.uniform(below: paints.count) }
    var canvas = [Colour](repeating: Colour(repeating: 0), count: side * side)
    var covered = [Float](repeating: 0, count: side)
    canvas.withUnsafeMutableBufferPointer { canvas in
      for y in 0..<side {
        let row = y * side..<(y + 1) * side
        for (number, paint) in paints.enumerated() {
          for (x, pixel) in row.enumerated() { covered[x] = choice[regions.labels[pixel]] == number ? 1 : 0 }
          covered.withUnsafeBufferPointer {
            paint.paint(UnsafeMutableBufferPointer(rebasing: canvas[row]), covered: $0, y: y)
          }
        }
      }
    }
    return canvas
  }
}
