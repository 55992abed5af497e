import Foundation
import Tensors
import Testing

@testable import Distortions

/// Every kind of distortion against numpy and scipy.
@Suite("Distortions")
struct DistortionTests {
  /// What `Tests/Peers/distortions.py` prints for the picture below: one channel, row by row.
  struct Golden: Sendable {
    let kind: DistortionKind
    let level: Double
    let values: [Float]

    init(_ kind: DistortionKind, _ level: Double, _ values: [Float]) {
      self.kind = kind
      self.level = level
      self.values = values
    }
  }

  static let golden = [
    Golden(
      .contrast, 0.3,
      [
        0.4914923, 0.5596741, 0.4034805, 0.4716623, 0.5172309, 0.5187650, 0.5869468,
        0.4171168, 0.4852986, 0.5308673, 0.5324014, 0.6005832, 0.4443895, 0.4899582,
        0.5445036, 0.5460377, 0.3898441, 0.4580259, 0.5035945, 0.5051286, 0.5733105,
        0.4034805, 0.4716623, 0.5172309, 0.5187650, 0.5869468, 0.4307532, 0.4989350,
        0.5308673, 0.5324014, 0.6005832, 0.4443895, 0.4899582, 0.4914923, 0.5596741,
      ]),
    Golden(
      .contrast, 0.01,
      [
        0.4997164, 0.5019891, 0.4967827, 0.4990554, 0.5005744, 0.5006255, 0.5028982,
        0.4972372, 0.4995100, 0.5010289, 0.5010800, 0.5033528, 0.4981463, 0.4996653,
        0.5014835, 0.5015346, 0.4963281, 0.4986009, 0.5001198, 0.5001710, 0.5024437,
        0.4967827, 0.4990554, 0.5005744, 0.5006255, 0.5028982, 0.4976918, 0.4999645,
        0.5010289, 0.5010800, 0.5033528, 0.4981463, 0.4996653, 0.4997164, 0.5019891,
      ]),
    Golden(
      .lowPass, 0,
      [
        0.4716409, 0.6989136, 0.1782682, 0.4055409, 0.5574364, 0.5625500, 0.7898227,
        0.2237227, 0.4509955, 0.6028909, 0.6080045, 0.8352773, 0.3146318, 0.4665273,
        0.6483455, 0.6534591, 0.1328136, 0.3600864, 0.5119818, 0.5170955, 0.7443682,
        0.1782682, 0.4055409, 0.5574364, 0.5625500, 0.7898227, 0.2691773, 0.4964500,
        0.6028909, 0.6080045, 0.8352773, 0.3146318, 0.4665273, 0.4716409, 0.6989136,
      ]),
    Golden(
      .lowPass, 1,
      [
        0.4535091, 0.4627419, 0.4488754, 0.4742189, 0.5155516, 0.5256171, 0.5194750,
        0.4493738, 0.4649035, 0.4635588, 0.5028182, 0.5436728, 0.5338641, 0.5194290,
        0.4543172, 0.4667938, 0.4634904, 0.4973192, 0.5331405, 0.5232133, 0.5142144,
        0.4539465, 0.4855699, 0.5001839, 0.5088918, 0.5175718, 0.5058516, 0.5037537,
        0.4720475, 0.5120575, 0.5258192, 0.4998254, 0.4857966, 0.4869742, 0.4937461,
      ]),
    Golden(
      .lowPass, 3,
      [
        0.4546203, 0.4591627, 0.4637000, 0.4674676, 0.4696685, 0.4697314, 0.4675507,
        0.4571187, 0.4623192, 0.4673699, 0.4714101, 0.4735949, 0.4733637, 0.4706726,
        0.4587583, 0.4642106, 0.4693389, 0.4732638, 0.4751793, 0.4746011, 0.4715641,
        0.4591545, 0.4643929, 0.4691463, 0.4725989, 0.4740606, 0.4731696, 0.4700357,
        0.4581720, 0.4627834, 0.4668064, 0.4695538, 0.4704977, 0.4694118, 0.4664583,
      ]),
    Golden(
      .lowPass, 40,
      [
        0.4425477, 0.4425482, 0.4425486, 0.4425489, 0.4425490, 0.4425489, 0.4425487,
        0.4425480, 0.4425485, 0.4425489, 0.4425492, 0.4425492, 0.4425492, 0.4425490,
        0.4425481, 0.4425486, 0.4425490, 0.4425493, 0.4425493, 0.4425493, 0.4425491,
        0.4425480, 0.4425486, 0.4425490, 0.4425492, 0.4425493, 0.4425492, 0.4425490,
        0.4425478, 0.4425484, 0.4425488, 0.4425490, 0.4425491, 0.4425490, 0.4425488,
      ]),
    Golden(
      .noise, 0,
      [
        0.4914923, 0.5596741, 0.4034805, 0.4716623, 0.5172309, 0.5187650, 0.5869468,
        0.4171168, 0.4852986, 0.5308673, 0.5324014, 0.6005832, 0.4443895, 0.4899582,
        0.5445036, 0.5460377, 0.3898441, 0.4580259, 0.5035945, 0.5051286, 0.5733105,
        0.4034805, 0.4716623, 0.5172309, 0.5187650, 0.5869468, 0.4307532, 0.4989350,
        0.5308673, 0.5324014, 0.6005832, 0.4443895, 0.4899582, 0.4914923, 0.5596741,
      ]),
    Golden(
      .noise, 0.1,
      [
        0.5487545, 0.6249499, 0.4983555, 0.5506705, 0.4516461, 0.5217217, 0.5389343,
        0.3329293, 0.4062604, 0.5771520, 0.5001704, 0.6909226, 0.3867046, 0.4830279,
        0.6042430, 0.5859101, 0.3354309, 0.4157638, 0.4618338, 0.4474598, 0.5222764,
        0.4624419, 0.4226829, 0.4781011, 0.5849131, 0.6653976, 0.5114283, 0.5470433,
        0.6221349, 0.6070076, 0.6718061, 0.5228256, 0.4981817, 0.5015684, 0.6030904,
      ]),
    Golden(
      .noise, 0.9,
      [
        1.0000000, 1.0000000, 1.0000000, 1.0000000, 0.0000000, 0.5453757, 0.1548341,
        0.0000000, 0.0000000, 0.9474297, 0.2423229, 1.0000000, 0.0000000, 0.4275853,
        1.0000000, 0.9048890, 0.0000000, 0.0776666, 0.1277476, 0.0000000, 0.1140038,
        0.9341337, 0.0308477, 0.1650626, 1.0000000, 1.0000000, 1.0000000, 0.9319093,
        1.0000000, 1.0000000, 1.0000000, 1.0000000, 0.5639698, 0.5821772, 0.9504204,
      ]),
    Golden(
      .saltAndPepper, 0.2,
      [
        1.0000000, 0.5596741, 0.4034805, 0.4716623, 1.0000000, 0.5187650, 0.5869468,
        1.0000000, 0.4852986, 0.5308673, 0.5324014, 0.6005832, 1.0000000, 0.4899582,
        0.5445036, 1.0000000, 0.3898441, 0.4580259, 0.5035945, 0.5051286, 0.5733105,
        0.4034805, 1.0000000, 0.5172309, 0.5187650, 1.0000000, 0.4307532, 0.4989350,
        0.5308673, 0.5324014, 0.6005832, 0.4443895, 0.0000000, 0.4914923, 0.5596741,
      ]),
    Golden(
      .saltAndPepper, 0.95,
      [
        1.0000000, 1.0000000, 0.0000000, 0.0000000, 1.0000000, 0.0000000, 0.0000000,
        1.0000000, 1.0000000, 0.5308673, 0.0000000, 1.0000000, 1.0000000, 1.0000000,
        1.0000000, 1.0000000, 0.0000000, 1.0000000, 0.5035945, 0.0000000, 1.0000000,
        0.0000000, 1.0000000, 0.0000000, 1.0000000, 1.0000000, 0.0000000, 1.0000000,
        1.0000000, 0.0000000, 1.0000000, 1.0000000, 0.0000000, 0.4914923, 1.0000000,
      ]),
    Golden(
      .highPass, 1 / 3,
      [
        0.4127321, 0.6354625, 0.1102797, 0.3337849, 0.4834794, 0.4885301, 0.7179836,
        0.1623155, 0.3843878, 0.5312326, 0.5323060, 0.7573939, 0.2369797, 0.3915662,
        0.5852987, 0.5849600, 0.0591862, 0.2825341, 0.4325141, 0.4382059, 0.6685156,
        0.1148252, 0.3368595, 0.4840016, 0.4856626, 0.7114736, 0.1917192, 0.4221258,
        0.5404304, 0.5409327, 0.7641824, 0.2407895, 0.3917411, 0.3979406, 0.6281669,
      ]),
    Golden(
      .highPass, 1 / 0.4,
      [
        0.4427272, 0.4878735, 0.3842613, 0.4323774, 0.4397035, 0.4451305, 0.4883269,
        0.3958924, 0.4262904, 0.4787495, 0.4497945, 0.4921317, 0.3957200, 0.4236646,
        0.4816730, 0.4775606, 0.3761766, 0.4234868, 0.4232158, 0.4472301, 0.4812384,
        0.3858082, 0.4247074, 0.4509825, 0.4485740, 0.4921309, 0.3929211, 0.4335148,
        0.4682106, 0.4463510, 0.4947086, 0.3991029, 0.4341931, 0.4394992, 0.4765711,
      ]),
    Golden(
      .phaseNoise, 30,
      [
        0.5427405, 0.7503092, 0.2103249, 0.3232685, 0.5133879, 0.5948985, 0.8850028,
        0.2149590, 0.3426043, 0.6282961, 0.6230186, 0.8646214, 0.3556320, 0.4529009,
        0.7086437, 0.6690875, 0.2453968, 0.3383997, 0.5467857, 0.4551315, 0.6966449,
        0.2904889, 0.3765186, 0.5006410, 0.4449945, 0.7778010, 0.2506262, 0.5506124,
        0.5539171, 0.5204278, 0.8749347, 0.3766997, 0.5099711, 0.3995277, 0.6022896,
      ]),
    Golden(
      .phaseNoise, 180,
      [
        0.5889114, 0.6334846, 0.5628687, 0.3253592, 0.3286179, 0.5295899, 0.6795325,
        0.6210947, 0.2223648, 0.6720744, 0.3451228, 0.6509954, 0.5795242, 0.6354331,
        0.4411987, 0.4318670, 0.8365489, 0.5366212, 0.6324831, 0.4873114, 0.2890157,
        0.9335772, 0.6646874, 0.5336625, 0.2002842, 0.5061315, 0.2384986, 0.7498130,
        0.5329200, 0.0899257, 0.5978344, 0.5887231, 0.5779798, 0.5447356, 0.2027118,
      ]),
    Golden(
      .rotation, 180,
      [
        0.6989136, 0.4716409, 0.4665273, 0.3146318, 0.8352773, 0.6080045, 0.6028909,
        0.4964500, 0.2691773, 0.7898227, 0.5625500, 0.5574364, 0.4055409, 0.1782682,
        0.7443682, 0.5170955, 0.5119818, 0.3600864, 0.1328136, 0.6534591, 0.6483455,
        0.4665273, 0.3146318, 0.8352773, 0.6080045, 0.6028909, 0.4509955, 0.2237227,
        0.7898227, 0.5625500, 0.5574364, 0.4055409, 0.1782682, 0.6989136, 0.4716409,
      ]),
  ]

  /// [3, 5, 7]: channel, row and column, each times its own prime, modulo 23.
  static let picture = Tensor((0..<3 * 5 * 7).map(value), shape: [3, 5, 7])

  private static func value(at place: Int) -> Float {
    let (channel, row, column) = (place / 35, place / 7 % 5, place % 7)
    let sum: Int = 37 * channel + 11 * row + 5 * column
    return Float(sum % 23) / 22
  }

  /// A picture of one grey.
  static func flat(_ grey: Float, side: Int) -> Tensor { Tensor(repeating: grey, shape: [3, side, side]) }

  @Test(arguments: golden)
  func agreesWithTheDefinitionInNumpyAndScipy(_ golden: Golden) throws {
    let made = try golden.kind.distort(Self.picture, to: golden.level, seed: 7, name: "cat/cat1.png")
    #expect(made.shape == Self.picture.shape)
    let expected: [Float] = golden.values + golden.values + golden.values
    let worst: Float? = zip(made.elements, expected).map { abs($0 - $1) }.max()
    #expect(made.elements.count == 3 * golden.values.count)
    #expect((worst ?? 1) < 1e-6, "\(golden.kind.name) at \(golden.level): off by \(worst ?? 1)")
  }

  @Test func opponentColoursAreThoseOfTheDefinitionInNumpy() throws {
    let made = try DistortionKind.opponentColours.distort(Self.picture, to: 1, seed: 0, name: "")
    let expected: [Float] = [
      0.7027226, 0.9536398, 0.2003574, 0.3228977, 0.0000000, 0.8039437, 1.0000000,
      0.2143913, 0.3585651, 0.0000000, 0.8541678, 1.0000000, 0.2599910, 0.0000000,
      0.0000000, 0.9040583, 0.1890488, 0.2897723, 0.0000000, 0.7533682, 1.0000000,
      0.2003574, 0.3228977, 0.0000000, 0.8039437, 1.0000000, 0.2345248, 0.3961566,
      0.0000000, 0.8541678, 1.0000000, 0.2599910, 0.0000000, 0.7027226, 0.9536398,
      0.3304360, 0.5091894, 0.4890341, 0.6994250, 0.7120181, 0.3978827, 0.5884358,
      0.5302728, 0.7424937, 0.7520592, 0.4337174, 0.6291051, 0.6141282, 0.6332179,
      0.7925399, 0.4708926, 0.4481191, 0.6566224, 0.6724542, 0.3636338, 0.5484218,
      0.4890341, 0.6994250, 0.7120181, 0.3978827, 0.5884358, 0.5719924, 0.7857927,
      0.7520592, 0.4337174, 0.6291051, 0.6141282, 0.6332179, 0.3304360, 0.5091894,
      0.6723579, 0.8889145, 0.0000000, 0.0000000, 0.8382301, 0.7589902, 0.9760416,
      0.0000000, 0.0000000, 0.8899470, 0.8022056, 1.0000000, 0.0000000, 0.7340601,
      0.9412774, 0.8455093, 0.0000000, 0.0000000, 0.7861232, 0.7158342, 0.9324254,
      0.0000000, 0.0000000, 0.8382301, 0.7589902, 0.9760416, 0.0000000, 0.0000000,
      0.8899470, 0.8022056, 1.0000000, 0.0000000, 0.7340601, 0.6723579, 0.8889145,
    ]
    let worst: Float? = zip(made.elements, expected).map { abs($0 - $1) }.max()
    #expect(made.elements.count == expected.count && (worst ?? 1) < 1e-6, "off by \(worst ?? 1)")
    #expect(
      try DistortionKind.opponentColours.distort(Self.picture, to: 0, seed: 0, name: "") == Self.picture)
    // Grey has no colour to reverse, but for what the constants are short of exact.
    let grey = try DistortionKind.opponentColours.distort(Self.flat(0.6, side: 3), to: 1, seed: 0, name: "")
    #expect(grey.elements.allSatisfy { abs($0 - 0.6) < 0.02 })
  }

  @Test func rotationTurnsCounterclockwiseByQuarters() throws {
    let picture = Tensor((0..<3 * 9).map { Float($0 % 9) / 9 }, shape: [3, 3, 3])
    func turned(_ angle: Double) throws -> [Float] {
      try DistortionKind.rotation.distort(picture, to: angle, seed: 0, name: "").elements.prefix(9)
        .map { ($0 * 9).rounded() }
    }
    #expect(try turned(0) == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try turned(90) == [2, 5, 8, 1, 4, 7, 0, 3, 6])
    #expect(try turned(180) == [8, 7, 6, 5, 4, 3, 2, 1, 0])
    #expect(try turned(270) == [6, 3, 0, 7, 4, 1, 8, 5, 2])
  }

  @Test(arguments: [8, 9])
  func phaseNoiseKeepsEveryAmplitude(side: Int) throws {
    // Of so little contrast that nothing is clipped.
    let picture = Tensor(
      (0..<3 * side * side).map { 0.5 + 0.01 * Float($0 % (side * side) * 7 % 11) / 11 },
      shape: [3, side, side])
    func spectrum(_ degrees: Double) throws -> FourierPlane {
      let made = try DistortionKind.phaseNoise.distort(picture, to: degrees, seed: 1, name: "a")
      return FourierPlane(transforming: made.elements.prefix(side * side), rows: side, columns: side)
    }
    let (before, after) = (try spectrum(0).values, try spectrum(180).values)
    var turned = 0
    for place in 0..<side * side {
      let (own, other) = (
        hypot(before.real[place], before.imaginary[place]), hypot(after.real[place], after.imaginary[place])
      )
      #expect(abs(own - other) < 1e-4)
      if abs(before.real[place] - after.real[place]) > 1e-3 { turned += 1 }
    }
    #expect(turned > side * side / 4 && abs(before.real[0] - after.real[0]) < 1e-4)
  }

  @Test func takesTheWeightsOfRedGreenAndBlue() throws {
    let primaries = Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 1, 3])
    let grey = try DistortionKind.contrast.distort(primaries, to: 1, seed: 0, name: "")
    #expect(Array(grey.elements.prefix(3)) == [0.2125, 0.7154, 0.0721])
  }

  @Test func hasTheMeanGreyOutsideAFilteredPicture() throws {
    // So wide a filter sees next to nothing of a picture of 4 pixels' side.
    let black = try DistortionKind.lowPass.distort(Self.flat(0, side: 4), to: 40, seed: 0, name: "")
    for value in black.elements { #expect(abs(value - 0.4423) < 0.002) }
    // And a picture of that grey stays what it is.
    let grey = try DistortionKind.lowPass.distort(Self.flat(0.4423, side: 9), to: 5, seed: 0, name: "")
    for value in grey.elements { #expect(abs(value - 0.4423) < 1e-6) }
  }

  @Test func noiseIsUniformWithinItsWidthAndOneDrawAPixel() throws {
    let side = 64
    let made = try DistortionKind.noise.distort(Self.flat(0.5, side: side), to: 0.2, seed: 3, name: "a")
      .elements
    let pixels = side * side
    let plane = made.prefix(pixels)
    #expect(Array(made[pixels..<2 * pixels]) == Array(plane) && Array(made[(2 * pixels)...]) == Array(plane))
    #expect(plane.allSatisfy { abs($0 - 0.5) <= 0.2 })
    // A uniform number in ±0.2 has mean 0 and variance 0.04 / 3; and a quarter of them lie in each quarter.
    let mean: Float = plane.reduce(0, +) / Float(pixels)
    let squares: [Float] = plane.map { ($0 - 0.5) * ($0 - 0.5) }
    let variance: Float = squares.reduce(0, +) / Float(pixels)
    #expect(abs(mean - 0.5) < 0.008 && abs(variance / (0.04 / 3) - 1) < 0.06)
    let lowest = Float(plane.count { $0 < 0.4 }) / Float(pixels)
    #expect(abs(lowest - 0.25) < 0.03)
  }

  @Test func noiseIsClippedToWhatAPictureCanShow() throws {
    let made = try DistortionKind.noise.distort(Self.flat(0.5, side: 32), to: 0.9, seed: 3, name: "a")
      .elements
    #expect(made.allSatisfy { (0...1).contains($0) })
    #expect(made.contains(0) && made.contains(1))
  }

  @Test func noiseFollowsFromSeedAndNameAlone() throws {
    func made(_ seed: UInt64, _ name: String, side: Int = 8) throws -> [Float] {
      try DistortionKind.noise.distort(Self.flat(0.5, side: side), to: 0.1, seed: seed, name: name).elements
    }
    #expect(try made(1, "cat/1.png") == made(1, "cat/1.png"))
    #expect(try made(1, "cat/1.png") != made(2, "cat/1.png"))
    #expect(try made(1, "cat/1.png") != made(1, "cat/2.png"))
    #expect(try made(1, "dog/1.png") != made(1, "cat/1.png"))
  }

  @Test func greyIsAllThatTheWeakestLevelsOfFilterAndContrastDo() throws {
    let grey = try DistortionKind.contrast.distort(Self.picture, to: 1, seed: 0, name: "")
    #expect(try DistortionKind.lowPass.distort(Self.picture, to: 0, seed: 0, name: "") == grey)
    #expect(try DistortionKind.lowPass.distort(Self.picture, to: 1, seed: 0, name: "") != grey)
  }

  @Test func publishesItsLevelsFromTheWeakestAndNamesThem() {
    for kind in DistortionKind.catalogue {
      #expect((2...8).contains(kind.levels.count))
      #expect(kind.levels == kind.levels.sorted() || kind.levels == kind.levels.sorted(by: >))
      #expect(DistortionKind.named(kind.name) == kind)
    }
    #expect(Set(DistortionKind.catalogue.map(\.name)).count == DistortionKind.catalogue.count)
    #expect(DistortionKind.named("fog") == nil)
    #expect(
      DistortionKind.contrast.levels.map(DistortionKind.contrast.label) == [
        "100", "50", "30", "15", "10", "5", "3", "1",
      ])
    #expect(
      DistortionKind.noise.levels.map(DistortionKind.noise.label) == [
        "0", "0.03", "0.05", "0.1", "0.2", "0.35", "0.6", "0.9",
      ])
  }
}
