extension Corruption {
  /// The mean of the picture and of ever larger views of its middle (Hendrycks & Dietterich 2019).
  public static let zoomBlur = Corruption(name: "zoom_blur", title: "Zoom blur", family: .blur) {
    picture, severity, _ in
    let (end, step) = [(1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03)][severity - 1]
    // As numpy's arange counts and steps: whether the end itself belongs to it is a matter of rounding.
    let count = Int(((end - 1) / step).rounded(.up))
    let factors = (0..<count).map { 1 + Double($0) * (1 + step - 1) }
    return picture.map { plane in
      var sum = plane.values
      for factor in factors {
        let zoomed = plane.zoomed(by: factor).values
        for place in sum.indices { sum[place] += zoomed[place] }
      }
      return Plane(height: plane.height, width: plane.width, values: sum.map { $0 / Double(count + 1) })
    }
  }
}

extension Plane {
  /// The middle of the plane, enlarged to the plane's own size by linear steps between the values, the first and the
  /// last of which stay at the edges: `scipy.ndimage.zoom` of order 1 on a centred crop.
  ///
  /// - Parameter factor: at least 1.
  func zoomed(by factor: Double) -> Plane {
    let (down, across) = (Plane.zoomedPlaces(height, factor), Plane.zoomedPlaces(width, factor))
    return Plane(height: height, width: width) { value(row: down[$0], column: across[$1], border: .nearest) }
  }

  /// Where along one axis the values of the enlarged middle come from.
  private static func zoomedPlaces(_ count: Int, _ factor: Double) -> [Double] {
    let kept = Int((Double(count) / factor).rounded(.up))
    let made = Int((Double(kept) * factor).rounded(.toNearestOrEven))
    let (first, trimmed) = ((count - kept) / 2, (made - count) / 2)
    let step = made > 1 ? Double(kept - 1) / Double(made - 1) : 0
    return (0..<count).map { Double(first) + Double($0 + trimmed) * step }
  }
}
