import Distortions
import Layers
import Tensors

/// A map of evidence as a picture, every cell drawn where it looks.
public struct HeatmapRendering: Sendable {
  /// How cells become pixels.
  public enum Upsampling: String, Sendable, CaseIterable {
    /// Each pixel has the value of the cell whose receptive field's centre is nearest.
    case nearest
    /// Each pixel has the value interpolated between the four nearest centres.
    case bilinear
  }

  /// What of the picture is drawn over the map's colours.
  public enum Overlay: String, Sendable, CaseIterable {
    /// Its lines.
    case edges
    /// All of it, in grey.
    case picture
    case none
  }

  public var scale: SignedColourScale
  public var upsampling: Upsampling
  public var overlay: Overlay
  /// How strongly the grey picture shows through, 0 (not at all) to 1.
  public var pictureStrength: Float
  /// Pixels along each side for one of the picture's; at least 1.
  public var enlargement: Int

  /// How dark lines are: the share of light that they take.
  private static let lineStrength: Float = 0.75
  /// The light where no cell looks, which must not be read as no evidence.
  private static let unseen: Float = 0.85

  public init(
    scale: SignedColourScale, upsampling: Upsampling = .nearest, overlay: Overlay = .picture,
    pictureStrength: Float = 0.7, enlargement: Int = 1
  ) {
    self.scale = scale
    self.upsampling = upsampling
    self.overlay = overlay
    self.pictureStrength = min(max(pictureStrength, 0), 1)
    self.enlargement = max(1, enlargement)
  }

  /// The enlargement that makes a picture at least `side` pixels high and wide.
  public static func enlargement(height: Int, width: Int, toSide side: Int = 448) -> Int {
    let shorter = max(1, min(height, width))
    return max(1, (side + shorter - 1) / shorter)
  }

  /// The map with the picture or its lines over it, `[3, height, width]` in 0…1, enlarged. Pixels that no cell sees show
  /// the picture alone, or light grey where only lines or nothing is drawn.
  ///
  /// - Parameter picture: `[1, 3, height, width]` in 0…1, the picture that was asked about.
  /// - Throws: `ProbeError.pictureShape`.
  public func pixels(of map: EvidenceMap, over picture: Tensor) throws -> Tensor {
    try pixels(grid(map), over: picture)
  }

  /// The same for an attribution.
  public func pixels(of map: AttributionMap, over picture: Tensor) throws -> Tensor {
    try pixels(grid(map), over: picture)
  }

  /// The map's value at each pixel, row by row; NaN where no cell looks.
  public func values(of map: EvidenceMap, height: Int, width: Int) -> [Float] {
    grid(map).values(height: height, width: width, upsampling: upsampling)
  }

  private func pixels(_ grid: CellGrid, over picture: Tensor) throws -> Tensor {
    try requireOnePicture(picture)
    let (height, width, factor) = (picture.shape[2], picture.shape[3], enlargement)
    let (rows, columns) = (height * factor, width * factor)
    let values = grid.values(height: height, width: width, upsampling: upsampling)
    let isLine =
      overlay == .edges
      ? LineDrawing(of: picture.reshaped(to: [3, height, width]), enlargedBy: factor).isLine : []
    return Tensor(uninitialized: [3, rows, columns]) { pixels in
      picture.withUnsafeBuffer { picture in
        for place in 0..<rows * columns {
          let pixel = place / columns / factor * width + place % columns / factor
          let isUnseen = values[pixel].isNaN
          var colour = isUnseen ? SIMD3(repeating: 1) : scale.colour(of: values[pixel])
          switch overlay {
          case .picture: colour *= light(of: picture, pixel, plane: height * width)
          case .edges, .none:
            if isUnseen { colour *= HeatmapRendering.unseen }
            if overlay == .edges, isLine[place] { colour *= 1 - HeatmapRendering.lineStrength }
          }
          for channel in 0..<3 { pixels[channel * rows * columns + place] = colour[channel] }
        }
      }
    }
  }

  /// How much light the grey picture lets through.
  private func light(of picture: UnsafeBufferPointer<Float>, _ pixel: Int, plane: Int) -> Float {
    // The weights of Rec. 601 luma, as image libraries use for grey.
    let grey =
      0.299 * picture[pixel] + 0.587 * picture[plane + pixel] + 0.114 * picture[2 * plane + pixel]
    return 1 - pictureStrength + pictureStrength * min(max(grey, 0), 1)
  }

  private func grid(_ map: EvidenceMap) -> CellGrid {
    CellGrid(cells: map.cells, rows: map.rows, columns: map.columns, field: map.receptiveField)
  }

  private func grid(_ map: AttributionMap) -> CellGrid {
    CellGrid(cells: map.values, rows: map.rows, columns: map.columns, field: .pixel)
  }
}

/// Cells with their places on the picture.
private struct CellGrid {
  let cells: [Float]
  let rows: Int
  let columns: Int
  let field: ReceptiveField

  func values(
    height: Int, width: Int, upsampling: HeatmapRendering.Upsampling
  ) -> [Float] {
    let vertical = (0..<height).map { mix($0, count: rows, upsampling: upsampling) }
    let horizontal = (0..<width).map { mix($0, count: columns, upsampling: upsampling) }
    return vertical.flatMap { down in
      horizontal.map { right in
        guard let down, let right else { return Float.nan }
        let upper = blend(row: down.first, right)
        guard down.share > 0 else { return upper }
        return upper + down.share * (blend(row: down.first + 1, right) - upper)
      }
    }
  }

  private func blend(row: Int, _ right: Mix) -> Float {
    let left = cells[row * columns + right.first]
    guard right.share > 0 else { return left }
    return left + right.share * (cells[row * columns + right.first + 1] - left)
  }

  /// A cell and how far a pixel lies towards the next one.
  private struct Mix {
    var first: Int
    var share: Float
  }

  /// Where `pixel` lies between the centres of `count` cells along one axis; nil when no cell sees it.
  private func mix(_ pixel: Int, count: Int, upsampling: HeatmapRendering.Upsampling) -> Mix? {
    guard count > 0, pixel >= field.pixels(of: 0).lowerBound,
      pixel < field.pixels(of: count - 1).upperBound
    else { return nil }
    let centre = Double(field.offset) + Double(field.size - 1) / 2
    let place = min(max((Double(pixel) - centre) / Double(field.stride), 0), Double(count - 1))
    switch upsampling {
    case .nearest:
      return Mix(first: Int((place + 0.5).rounded(.down)), share: 0)
    case .bilinear:
      let first = Int(place.rounded(.down))
      return Mix(first: first, share: Float(place - Double(first)))
    }
  }
}
