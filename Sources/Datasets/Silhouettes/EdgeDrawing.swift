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
    let rows = extremes(along: 1, of: (shape, shape), count: fine, stride: fine, reach: reach)
    let both = extremes(along: fine, of: rows, count: fine, stride: 1, reach: reach)
    return (0..<size * size).map { pixel in
      let corner = (pixel / size) * 2 * fine + (pixel % size) * 2
      var sum: Float = 0
      for index in [corner, corner + 1, corner + fine, corner + fine + 1] {
        sum += both.largest[index] - both.smallest[index]
      }
      return min(sum / 4, 1)
    }
  }

  /// The largest and the smallest value within `reach` along lines of a square grid.
  private static func extremes(
    along step: Int, of values: (largest: [Float], smallest: [Float]), count: Int, stride: Int, reach: Int
  ) -> (largest: [Float], smallest: [Float]) {
    var result = values
    for line in 0..<count {
      for place in 0..<count {
        var (largest, smallest) = (Float(0), Float(1))
        for near in max(place - reach, 0)...min(place + reach, count - 1) {
          let index = line * stride + near * step
          largest = max(largest, values.largest[index])
          smallest = min(smallest, values.smallest[index])
        }
        result.largest[line * stride + place * step] = largest
        result.smallest[line * stride + place * step] = smallest
      }
    }
    return result
  }
}
