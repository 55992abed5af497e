import Tensors

/// Lays one picture out with blocks of another so that the blocks' lightness follows it (texture transfer by image
/// quilting, Efros & Freeman 2001).
///
/// Each pass lays square blocks that overlap, left to right and down. A block is drawn from those of the texture whose
/// error is at most a tenth above the least: α times what it differs in the overlap and from the pass before, and 1 − α
/// times what its lightness differs from the shape's; each is the mean square over its pixels. α grows from 0.1 to 0.9
/// over the passes while blocks shrink by a third. Blocks meet along the cut of least error.
public struct ImageQuilting: CueMerging {
  public let name = "quilting"
  /// Pixels of the first pass' blocks; a twelfth of the picture when nil.
  public let blockSide: Int?
  public let passes: Int

  /// The error, of the least, up to which blocks are drawn from.
  private static let tolerance: Float = 1.1
  /// Pixels between the places in the texture that blocks are taken from.
  private static let searchStride = 2
  private static let smallestBlock = 6

  public var settings: [String: String] {
    ["block": blockSide.map(String.init) ?? "auto", "passes": "\(passes)"]
  }

  /// - Parameters:
  ///   - blockSide: at least 6.
  ///   - passes: at least 1.
  public init(blockSide: Int? = nil, passes: Int = 3) {
    precondition(passes > 0 && blockSide ?? ImageQuilting.smallestBlock >= ImageQuilting.smallestBlock)
    self.blockSide = blockSide
    self.passes = passes
  }

  public func merge(
    shape: CuePicture, texture: CuePicture, using generator: inout SeededGenerator, on workers: Workers,
    progress: (Double) throws -> Void
  ) throws -> Tensor {
    let side = shape.side
    precondition(texture.side == side, "pictures of one size")
    var quilt = Quilt(texture: texture.pixels, following: shape.pixels)
    var block = min(blockSide ?? max(side / 12, ImageQuilting.smallestBlock), side)
    for pass in 0..<passes {
      let alpha = passes == 1 ? 0.5 : 0.8 * Float(pass) / Float(passes - 1) + 0.1
      let overlap = max(2, block / 6)
      let starts = ImageQuilting.starts(side: side, block: block, overlap: overlap)
      quilt.beginPass(block: block, overlap: overlap, alpha: alpha)
      for (row, top) in starts.enumerated() {
        for left in starts {
          let errors = quilt.errors(top: top, left: left, stride: ImageQuilting.searchStride, on: workers)
          let limit = (errors.values.min() ?? 0) * ImageQuilting.tolerance
          let good = errors.values.indices.filter { errors.values[$0] <= limit }
          let chosen = good[generator.uniform(below: good.count)]
          quilt.lay(errors.place(chosen), top: top, left: left)
        }
        try progress((Double(pass) + Double(row + 1) / Double(starts.count)) / Double(passes))
      }
      block = max(block * 2 / 3, min(ImageQuilting.smallestBlock, side))
    }
    return quilt.picture
  }

  /// Where blocks begin along one axis; the last ends with the picture.
  private static func starts(side: Int, block: Int, overlap: Int) -> [Int] {
    let last = side - block
    var starts = Array(stride(from: 0, to: last, by: block - overlap))
    starts.append(last)
    return starts
  }
}
