import Foundation

extension Corruption {
  /// Each point spread over a disk (Hendrycks & Dietterich 2019). Below 75 pixels the mildest disk is one pixel, which
  /// changes nothing.
  public static let defocusBlur = Corruption(name: "defocus_blur", title: "Defocus blur", family: .blur) {
    picture, severity, _ in
    let (radius, softness) = [(3.0, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)][severity - 1]
    let softeningReach = radius <= 8 ? 1 : 2
    // The widest published disks touch the edge of their kernel, which the softening's border then makes a little
    // heavier. In smaller kernels that would show, so others have room.
    let isPublished = min(picture.height, picture.width) == publishedSide
    let kernel = disk(
      radius: length(radius, in: picture), softness: softness,
      reach: isPublished
        ? Int(max(radius, 8)) : Int(length(radius, in: picture).rounded(.up)) + softeningReach,
      softeningReach: softeningReach)
    return picture.map { $0.correlated(with: kernel, border: .mirror) }
  }

  /// A disk whose values add up to 1, softened by a small Gaussian filter.
  ///
  /// - Parameters:
  ///   - softness: the filter's standard deviation.
  ///   - reach: from the middle of the kernel to its edge.
  ///   - softeningReach: the filter's.
  private static func disk(radius: Double, softness: Double, reach: Int, softeningReach: Int) -> Plane {
    let side = 2 * reach + 1
    var disk = Plane(height: side, width: side) { row, column in
      let (down, across) = (Double(row - reach), Double(column - reach))
      return down * down + across * across <= radius * radius ? 1 : 0
    }
    let area = disk.values.reduce(0, +)
    disk = disk.map { $0 / area }
    let heights = (-softeningReach...softeningReach).map {
      exp(-0.5 * Double($0 * $0) / (softness * softness))
    }
    let sum = heights.reduce(0, +)
    let softening = Plane(height: heights.count, width: heights.count) {
      heights[$0] * heights[$1] / (sum * sum)
    }
    return disk.correlated(with: softening, border: .mirror)
  }
}
