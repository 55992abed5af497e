import Tensors

extension DistortionKind {
  /// Rotation (Geirhos et al. 2018, 1808.08750): grey, turned counterclockwise by quarters. A picture that is not square
  /// can only be turned by half.
  public static let rotation = DistortionKind(
    name: "rotation", title: "Rotation", levelName: "angle, °", levels: [0, 90, 180, 270]
  ) { picture, level, _ in
    var grey = GreyPicture(picture)
    let quarters = Int((level / 90).rounded()) % 4
    precondition(
      quarters % 2 == 0 || grey.height == grey.width,
      "\(grey.height) x \(grey.width) pixels cannot be turned by a quarter")
    let plane = grey.plane
    grey.plane =
      switch quarters {
      case 1: Plane(height: plane.height, width: plane.width) { plane[$1, plane.width - 1 - $0] }
      case 2: plane.turnedByHalf
      case 3: Plane(height: plane.height, width: plane.width) { plane[plane.height - 1 - $1, $0] }
      default: plane
      }
    return grey.tensor
  }
}
