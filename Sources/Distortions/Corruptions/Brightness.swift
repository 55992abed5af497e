extension Corruption {
  /// More of the value in hue, saturation and value (Hendrycks & Dietterich 2019).
  public static let brightness = Corruption(name: "brightness", title: "Brightness", family: .weather) {
    picture, severity, _ in
    let more = [0.1, 0.2, 0.3, 0.4, 0.5][severity - 1]
    return picture.mapPixels { pixel in
      var colour = HueSaturationValue(pixel)
      colour.value = min(colour.value + more, 1)
      return colour.rgb
    }
  }
}
