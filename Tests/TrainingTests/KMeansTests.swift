import Testing

@testable import Tensors
@testable import Training

@Suite("k-means")
struct KMeansTests {
  private static let workers = Workers(count: 2)

  /// Round clouds of 60 points about known places.
  private static func blobs(_ places: [[Float]], seed: UInt64, spread: Float = 0.5) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<60 * places.count).flatMap { index in
      places[index % places.count].map { $0 + generator.uniform(in: -spread...spread) }
    }
    return Tensor(values, shape: [60 * places.count, places[0].count])
  }

  @Test(arguments: 0..<8)
  func findsSeparatedBlobs(seed: UInt64) throws {
    let places: [[Float]] = [[0, 0, 0], [9, 0, 1], [0, 9, 2], [9, 9, -3], [-8, 4, 4]]
    let points = Self.blobs(places, seed: 3)
    let found = try KMeans(points, count: 5, iterations: 20, seed: seed, workers: Self.workers)
    for place in places {
      let least =
        (0..<5).map { centre in
          place.indices.reduce(Float(0)) { sum, axis in
            let difference = found.centres[centre, axis] - place[axis]
            return sum + difference * difference
          }
        }.min() ?? .infinity
      #expect(least < 0.05)
    }
    // Three axes of variance 0.5² / 3.
    #expect(abs(found.meanSquaredDistance - 0.25) < 0.03)
  }

  @Test func aCentreIsTheMeanOfItsPoints() throws {
    let points = Tensor([1, 2, 3, 10, 12, 14], shape: [6, 1])
    let found = try KMeans(points, count: 2, iterations: 10, seed: 1, workers: Self.workers)
    #expect(found.centres.elements.sorted() == [2, 12])
    #expect(abs(found.meanSquaredDistance - (2 + 8) / 6.0) < 1e-5)
  }

  @Test func nearestIsWhatBruteForceFinds() {
    var generator = SeededGenerator(seed: 9)
    let points = Tensor(uniform: -1...1, shape: [5000, 11], using: &generator)
    let centres = Tensor(uniform: -1...1, shape: [37, 11], using: &generator)
    let (owners, distances) = KMeans.nearest(points, centres, Self.workers)
    for point in stride(from: 0, to: 5000, by: 7) {
      let exact = (0..<37).map { centre in
        (0..<11).reduce(0.0) { sum, axis in
          let difference = Double(points[point, axis]) - Double(centres[centre, axis])
          return sum + difference * difference
        }
      }
      let least = exact.min() ?? 0
      #expect(abs(exact[owners[point]] - least) < 1e-5 && abs(Double(distances[point]) - least) < 1e-5)
    }
  }

  @Test func oneAndTwoThreadsGiveTheSameBytes() throws {
    var generator = SeededGenerator(seed: 4)
    let points = Tensor(uniform: -1...1, shape: [9000, 13], using: &generator)
    func run(_ threads: Int, _ seed: UInt64) throws -> KMeans {
      try KMeans(points, count: 40, iterations: 6, seed: seed, workers: Workers(count: threads))
    }
    let one = try run(1, 5)
    let (two, three, other) = (try run(2, 5), try run(3, 5), try run(1, 6))
    #expect(one.centres == two.centres && one.meanSquaredDistance == three.meanSquaredDistance)
    #expect(one.centres != other.centres)
  }

  /// Two distinct points and five centres: the spare ones stand on points too, and nothing is NaN.
  @Test func moreCentresThanDistinctPointsStayOnPoints() throws {
    let points = Tensor((0..<20).map { Float($0 % 2) * 8 - 3 }, shape: [20, 1])
    let found = try KMeans(points, count: 5, iterations: 5, seed: 2, workers: Self.workers)
    #expect(found.centres.elements.allSatisfy { $0 == -3 || $0 == 5 })
    #expect(Set(found.centres.elements).count == 2 && found.meanSquaredDistance == 0)
  }

  @Test func moreStepsNeverLieFartherFromThePoints() throws {
    var generator = SeededGenerator(seed: 8)
    let points = Tensor(uniform: -1...1, shape: [3000, 6], using: &generator)
    let distances = try [1, 3, 9, 27].map {
      try KMeans(points, count: 25, iterations: $0, seed: 3, workers: Self.workers).meanSquaredDistance
    }
    for (fewer, more) in zip(distances, distances.dropFirst()) { #expect(more <= fewer * 1.000_001) }
    #expect(distances[3] < distances[0])
  }

  @Test func tellsItsStepsAndCanBeStopped() {
    struct Stop: Error {}
    var generator = SeededGenerator(seed: 8)
    let points = Tensor(uniform: -1...1, shape: [500, 4], using: &generator)
    var told: [Int] = []
    #expect(throws: Stop.self) {
      _ = try KMeans(points, count: 9, iterations: 30, seed: 1, workers: Self.workers) {
        told.append($0)
        if $0 == 3 { throw Stop() }
      }
    }
    #expect(told == [0, 1, 2, 3])
  }
}
