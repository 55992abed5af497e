import Tensors
import Testing

@testable import Distortions

struct CorruptionTests {
  private static func picture(_ height: Int, _ width: Int, seed: UInt64 = 3) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    // Soft colours with some grain, all of them whole levels.
    return Tensor(uninitialized: [3, height, width]) { target in
      for channel in 0..<3 {
        for row in 0..<height {
          for column in 0..<width {
            let ramp = 0.3 + 0.3 * Float(row + channel * column) / Float(height + 2 * width)
            let value = ramp + generator.uniform(in: -0.1...0.1)
            target[(channel * height + row) * width + column] = (value * 255).rounded() / 255
          }
        }
      }
    }
  }

  private static func flat(_ height: Int, _ width: Int, _ level: Int = 120) -> Tensor {
    Tensor(repeating: Float(level) / 255, shape: [3, height, width])
  }

  private static func values(_ tensor: Tensor) -> [Float] { tensor.withUnsafeBuffer { Array($0) } }

  private static func difference(_ one: Tensor, _ other: Tensor) -> Double {
    let pairs = zip(values(one), values(other))
    return pairs.reduce(0) { $0 + Double(abs($1.0 - $1.1)) } / Double(one.shape.count)
  }

  @Test func thereAreTheFifteenAndTheFour() {
    #expect(Corruption.catalogue.count == 19 && Corruption.benchmark.count == 15)
    #expect(Set(Corruption.catalogue.map(\.name)).count == 19)
    let families = Dictionary(grouping: Corruption.catalogue, by: \.family).mapValues(\.count)
    #expect(families == [.noise: 3, .blur: 4, .weather: 4, .digital: 4, .extra: 4])
    for corruption in Corruption.catalogue { #expect(Corruption.named(corruption.name) == corruption) }
    #expect(Corruption.named("rain") == nil)
  }

  @Test(arguments: Corruption.catalogue)
  func keepsSizeAndLevelsAndFollowsItsSeed(_ corruption: Corruption) throws {
    let picture = Self.picture(80, 96)
    for severity in Corruption.severities {
      let one = try corruption.corrupt(picture, severity: severity, seed: 1, name: "a")
      #expect(one.shape == picture.shape)
      // Whole levels of 8 bits, as they would be saved.
      #expect(
        Self.values(one).allSatisfy { $0 >= 0 && $0 <= 1 && abs($0 * 255 - ($0 * 255).rounded()) < 1e-4 })
      #expect(
        try Self.values(corruption.corrupt(picture, severity: severity, seed: 1, name: "a"))
          == Self.values(one))
      #expect(Self.difference(one, picture) > 0.001, "severity \(severity) leaves the picture as it is")
    }
    let isRandom: Set = [
      "gaussian_noise", "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "snow", "frost", "fog",
      "elastic_transform", "speckle_noise", "spatter",
    ]
    let one = try corruption.corrupt(picture, severity: 5, seed: 1, name: "a")
    for (seed, name) in [(1, "b"), (2, "a")] as [(UInt64, String)] {
      let other = try corruption.corrupt(picture, severity: 5, seed: seed, name: name)
      #expect((Self.values(other) != Self.values(one)) == isRandom.contains(corruption.name))
    }
  }

  @Test func theSameBytesOnAnyThreads() throws {
    let picture = Self.picture(32, 32)
    func all(_ threads: Int) -> [[Float]] {
      var results = [[Float]](repeating: [], count: Corruption.catalogue.count)
      Workers(count: threads).change(&results) { index, values in
        values =
          (try? Self.values(Corruption.catalogue[index].corrupt(picture, severity: 4, seed: 9, name: "p")))
          ?? []
      }
      return results
    }
    let alone = all(1)
    #expect(alone.allSatisfy { $0.count == 3 * 32 * 32 } && alone == all(4))
  }

  @Test(arguments: [
    "defocus_blur", "glass_blur", "motion_blur", "zoom_blur", "gaussian_blur", "elastic_transform",
    "contrast",
  ])
  func leavesAFlatPictureFlat(_ name: String) throws {
    let corruption = try #require(Corruption.named(name))
    for severity in Corruption.severities {
      let made = try corruption.corrupt(Self.flat(30, 44), severity: severity, seed: 2, name: "flat")
      // Cut down, by glass twice, so that rounding below the level shows as the one before it.
      #expect(Self.values(made).allSatisfy { [118, 119, 120].contains(Int(($0 * 255).rounded())) })
    }
  }

  /// Glass is left out: its parameters do not rise together, and the published severities 3 and 5 change as much.
  static let ordered = Corruption.catalogue.filter {
    $0.family == .noise || $0.family == .blur && $0 != .glassBlur
  }

  @Test(arguments: ordered)
  func moreSevereIsFartherFromThePicture(_ corruption: Corruption) throws {
    let picture = Self.picture(224, 224)
    let distances = try [1, 3, 5].map {
      Self.difference(try corruption.corrupt(picture, severity: $0, seed: 4, name: "p"), picture)
    }
    #expect(distances[0] < distances[1] && distances[1] < distances[2] * 1.001, "\(distances)")
  }

  @Test func noiseHasThePublishedSpread() throws {
    let picture = Self.flat(224, 224, 128)
    func spread(_ corruption: Corruption, _ severity: Int) throws -> Double {
      let values = Self.values(try corruption.corrupt(picture, severity: severity, seed: 1, name: "p")).map(
        Double.init)
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
    // 150,528 values: a spread is known to 0.2 %; cutting to levels adds 1/12 of a level's square.
    #expect(abs(try spread(.gaussianNoise, 1) - 0.08) < 0.0006)
    #expect(abs(try spread(.gaussianNoise, 2) - 0.12) < 0.0009)
    let half = 128.0 / 255
    #expect(abs(try spread(.speckleNoise, 2) - 0.2 * half) < 0.0008)
    // A Poisson number's variance is its mean.
    #expect(abs(try spread(.shotNoise, 1) - (half / 60).squareRoot()) < 0.0008)
    let impulses = Self.values(try Corruption.impulseNoise.corrupt(picture, severity: 5, seed: 1, name: "p"))
    let (white, black) = (impulses.count { $0 == 1 }, impulses.count { $0 == 0 })
    #expect(abs(Double(white + black) / Double(impulses.count) - 0.27) < 0.005)
    #expect(abs(Double(white) / Double(white + black) - 0.5) < 0.012)
  }

  @Test func poissonNumbersHaveTheirMeanAsVariance() {
    var generator = SeededGenerator(seed: 8)
    for mean in [0, 0.3, 4, 60] {
      let numbers = (0..<20_000).map { _ in Double(generator.poisson(mean: mean)) }
      let average = numbers.reduce(0, +) / 20_000
      let variance = numbers.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 20_000
      #expect(abs(average - mean) <= 5 * (mean / 20_000).squareRoot())
      #expect(abs(variance - mean) <= 0.06 * mean)
    }
  }

  @Test func lengthsShrinkWithThePicture() {
    let small = ColourPlanes(Self.flat(56, 112))
    #expect(Corruption.length(8, in: small) == 2)
    #expect(Corruption.wholeLength(10, in: small) == 3 && Corruption.wholeLength(1, in: small) == 1)
    #expect(Corruption.drawnLength(56, in: small) == 224 && Corruption.drawnLength(112, in: small) == 448)
    var drawn: [Int] = []
    let layer = Corruption.layer(over: small) { height, width in
      drawn = [height, width]
      return Plane(height: height, width: width) { row, _ in Double(row) }
    }
    #expect(drawn == [224, 448] && layer.height == 56 && layer.width == 112)
    // Each row is the mean of the four it covers, by a triangle about their middle.
    #expect(abs(layer[10, 3] - 41.5) < 1e-9)
  }

  @Test func toleratesTheSmallestPictures() throws {
    for corruption in Corruption.catalogue {
      for (height, width) in [(1, 1), (1, 5), (3, 2)] {
        let made = try corruption.corrupt(Self.flat(height, width), severity: 5, seed: 1, name: "p")
        #expect(made.shape == [3, height, width])
      }
    }
  }

  @Test func coloursComeBackFromHueSaturationAndValue() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let colour = SIMD3<Double>((0..<3).map { _ in Double(generator.uniform(below: 6)) / 5 })
      let back = HueSaturationValue(colour).rgb
      #expect((0..<3).allSatisfy { abs(back[$0] - colour[$0]) < 1e-12 })
    }
    let yellow = HueSaturationValue([1, 1, 0])
    #expect(abs(yellow.hue - 1.0 / 6) < 1e-12 && yellow.saturation == 1 && yellow.value == 1)
  }

  @Test func bordersGoOnAsTheirNamesSay() {
    func places(_ border: Border) -> [Int?] { (-5..<9).map { border.place($0, in: 4) } }
    #expect(places(.nearest) == [0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 3, 3])
    #expect(places(.reflect) == [3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0])
    #expect(places(.mirror) == [1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2])
    #expect(places(.constant(0)) == [nil, nil, nil, nil, nil, 0, 1, 2, 3, nil, nil, nil, nil, nil])
  }

  @Test func distancesToEdgesFollowTheShortestSteps() {
    var isEdge = [Bool](repeating: false, count: 7 * 9)
    isEdge[3 * 9 + 2] = true
    let distances = EdgeMap(height: 7, width: 9, isEdge: isEdge).distances
    #expect(distances[3, 2] == 0 && distances[3, 7] == 5)
    #expect(abs(distances[5, 4] - 2.8) < 1e-12 && abs(distances[1, 3] - 2.1969) < 1e-12)
    #expect(abs(distances[6, 8] - (3 * 2.1969)) < 1e-9)
  }

  @Test func aFractalFillsItsRangeAndItsEdgesMeet() {
    var generator = SeededGenerator(seed: 2)
    let clouds = PlasmaFractal(covering: 100, decay: 3, using: &generator)
    let values = (0..<128).flatMap { row in (0..<128).map { clouds[row, $0] } }
    #expect(values.min() == 0 && values.max() == 1)
    let across = (0..<128).map { abs(clouds[$0, 0] - clouds[$0, 127]) }.reduce(0, +)
    let inside = (0..<128).map { abs(clouds[$0, 0] - clouds[$0, 1]) }.reduce(0, +)
    #expect(across < 2 * inside)
  }
}
