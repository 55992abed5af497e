import Layers
import Tensors

/// Cluster centres by Lloyd's algorithm (Lloyd 1982) from a start by k-means++ (Arthur & Vassilvitskii 2007).
///
/// The seed decides the centres to the last bit, on any number of threads: points are compared in fixed blocks
/// and each centre's points are summed in their order.
public struct KMeans: Sendable {
  /// `[count, dimensions]`
  public let centres: Tensor
  /// The mean squared distance of the points to their centres, after the last assignment.
  public let meanSquaredDistance: Double

  /// Points compared with the centres at once.
  private static let block = 2048

  /// - Parameters:
  ///   - points: `[n, dimensions]`, `n` at least `count`.
  ///   - count: centres, at least 1.
  ///   - iterations: how often centres are moved to the mean of their points; ends sooner when nothing moves.
  ///   - progress: called after the start and each iteration with how many of them are done; throwing ends it.
  public init(
    _ points: Tensor, count: Int, iterations: Int, seed: UInt64, workers: Workers,
    progress: (Int) throws -> Void = { _ in }
  ) rethrows {
    precondition(points.shape.rank == 2 && count >= 1 && points.shape[0] >= count, "too few points")
    var centres = KMeans.start(points, count: count, seed: seed, workers: workers)
    try progress(0)
    var owners: [Int] = []
    var distances: [Float] = []
    for iteration in 1...max(iterations, 1) {
      let nearest = KMeans.nearest(points, centres, workers)
      let isSettled = nearest.owners == owners
      (owners, distances) = nearest
      try progress(iteration)
      if isSettled || iterations < 1 { break }
      centres = KMeans.means(points, owners: owners, distances: distances, count: count, workers)
    }
    self.centres = centres
    distances = KMeans.nearest(points, centres, workers).distances
    meanSquaredDistance = distances.reduce(0) { $0 + Double($1) } / Double(max(distances.count, 1))
  }

  /// For each point the index of the nearest centre, the lowest among equals, and the squared distance to it.
  static func nearest(
    _ points: Tensor, _ centres: Tensor, _ workers: Workers
  ) -> (owners: [Int], distances: [Float]) {
    let (count, dimensions, size) = (points.shape[0], centres.shape[1], centres.shape[0])
    let lengths = centres.squaredRowLengths
    let pointLengths = points.squaredRowLengths
    var owners = [Int](repeating: 0, count: count)
    var distances = [Float](repeating: 0, count: count)
    owners.withUnsafeMutableBufferPointer { owners in
      distances.withUnsafeMutableBufferPointer { distances in
        points.withUnsafeBuffer { points in
          centres.withUnsafeBuffer { centres in
            guard let points = points.baseAddress, let centres = centres.baseAddress else { return }
            nonisolated(unsafe) let (owners, distances) = (owners, distances)
            let blocks = (count + block - 1) / block
            workers.forEach(blocks, scratch: block * size) { index, products in
              let first = index * block
              let rows = min(block, count - first)
              matrixProduct(
                m: rows, n: size, k: dimensions, a: points + first * dimensions, aStride: dimensions,
                b: centres, bStride: dimensions, transposedB: true, c: products, cStride: size)
              for row in 0..<rows {
                let line = products + row * size
                var (best, least) = (0, Float.infinity)
                for centre in 0..<size {
                  let distance = lengths[centre] - 2 * line[centre]
                  if distance < least { (best, least) = (centre, distance) }
                }
                owners[first + row] = best
                distances[first + row] = max(0, least + pointLengths[first + row])
              }
            }
          }
        }
      }
    }
    return (owners, distances)
  }

  // MARK: Start

  /// Each centre is a point drawn with the probability of its squared distance to the centres before it.
  private static func start(_ points: Tensor, count: Int, seed: UInt64, workers: Workers) -> Tensor {
    let (total, dimensions) = (points.shape[0], points.shape[1])
    var generator = SeededGenerator(seed: seed)
    var distances = [Float](repeating: .infinity, count: total)
    return Tensor(uninitialized: [count, dimensions]) { centres in
      points.withUnsafeBuffer { points in
        guard let points = points.baseAddress, let centres = centres.baseAddress else { return }
        var chosen = generator.uniform(below: total)
        for index in 0..<count {
          let centre = centres + index * dimensions
          centre.update(from: points + chosen * dimensions, count: dimensions)
          distances.withUnsafeMutableBufferPointer { distances in
            nonisolated(unsafe) let distances = distances
            workers.forEachRange(of: total, length: 4096) { range in
              for point in range {
                distances[point] = min(
                  distances[point], squaredDistance(points + point * dimensions, centre, dimensions))
              }
            }
          }
          // A centre has no distance to itself and is not drawn again, unless all points are taken.
          distances[chosen] = 0
          chosen = draw(by: distances, &generator)
        }
      }
    }
  }

  private static func draw(by weights: [Float], _ generator: inout SeededGenerator) -> Int {
    let total = weights.reduce(0.0) { $0 + Double($1) }
    guard total > 0 else { return generator.uniform(below: weights.count) }
    var rest = Double(generator.uniform()) * total
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      last = index
      rest -= Double(weight)
      if rest < 0 { break }
    }
    return last
  }

  private static func squaredDistance(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    var lanes = SIMD8<Float>.zero
    let whole = count & ~7
    let (rawA, rawB) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    for index in stride(from: 0, to: whole, by: 8) {
      let difference =
        rawA.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
        - rawB.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
      lanes += difference * difference
    }
    var total = lanes.sum()
    for index in whole..<count { total += (a[index] - b[index]) * (a[index] - b[index]) }
    return total
  }

  // MARK: Step

  /// The mean of each centre's points; a centre without points is put on one of the points that lie farthest
  /// from theirs.
  private static func means(
    _ points: Tensor, owners: [Int], distances: [Float], count: Int, _ workers: Workers
  ) -> Tensor {
    let dimensions = points.shape[1]
    var members = [[Int32]](repeating: [], count: count)
    for (point, owner) in owners.enumerated() { members[owner].append(Int32(point)) }
    let empty = members.indices.filter { members[$0].isEmpty }
    if !empty.isEmpty {
      let farthest = distances.indices.sorted { (distances[$0], $1) > (distances[$1], $0) }
      for (centre, point) in zip(empty, farthest) { members[centre] = [Int32(point)] }
    }
    let groups = members
    return Tensor(uninitialized: [count, dimensions]) { centres in
      points.withUnsafeBuffer { points in
        guard let points = points.baseAddress, let centres = centres.baseAddress else { return }
        let (from, to) = (points, centres)
        workers.forEach(count) { centre in
          var sums = [Double](repeating: 0, count: dimensions)
          for point in groups[centre] {
            let row = from + Int(point) * dimensions
            for index in 0..<dimensions { sums[index] += Double(row[index]) }
          }
          for index in 0..<dimensions {
            to[centre * dimensions + index] = Float(sums[index] / Double(groups[centre].count))
          }
        }
      }
    }
  }
}
