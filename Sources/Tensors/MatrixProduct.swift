import COpenBLAS

/// C ← A·B + β·C on row-major matrices in memory, on the calling thread alone.
///
/// - Parameters:
///   - m: rows of C.
///   - n: columns of C.
///   - k: the length of the sums.
///   - a: `[m, k]`, or `[k, m]` when `transposedA`; rows `aStride` floats apart.
///   - b: `[k, n]`, or `[n, k]` when `transposedB`; rows `bStride` floats apart.
///   - beta: 0 to overwrite C, 1 to add to it.
///   - c: `[m, n]`; rows `cStride` floats apart.
public func matrixProduct(
  m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, aStride: Int, transposedA: Bool = false,
  b: UnsafePointer<Float>, bStride: Int, transposedB: Bool = false,
  beta: Float = 0, c: UnsafeMutablePointer<Float>, cStride: Int
) {
  guard m > 0, n > 0 else { return }
  cblas_sgemm(
    CblasRowMajor, transposedA ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans,
    Int32(m), Int32(n), Int32(k), 1, a, Int32(aStride), b, Int32(bStride), beta, c, Int32(cStride))
}
