import Tensors

/// Success by place as a picture: white where the sticker never succeeds, full orange where it always does.
public struct PlaceRendering: Sendable {
  public init() {}

  /// One pixel a place, `[3, rows, columns]` in 0…1.
  public func pixels(of result: PlaceResult) -> Tensor {
    let scale = SignedColourScale(limit: 1)
    return Tensor(uninitialized: [3, result.rows, result.columns]) { pixels in
      for (place, count) in result.successes.enumerated() {
        let colour = scale.colour(of: Float(count) / Float(max(result.images, 1)))
        for channel in 0..<3 { pixels[channel * result.successes.count + place] = colour[channel] }
      }
    }
  }
}
