import Tensors

extension MaxPool {
  /// Adds a share for each output to the place of the value that won it.
  ///
  /// - Parameters:
  ///   - shares: one for each output.
  ///   - values: the input whose greatest values win.
  ///   - others: in the input's shape; among equal winners the one that is greatest here takes the share, then the first.
  /// - Returns: in the input's shape.
  func scatter(
    _ shares: Tensor, toWinnersOf values: Tensor, thenOf others: Tensor, on workers: Workers
  ) -> Tensor {
    let shape = values.shape
    let (height, width) = (shape[2], shape[3])
    let size = outputSize(shape)
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    var result = Tensor(zeros: shape)
    result.withUnsafeMutableBuffer { target in
      shares.withUnsafeBuffer { shares in
        values.withUnsafeBuffer { values in
          others.withUnsafeBuffer { others in
            let (target, shares, values, others) = (target, shares, values, others)
            workers.forEach(shape[0] * shape[1]) { plane in
              let first = plane * height * width
              for cell in 0..<size.height * size.width {
                let (row, column) = (cell / size.width, cell % size.width)
                var winner: Int?
                for y in 0..<vertical.kernel {
                  let line = row * vertical.stride - vertical.before + y * vertical.dilation
                  guard line >= 0, line < height else { continue }
                  for x in 0..<horizontal.kernel {
                    let place = column * horizontal.stride - horizontal.before + x * horizontal.dilation
                    guard place >= 0, place < width else { continue }
                    let index = first + line * width + place
                    if let best = winner,
                      values[index] < values[best]
                        || values[index] == values[best] && others[index] <= others[best]
                    {
                      continue
                    }
                    winner = index
                  }
                }
                if let winner { target[winner] += shares[plane * size.height * size.width + cell] }
              }
            }
          }
        }
      }
    }
    return result
  }
}
