import Imaging

/// A line along every rim of a shape.
enum EdgeDrawing {
  /// How much of each pixel the line covers: `size` × `size` shares.
  ///
  /// - Parameter place: gives the outline in the pixels of a picture of the side it is given.
  static func coverage(size: Int, _ place: (Int) -> Outline) -> [Float] {
    // On a grid twice as fine a pixel belongs to the line when its neighbourhood lies on both sides of the rim.
    let fine = 2 * size
    let reach = max(1, (size + 32) / 64)
    let shape = OutlineCoverage(of: place(fine), width: fine, height: fine).values
    let largest = Neighbourhood.largest(of: shape, side: fine, reach: reach)
    let smallest = Neighbourhood.smallest(of: shape, side: fine, reach: reach)
    return (0..<size * size).map { pixel in
      let corner = (pixel / size) * 2 * fine + (pixel % size) * 2
      var sum: Float = 0
      for index in [corner, corner + 1, corner + fine, corner + fine + 1] {
        sum += largest[index] - smallest[index]
      }
      return min(sum / 4, 1)
    }
  }
}
