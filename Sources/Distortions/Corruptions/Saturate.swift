extension Corruption {
  /// Less of the saturation, then more (Hendrycks & Dietterich 2019).
  public static let saturate = Corruption(name: "saturate", title: "Saturation", family: .extra) {
    picture, severity, _ in
    let (factor, more) = [(0.3, 0.0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2)][severity - 1]
    return picture.mapPixels { pixel in
      var colour = HueSaturationValue(pixel)
      colour.saturation = min(max(colour.saturation * factor + more, 0), 1)
      return colour.rgb
    }
  }
}
