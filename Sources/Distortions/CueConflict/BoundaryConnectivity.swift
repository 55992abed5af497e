import Foundation
import Imaging
import Silhouettes

/// Tells an object from its background by how much of the picture's border a region takes for its size, and by how
/// much it differs from those that take much (Zhu, Liang, Wei & Sun 2014, Saliency Optimization from Robust Background
/// Detection).
struct BoundaryConnectivity {
  /// 1 for the pixels of the object, else 0; row by row.
  let foreground: [Float]

  /// The step in colour, of channels in 0…1, that separates regions for good.
  private static let colourStep: Float = 0.1
  /// The distance, in sides of the picture, over which regions are compared.
  private static let reach: Float = 0.25
  private static let leeway: Float = 0.3
  private static let smallestShare = 300

  init(_ colours: [Colour], side: Int) {
    let coarse = CoarseColours(colours, side: side)
    let regions = PictureRegions(
      of: coarse, leeway: BoundaryConnectivity.leeway,
      smallest: max(1, side * side / BoundaryConnectivity.smallestShare))
    let looks = RegionColours(of: coarse.values, in: regions)
    let count = regions.count
    var (border, centres) = (
      [Float](repeating: 0, count: count), [SIMD2<Float>](repeating: .zero, count: count)
    )
    var paths = BoundaryConnectivity.steps(between: looks, regions, side: side, border: &border)
    for (pixel, region) in regions.labels.enumerated() {
      centres[region] += SIMD2(Float(pixel % side), Float(pixel / side)) / looks.sizes[region]
    }
    BoundaryConnectivity.shorten(&paths, count: count)

    // Regions that colour leads to without a step count as one.
    let scale = 1 / (2 * BoundaryConnectivity.colourStep * BoundaryConnectivity.colourStep)
    let background = (0..<count).map { region -> Float in
      var (area, length) = (Float(0), Float(0))
      for other in 0..<count {
        let path = paths[region * count + other]
        let likeness = exp(-path * path * scale)
        area += likeness * looks.sizes[other]
        length += likeness * border[other]
      }
      let connectivity = length / area.squareRoot()
      return 1 - exp(-connectivity * connectivity / 2)
    }
    let spread = BoundaryConnectivity.reach * Float(side)
    let saliency = (0..<count).map { region -> Float in
      var (contrast, weights) = (Float(0), Float(1e-6))
      for other in 0..<count {
        let way = centres[region] - centres[other]
        let weight =
          background[other] * looks.sizes[other] * exp(-(way * way).sum() / (2 * spread * spread))
        contrast += weight * (looks.means[region] - looks.means[other]).squaredLength.squareRoot()
        weights += weight
      }
      return (1 - background[region]) * contrast / weights
    }
    let threshold = BoundaryConnectivity.threshold(saliency, sizes: looks.sizes)
    foreground = regions.labels.map { saliency[$0] > threshold ? 1 : 0 }
  }

  /// The step in colour between neighbouring regions and between those along the border, which are taken to meet
  /// outside; infinite between others. Row by row.
  private static func steps(
    between looks: RegionColours, _ regions: PictureRegions, side: Int, border: inout [Float]
  ) -> [Float] {
    let count = regions.count
    var steps = [Float](repeating: .infinity, count: count * count)
    func join(_ first: Int, _ second: Int) {
      let step = (looks.means[first] - looks.means[second]).squaredLength.squareRoot()
      steps[first * count + second] = step
      steps[second * count + first] = step
    }
    for (pixel, region) in regions.labels.enumerated() {
      if pixel % side + 1 < side { join(region, regions.labels[pixel + 1]) }
      if pixel + side < side * side { join(region, regions.labels[pixel + side]) }
      if Foreground.isOnBorder(pixel, side: side) { border[region] += 1 }
    }
    let along = (0..<count).filter { border[$0] > 0 }
    for first in along { for second in along { join(first, second) } }
    return steps
  }

  /// The shortest ways between all, through any (Floyd 1962).
  private static func shorten(_ paths: inout [Float], count: Int) {
    paths.withUnsafeMutableBufferPointer { paths in
      for through in 0..<count {
        for from in 0..<count {
          let first = paths[from * count + through]
          guard first.isFinite else { continue }
          for to in 0..<count {
            paths[from * count + to] = min(paths[from * count + to], first + paths[through * count + to])
          }
        }
      }
    }
  }

  /// What parts the values into two groups that are most alike within themselves (Otsu 1979).
  private static func threshold(_ values: [Float], sizes: [Float]) -> Float {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let (area, sum) = order.reduce((Float(0), Float(0))) { ($0.0 + sizes[$1], $0.1 + sizes[$1] * values[$1]) }
    var (below, sumBelow) = (Float(0), Float(0))
    var (best, threshold) = (Float(-1), values.max() ?? 0)
    for (place, index) in order.dropLast().enumerated() {
      below += sizes[index]
      sumBelow += sizes[index] * values[index]
      let step = sumBelow / below - (sum - sumBelow) / (area - below)
      let between = below * (area - below) * step * step
      if between > best, values[order[place + 1]] > values[index] {
        (best, threshold) = (between, values[index])
      }
    }
    return threshold
  }
}
