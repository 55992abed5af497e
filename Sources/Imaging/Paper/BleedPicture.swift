extension Picture {
  /// The picture of a sticker, RGBA, continued beyond its cut: its edge's colours and opacity go on outwards, and
  /// nothing inside moves or is scaled.
  ///
  /// Pixels that a round sticker's edge crosses keep their colour and take the opacity of those further in, so that
  /// no pale rim stays where a cut is not exact.
  ///
  /// - Parameters:
  ///   - border: pixels on each side; with 0 the picture stays as it is.
  ///   - shape: of the cut.
  func continued(by border: Int, beyond shape: DieLine) -> Picture {
    precondition(channels == .rgba, "a sticker has an opacity")
    guard border > 0 else { return self }
    let (newWidth, newHeight) = (width + 2 * border, height + 2 * border)
    return Picture(width: newWidth, height: newHeight, channels: .rgba) { target in
      for row in 0..<newHeight {
        for column in 0..<newWidth {
          let pixel = pixel(column - border, row - border, beyond: shape)
          for channel in 0..<4 { target[(row * newWidth + column) * 4 + channel] = pixel[channel] }
        }
      }
    }
  }

  /// What a continued picture shows at a place, which may lie outside this one.
  private func pixel(_ x: Int, _ y: Int, beyond shape: DieLine) -> SIMD4<UInt8> {
    let edge = stored(min(max(x, 0), width - 1), min(max(y, 0), height - 1))
    guard shape == .circle else { return edge }
    let middle = SIMD2(Double(width), Double(height)) / 2
    let away = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - middle
    let distance = (away * away).sum().squareRoot()
    let radius = min(middle.x, middle.y)
    // A pixel's diagonal inside the circle: what the cut does not touch.
    let inner = max(0, radius - 1.5)
    guard distance > inner else { return edge }
    let place = middle + away * (inner / distance)
    let within = stored(Int(place.x), Int(place.y))
    guard distance < radius + 1, edge.w > 0 else { return within }
    return SIMD4(edge.x, edge.y, edge.z, max(edge.w, within.w))
  }

  private func stored(_ x: Int, _ y: Int) -> SIMD4<UInt8> {
    let start = 4 * (y * width + x)
    return SIMD4(bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
  }

  /// Whether a square picture shows nothing outside its inscribed circle, and something inside.
  public var isRound: Bool {
    guard width == height, let opacity else { return false }
    let middle = Double(width) / 2
    let seen = opacity.indices.filter { opacity[$0] > 0 }
    return !seen.isEmpty && opacity[0] == 0
      && seen.allSatisfy { pixel in
        let dx = Double(pixel % width) + 0.5 - middle
        let dy = Double(pixel / width) + 0.5 - middle
        return (dx * dx + dy * dy).squareRoot() < middle + 1
      }
  }

  /// The picture at a whole multiple of its size, its opacity resized like its colours.
  func multiplied(by factor: Int, _ interpolation: Interpolation) throws -> Picture {
    guard factor > 1 else { return self }
    let colour = try resized(width: width * factor, height: height * factor, by: interpolation)
    guard let opacity else { return colour }
    let grey = Picture(width: width, height: height, bytes: opacity.flatMap { [$0, $0, $0] })
    let alpha = try grey.resized(width: width * factor, height: height * factor, by: interpolation)
    return Picture(width: colour.width, height: colour.height, channels: .rgba) { target in
      for pixel in 0..<colour.width * colour.height {
        for channel in 0..<3 { target[4 * pixel + channel] = colour.bytes[3 * pixel + channel] }
        target[4 * pixel + 3] = alpha.bytes[3 * pixel]
      }
    }
  }
}
