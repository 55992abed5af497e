/// The eigenvalues and eigenvectors of a real symmetric matrix, by Jacobi's rotations (Jacobi 1846): small
/// matrices, to machine precision, the same bytes everywhere.
public struct SymmetricEigen: Sendable {
  /// In falling order.
  public let values: [Double]
  /// The unit vector of each value, in the values' order; the entry of greatest size is positive.
  public let vectors: [[Double]]

  /// - Parameter matrix: `[size, size]`, symmetric, of finite numbers; only `size · size` entries in row-major
  ///   order count.
  public init(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size, "\(matrix.count) numbers are not \(size) × \(size)")
    var a = matrix
    // Row i of `v` becomes eigenvector i.
    var v = [Double](repeating: 0, count: size * size)
    for index in 0..<size { v[index * size + index] = 1 }
    let total = a.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<60 {
      var offDiagonal = 0.0
      for row in 0..<size {
        for column in 0..<row { offDiagonal += a[row * size + column] * a[row * size + column] }
      }
      guard offDiagonal > 1e-28 * total else { break }
      a.withUnsafeMutableBufferPointer { a in
        v.withUnsafeMutableBufferPointer { v in
          for p in 0..<size {
            for q in p + 1..<max(size, p + 1) { SymmetricEigen.rotate(a, v, size, p, q) }
          }
        }
      }
    }
    let order = (0..<size).sorted { (a[$0 * size + $0], $1) > (a[$1 * size + $1], $0) }
    values = order.map { a[$0 * size + $0] }
    vectors = order.map { index in
      let vector = Array(v[index * size..<(index + 1) * size])
      let greatest = vector.max { abs($0) < abs($1) } ?? 0
      return greatest < 0 ? vector.map { -$0 } : vector
    }
  }

  /// The rotation in the plane of axes p and q that makes `a[p, q]` zero.
  private static func rotate(
    _ a: UnsafeMutableBufferPointer<Double>, _ v: UnsafeMutableBufferPointer<Double>, _ size: Int, _ p: Int,
    _ q: Int
  ) {
    let apq = a[p * size + q]
    guard apq != 0 else { return }
    let theta = (a[q * size + q] - a[p * size + p]) / (2 * apq)
    let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for k in 0..<size {
      let (x, y) = (a[p * size + k], a[q * size + k])
      a[p * size + k] = cosine * x - sine * y
      a[q * size + k] = sine * x + cosine * y
      let (s, t) = (v[p * size + k], v[q * size + k])
      v[p * size + k] = cosine * s - sine * t
      v[q * size + k] = sine * s + cosine * t
    }
    for k in 0..<size {
      let (x, y) = (a[k * size + p], a[k * size + q])
      a[k * size + p] = cosine * x - sine * y
      a[k * size + q] = sine * x + cosine * y
    }
    a[p * size + q] = 0
    a[q * size + p] = 0
  }
}
