import Files
import Imaging
import Silhouettes
import Synchronization
import Tensors
import Testing

@testable import Distortions
@testable import Training

@Suite struct StylisationTests {
  /// A light disc somewhere on a dark ground, both with faint stripes along one axis: what a class' texture may be.
  private static func disc(side: Int = 64, number: Int, isUpright: Bool) -> Picture {
    var generator = SeededGenerator(seed: 11, stream: UInt64(2 * number + (isUpright ? 1 : 0)))
    let reach = side * 3 / 10
    let (left, top) = (
      reach + generator.uniform(below: side - 2 * reach), reach + generator.uniform(below: side - 2 * reach)
    )
    let bytes = (0..<side * side).flatMap { pixel -> [UInt8] in
      let (x, y) = (pixel % side, pixel / side)
      let isInside = (x - left) * (x - left) + (y - top) * (y - top) < reach * reach
      let stripe = (isUpright ? x : y) / 2 % 2 == 0 ? 20 : -20
      let tone = (isInside ? 185 : 70) + stripe + generator.uniform(below: 11)
      return [UInt8(tone), UInt8(tone - 30), UInt8(tone - 50)]
    }
    return Picture(width: side, height: side, bytes: bytes)
  }

  private static func stylised(_ picture: Picture, seed: UInt64, rate: Double = 1) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let augmentation = Augmentation(side: picture.width, crop: .center, stylise: rate)
    return try Tensor(uninitialized: [3, picture.height, picture.width]) {
      try augmentation.write(picture, to: $0, using: &generator)
    }
  }

  /// Lightness, row by row.
  private static func tones(_ image: Tensor) -> [Float] {
    let values = image.elements
    let plane = values.count / 3
    return (0..<plane).map { Colour(values[$0], values[plane + $0], values[2 * plane + $0]).lightness }
  }

  // MARK: The same everywhere

  /// The bytes are part of what a recipe's seed promises: whoever changes the stylisation changes these on purpose.
  @Test func theSameSeedGivesTheSameBytesOnEveryMachine() throws {
    var hash = SHA256()
    for number in 0..<24 {
      let picture = Self.disc(number: number, isUpright: number % 2 == 0)
      let image = try Self.stylised(picture, seed: UInt64(number))
      for value in image.elements {
        hash.update(with: (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) })
      }
    }
    let digest = hash.finalize().prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    #expect(digest.joined() == "d5b1c4ec6d504526")
  }

  @Test func threadsDoNotMatter() throws {
    let alone = try (0..<12).map {
      try Self.stylised(Self.disc(number: $0, isUpright: true), seed: UInt64($0))
    }
    let found = Mutex<[Int: Tensor]>([:])
    Workers(count: 4).forEach(alone.count) { block in
      let number = alone.count - 1 - block
      let image = try? Self.stylised(Self.disc(number: number, isUpright: true), seed: UInt64(number))
      found.withLock { $0[number] = image }
    }
    #expect(found.withLock { found in alone.indices.map { found[$0] } } == alone)
    #expect(try Self.stylised(Self.disc(number: 0, isUpright: true), seed: 99) != alone[0])
  }

  // MARK: What stays and what goes

  /// Stripes along x and stripes along y tell the classes apart without fail; afterwards no better than guessing.
  @Test func aClassTextureIsGone() throws {
    /// How much lightness changes across as against down.
    func direction(_ image: Tensor) -> Float {
      let (tones, side) = (Self.tones(image), image.shape[2])
      var (across, down): (Float, Float) = (0, 0)
      for y in 0..<side - 1 {
        for x in 0..<side - 1 {
          let own = tones[y * side + x]
          across += abs(tones[y * side + x + 1] - own)
          down += abs(tones[(y + 1) * side + x] - own)
        }
      }
      return across / (across + down)
    }
    /// The chance that an upright picture's number is the greater one.
    func separation(_ image: (Int, Bool) throws -> Tensor) throws -> Double {
      let (upright, lying) = (
        try (0..<60).map { direction(try image($0, true)) },
        try (0..<60).map { direction(try image($0, false)) }
      )
      let wins = upright.reduce(0) { sum, own in sum + lying.count { own > $0 } }
      return Double(wins) / Double(upright.count * lying.count)
    }
    #expect(try separation { Self.disc(number: $0, isUpright: $1).tensor } == 1)
    let after = try separation { number, isUpright in
      try Self.stylised(
        Self.disc(number: number, isUpright: isUpright), seed: UInt64(2 * number + (isUpright ? 1 : 0)))
    }
    // Five standard errors of a guess.
    #expect(abs(after - 0.5) < 0.26, "\(after)")
  }

  @Test func theCoarseLayoutStays() throws {
    /// Mean lightness of 8 × 8 blocks.
    func layout(_ image: Tensor) -> [Float] {
      let (tones, side) = (Self.tones(image), image.shape[2])
      let block = side / 8
      return (0..<64).map { place in
        let corner = place / 8 * block * side + place % 8 * block
        return (0..<block * block).reduce(0) { $0 + tones[corner + $1 / block * side + $1 % block] }
      }
    }
    func correlation(_ one: [Float], _ other: [Float]) -> Float {
      let means = (one.reduce(0, +) / Float(one.count), other.reduce(0, +) / Float(other.count))
      let pairs = zip(one, other).map { ($0 - means.0, $1 - means.1) }
      let sums = pairs.reduce((0, 0, 0) as (Float, Float, Float)) {
        ($0.0 + $1.0 * $1.1, $0.1 + $1.0 * $1.0, $0.2 + $1.1 * $1.1)
      }
      return sums.0 / (sums.1 * sums.2).squareRoot()
    }
    let pictures = (0..<40).map { Self.disc(number: $0, isUpright: $0 % 2 == 0) }
    let images = try pictures.enumerated().map { try Self.stylised($1, seed: UInt64($0)) }
    var (own, others): (Float, Float) = (0, 0)
    for (number, picture) in pictures.enumerated() {
      own += correlation(layout(picture.tensor), layout(images[number])) / 40
      others += correlation(layout(picture.tensor), layout(images[(number + 2) % 40])) / 40
    }
    #expect(own > 0.9 && others < own - 0.3, "\(own) with its own, \(others) with another's")
  }

  @Test func huesAreAnyHues() throws {
    var strongest = [0, 0, 0]
    for seed in 0..<90 as Range<UInt64> {
      let values = try Self.stylised(Self.disc(side: 32, number: 3, isUpright: true), seed: seed).elements
      let sums = (0..<3).map { values[$0 * 1024..<($0 + 1) * 1024].reduce(0, +) }
      strongest[sums[0] > max(sums[1], sums[2]) ? 0 : sums[1] > sums[2] ? 1 : 2] += 1
    }
    #expect(strongest.allSatisfy { $0 >= 9 }, "\(strongest)")
  }

  // MARK: How often, and at the ends

  @Test func picturesAreStylisedAsOftenAsAsked() throws {
    let picture = Self.disc(side: 12, number: 1, isUpright: true)
    let changed = try (0..<400 as Range<UInt64>).count {
      try Self.stylised(picture, seed: $0, rate: 0.3) != picture.tensor
    }
    #expect(abs(changed - 120) < 46)
  }

  /// Recipes without the key keep their bytes.
  @Test func noNumberIsDrawnWhereNothingIsStylised() throws {
    let picture = Self.disc(side: 12, number: 1, isUpright: true)
    var generator = SeededGenerator(seed: 5)
    let image = try Tensor(uninitialized: [3, 12, 12]) {
      try Augmentation(side: 12, crop: .center).write(picture, to: $0, using: &generator)
    }
    var fresh = SeededGenerator(seed: 5)
    #expect(image == picture.tensor && generator.next() == fresh.next())
  }

  @Test(arguments: [1, 2, 3, 17, 70])
  func everySideGivesColours(_ side: Int) throws {
    for tone: UInt8 in [0, 128, 255] {
      let picture = Picture(width: side, height: side, red: tone, green: tone, blue: 255 - tone)
      let image = try Self.stylised(picture, seed: UInt64(side))
      #expect(image.elements.allSatisfy { (0...1).contains($0) })
    }
  }

  // MARK: Regions

  @Test func regionsFollowEdgesAndSwallowSpecks() {
    let side = 40
    let colours = (0..<side * side).map { pixel -> Colour in
      let (x, y) = (pixel % side, pixel / side)
      if (5..<7).contains(x), (5..<7).contains(y) { return Colour(1, 0, 0) }
      return Colour(repeating: x < 20 ? 0.2 : 0.7)
    }
    let coarse = CoarseColours(colours, side: side)
    let regions = PictureRegions(of: coarse, leeway: 0.3, smallest: 200)
    #expect(regions.count == 2)
    for y in 0..<side {
      let row = regions.labels[y * side..<(y + 1) * side]
      #expect(row.prefix(17).allSatisfy { $0 == 0 } && row.suffix(17).allSatisfy { $0 == 1 }, "row \(y)")
    }
    #expect(PictureRegions(of: coarse, leeway: 0, smallest: 0).count > 2)
  }

  /// Smoothing removes a faint grain and keeps a strong edge.
  @Test func coarseColoursLoseGrainAndKeepEdges() {
    let side = 32
    let colours = (0..<side * side).map { pixel -> Colour in
      let (x, y) = (pixel % side, pixel / side)
      return Colour(repeating: (x < 16 ? 0.2 : 0.8) + ((x + y) % 2 == 0 ? 0.06 : -0.06))
    }
    let values = CoarseColours(colours, side: side).values
    for y in 4..<28 {
      let row = y * side
      #expect((4..<13).allSatisfy { abs(values[row + $0].x - 0.2) < 0.02 })
      #expect((19..<28).allSatisfy { abs(values[row + $0].x - 0.8) < 0.02 })
      #expect(values[row + 17].x - values[row + 14].x > 0.35)
    }
  }
}
