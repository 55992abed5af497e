import Foundation

extension Picture {
  /// The size after torchvision's `Resize(shorterSide)`: the shorter side as given, the longer in proportion,
  /// rounded down.
  public static func size(width: Int, height: Int, withShorterSide side: Int) -> (width: Int, height: Int) {
    let (short, long) = (min(width, height), max(width, height))
    let product = side.multipliedReportingOverflow(by: long)
    let newLong = product.overflow ? Int.max : product.partialValue / short
    return width <= height ? (side, newLong) : (newLong, side)
  }

  /// The picture resized so that its shorter side is `side` pixels, as torchvision's `Resize` of a Pillow image;
  /// itself when it is already. An alpha is dropped.
  ///
  /// - Throws: `ImagingError.impossibleSize`.
  public func resized(shorterSide side: Int, by interpolation: Interpolation = .bilinear) throws -> Picture {
    let size = Picture.size(width: width, height: height, withShorterSide: side)
    return try resized(width: size.width, height: size.height, by: interpolation)
  }

  /// The centred square of `side` pixels, as torchvision's `CenterCrop`: a smaller picture gets a black
  /// (with alpha: transparent) border first.
  ///
  /// - Throws: `ImagingError.impossibleSize`.
  public func centerCropped(to side: Int) throws -> Picture {
    guard Picture.isPossible(side, side) else {
      throw ImagingError.impossibleSize(width: side, height: side)
    }
    let frame = CenteredSquare(side: side, width: width, height: height)
    return cropped(to: frame.window).bordered(by: frame)
  }

  /// What a network sees of the picture: resized, then cropped; a step that is nil is not done. An alpha is
  /// dropped.
  ///
  /// Equal to `resized(shorterSide:by:)` and `centerCropped(to:)` in turn, without the pixels that the crop
  /// throws away.
  /// - Throws: `ImagingError.impossibleSize`.
  public func framed(
    resizeShorterSide: Int?, centerCrop: Int?, interpolation: Interpolation = .bilinear
  ) throws -> Picture {
    guard let resizeShorterSide else {
      return try centerCrop.map { try withoutAlpha.centerCropped(to: $0) } ?? withoutAlpha
    }
    guard let side = centerCrop else { return try resized(shorterSide: resizeShorterSide, by: interpolation) }
    let size = Picture.size(width: width, height: height, withShorterSide: resizeShorterSide)
    // The resized picture is never held whole, so it may exceed the limit; a square one may not.
    for wanted in [resizeShorterSide, side] where !Picture.isPossible(wanted, wanted) {
      throw ImagingError.impossibleSize(width: wanted, height: wanted)
    }
    let frame = CenteredSquare(side: side, width: size.width, height: size.height)
    return withoutAlpha.resized(
      width: size.width, height: size.height, by: interpolation, window: frame.window
    ).bordered(by: frame)
  }

  private func bordered(by frame: CenteredSquare) -> Picture {
    guard width < frame.side || height < frame.side else { return self }
    let pixel = channels.rawValue
    return Picture(width: frame.side, height: frame.side, channels: channels) { target in
      target.update(repeating: 0)
      for row in 0..<height {
        let start = ((row + frame.top) * frame.side + frame.left) * pixel
        for index in 0..<width * pixel { target[start + index] = bytes[row * width * pixel + index] }
      }
    }
  }
}

/// Where a centred square lies on a picture, by torchvision's rounding.
private struct CenteredSquare {
  let side: Int
  /// The part of the picture inside the square.
  let window: PixelWindow
  /// The border above and to the left where the picture is smaller than the square.
  let top: Int
  let left: Int

  init(side: Int, width: Int, height: Int) {
    self.side = side
    let (columns, left) = CenteredSquare.range(side, in: width)
    let (rows, top) = CenteredSquare.range(side, in: height)
    window = PixelWindow(columns: columns, rows: rows)
    self.left = left
    self.top = top
  }

  private static func range(_ side: Int, in length: Int) -> (inside: Range<Int>, border: Int) {
    guard side <= length else { return (0..<length, (side - length) / 2) }
    // Half a pixel goes to the even neighbour, as Python rounds.
    let offset = Int((Double(length - side) / 2).rounded(.toNearestOrEven))
    return (offset..<offset + side, 0)
  }
}
