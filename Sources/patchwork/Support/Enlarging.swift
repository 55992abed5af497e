import Imaging

extension Picture {
  /// The picture with every pixel repeated until it is at least 448 px high and wide.
  var enlarged: Picture {
    let factor = max(1, (448 + min(width, height) - 1) / min(width, height))
    guard factor > 1,
      let large = try? resized(width: width * factor, height: height * factor, by: .nearest)
    else { return self }
    return large
  }
}
