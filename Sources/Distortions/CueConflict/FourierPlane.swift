/// One channel of a picture and its two-dimensional Fourier transform.
struct FourierPlane {
  private let rows, columns: Int
  /// Row by row.
  var values: FourierTransform.Values
  private let along, down: FourierTransform

  /// The transform of a channel.
  ///
  /// - Parameter pixels: row by row.
  init(transforming pixels: some Sequence<Float>, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    values = FourierTransform.Values(real: pixels.map(Double.init))
    along = FourierTransform(count: columns)
    down = rows == columns ? along : FourierTransform(count: rows)
    precondition(values.real.count == rows * columns, "\(values.real.count) pixels for \(rows) x \(columns)")
    apply { $0.forward(&$1) }
  }

  /// The real part of the channel that has this transform.
  func pixels() -> [Double] {
    var copy = self
    copy.apply { $0.inverse(&$1) }
    return copy.values.real
  }

  private mutating func apply(_ transform: (FourierTransform, inout FourierTransform.Values) -> Void) {
    for row in 0..<rows { change(from: row * columns, step: 1, by: along, transform) }
    for column in 0..<columns { change(from: column, step: columns, by: down, transform) }
  }

  private mutating func change(
    from first: Int, step: Int, by plan: FourierTransform,
    _ transform: (FourierTransform, inout FourierTransform.Values) -> Void
  ) {
    var line = FourierTransform.Values(
      real: (0..<plan.count).map { values.real[first + $0 * step] },
      imaginary: (0..<plan.count).map { values.imaginary[first + $0 * step] })
    transform(plan, &line)
    for place in 0..<plan.count {
      values.real[first + place * step] = line.real[place]
      values.imaginary[first + place * step] = line.imaginary[place]
    }
  }
}
