extension Tensor {
  /// Elements of one entry along the first dimension.
  public var rowLength: Int { shape.dimensions.dropFirst().reduce(1, *) }

  /// The entries `rows` along the first dimension, copied, in that order.
  public func gathering(rows: [Int]) -> Tensor {
    precondition(shape.rank > 0 && rows.allSatisfy { $0 >= 0 && $0 < shape[0] })
    let length = rowLength
    return Tensor(uninitialized: Shape([rows.count] + shape.dimensions.dropFirst())) { destination in
      withUnsafeBuffer { source in
        for (place, row) in rows.enumerated() {
          _ = UnsafeMutableBufferPointer(rebasing: destination[place * length..<(place + 1) * length])
            .initialize(from: source[row * length..<(row + 1) * length])
        }
      }
    }
  }

  /// Puts the n-th entry of `other` in place of the entry `rows[n]`.
  public mutating func replace(rows: [Int], by other: Tensor) {
    precondition(other.rowLength == rowLength && other.shape[0] == rows.count)
    let length = rowLength
    withUnsafeMutableBuffer { destination in
      other.withUnsafeBuffer { source in
        for (place, row) in rows.enumerated() {
          precondition(row >= 0 && (row + 1) * length <= destination.count)
          _ = UnsafeMutableBufferPointer(rebasing: destination[row * length..<(row + 1) * length])
            .update(from: source[place * length..<(place + 1) * length])
        }
      }
    }
  }

  /// Calls `body` with each entry along the first dimension, for writing, on `workers`.
  public mutating func changeRows(
    on workers: Workers, _ body: (Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let length = rowLength
    let count = shape.rank == 0 ? 0 : shape[0]
    withUnsafeMutableBuffer { elements in
      nonisolated(unsafe) let elements = elements
      workers.forEach(count) { row in
        body(row, UnsafeMutableBufferPointer(rebasing: elements[row * length..<(row + 1) * length]))
      }
    }
  }

  /// Calls `body` with the elements of the entry `row` along the first dimension, for reading.
  public func withRow<Result>(_ row: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows
    -> Result
  {
    let length = rowLength
    return try withUnsafeBuffer {
      try body(UnsafeBufferPointer(rebasing: $0[row * length..<(row + 1) * length]))
    }
  }
}

extension Tensor {
  /// Entries of the given shape, stacked along a new first dimension.
  public init(rows: [[Float]], ofShape shape: Shape) {
    precondition(rows.allSatisfy { $0.count == shape.count }, "rows that do not fill \(shape)")
    self.init(uninitialized: Shape([rows.count] + shape.dimensions)) { destination in
      for (place, row) in rows.enumerated() {
        _ = UnsafeMutableBufferPointer(rebasing: destination[place * shape.count..<(place + 1) * shape.count])
          .initialize(from: row)
      }
    }
  }

  /// The elements of the entry `row` along the first dimension, copied.
  public func row(_ row: Int) -> [Float] { withRow(row) { Array($0) } }
}

extension Tensor {
  /// Adds the entry `row` along the first dimension of `other`, of this tensor's own size, element by element.
  public mutating func addRow(_ row: Int, of other: Tensor) {
    precondition(other.rowLength == count)
    withUnsafeMutableBuffer { sum in
      other.withRow(row) { term in
        for index in sum.indices { sum[index] += term[index] }
      }
    }
  }
}

extension Tensor {
  /// The squared length of each row of a matrix `[rows, columns]`.
  public var squaredRowLengths: [Float] {
    let width = shape[1]
    return withUnsafeBuffer { buffer in
      guard let start = buffer.baseAddress else { return [] }
      return (0..<shape[0]).map {
        Float(dot(start + $0 * width, start + $0 * width, count: width))
      }
    }
  }
}
