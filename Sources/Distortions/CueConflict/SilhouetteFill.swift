import Tensors

/// Fills the outline of one picture's object with another picture; what lies behind the object stays.
///
/// The object is what a picture's opacity says, or what stands before a plain background, or else what touches the
/// picture's border least (`BoundaryConnectivity`).
public struct SilhouetteFill: CueMerging {
  public let name = "silhouette-fill"
  public let settings: [String: String] = [:]

  /// The shares of the picture that an object takes: what takes more is the picture inside a frame, mostly.
  private static let shares: ClosedRange<Float> = 0.01...0.8

  public init() {}

  /// - Throws: `DistortionsError.noForeground` for a picture without an object that can be told from what lies behind.
  public func merge(
    shape: CuePicture, texture: CuePicture, using generator: inout SeededGenerator, on workers: Workers,
    progress: (Double) throws -> Void
  ) throws -> Tensor {
    let foreground = Foreground(of: shape)
    guard SilhouetteFill.shares.contains(foreground.share) else {
      throw DistortionsError.noForeground(share: Double(foreground.share))
    }
    try progress(1)
    let plane = shape.side * shape.side
    return Tensor(uninitialized: shape.pixels.shape) { result in
      shape.pixels.withUnsafeBuffer { background in
        texture.pixels.withUnsafeBuffer { texture in
          for index in result.indices {
            let part = foreground.coverage[index % plane]
            // Exact at both ends, which a mixture rounds.
            switch part {
            case 0: result[index] = background[index]
            case 1: result[index] = texture[index]
            default: result[index] = background[index] + part * (texture[index] - background[index])
            }
          }
        }
      }
    }
  }
}
