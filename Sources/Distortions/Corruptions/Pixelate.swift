import Imaging

extension Corruption {
  /// Fewer pixels (Hendrycks & Dietterich 2019): made smaller and larger again by Pillow's box filter.
  public static let pixelate = Corruption(name: "pixelate", title: "Pixelation", family: .digital) {
    picture, severity, _ in
    let kept = [0.6, 0.5, 0.4, 0.3, 0.25][severity - 1]
    func fewer(_ side: Int) -> Int { max(1, Int(Double(side) * kept)) }
    let small = try picture.picture.resized(
      width: fewer(picture.width), height: fewer(picture.height), by: .box)
    return ColourPlanes(try small.resized(width: picture.width, height: picture.height, by: .box).tensor)
  }
}
