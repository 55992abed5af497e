extension Corruption {
  /// Each channel pulled towards its mean (Hendrycks & Dietterich 2019).
  public static let contrast = Corruption(name: "contrast", title: "Contrast", family: .digital) {
    picture, severity, _ in
    let kept = [0.4, 0.3, 0.2, 0.1, 0.05][severity - 1]
    return picture.map { plane in
      let mean = plane.values.reduce(0, +) / Double(plane.values.count)
      return plane.map { ($0 - mean) * kept + mean }
    }
  }
}
