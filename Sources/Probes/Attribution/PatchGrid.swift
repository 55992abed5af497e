import Models
import Tensors

/// Square patches that tile a picture from its left top corner; those at the end may be cut short.
struct PatchGrid: Hashable, Sendable {
  let height: Int
  let width: Int
  let side: Int

  var rows: Int { (height + side - 1) / side }
  var columns: Int { (width + side - 1) / side }
  var count: Int { rows * columns }

  /// The patch that a pixel lies in.
  func patch(ofPixel index: Int) -> Int { index / width / side * columns + index % width / side }

  /// The sums over each patch of a map with one value a pixel.
  func sums(of values: [Float]) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for (pixel, value) in values.enumerated() { sums[patch(ofPixel: pixel)] += Double(value) }
    return sums
  }

  /// Copies of a picture `[1, 3, height, width]`, each with its own patches in one colour.
  func masked(_ picture: Tensor, _ patches: [Set<Int>], colour: [Float], on workers: Workers) -> Tensor {
    let plane = height * width
    let places = (0..<plane).map { patch(ofPixel: $0) }
    var result = Tensor(uninitialized: [patches.count, 3, height, width]) { _ in }
    result.changeRows(on: workers) { row, pixels in
      let isMasked = (0..<count).map { patches[row].contains($0) }
      picture.withUnsafeBuffer { source in
        for index in pixels.indices {
          pixels[index] = isMasked[places[index % plane]] ? colour[index / plane] : source[index]
        }
      }
    }
    return result
  }
}
