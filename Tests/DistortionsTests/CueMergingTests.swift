import Foundation
import Imaging
import Tensors
import Testing

@testable import Distortions

@Suite("Merging of shape and texture")
struct CueMergingTests {
  private static func random(_ side: Int, seed: UInt64) -> CuePicture {
    var generator = SeededGenerator(seed: seed)
    // Whole steps of 8 bits, as a picture has them.
    let picture = Tensor(uniform: 0...1, shape: [3, side, side], using: &generator)
    return CuePicture(pixels: picture.map { ($0 * 255).rounded() / 255 })
  }

  private static func merge(
    _ merging: some CueMerging, _ shape: CuePicture, _ texture: CuePicture, seed: UInt64 = 0, threads: Int = 2
  ) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return try merging.merge(
      shape: shape, texture: texture, using: &generator, on: Workers(count: threads)
    ) { _ in }
  }

  /// A picture with the value of `value` in each channel of each pixel.
  private static func drawn(_ side: Int, _ value: (_ channel: Int, _ place: Int) -> Float) -> CuePicture {
    var values: [Float] = []
    for channel in 0..<3 {
      for place in 0..<side * side { values.append(value(channel, place)) }
    }
    return CuePicture(pixels: Tensor(values, shape: [3, side, side]))
  }

  // MARK: Fourier

  @Test(arguments: [1, 2, 3, 5, 7, 8, 12, 16, 21, 31, 64, 97, 224])
  func theTransformIsTheSumOfItsDefinition(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let input = FourierTransform.Values(
      real: (0..<count).map { _ in Double(generator.normal()) },
      imaginary: (0..<count).map { _ in Double(generator.normal()) })
    let transform = FourierTransform(count: count)
    var found = input
    transform.forward(&found)
    for k in 0..<count {
      var (real, imaginary) = (0.0, 0.0)
      for j in 0..<count {
        let angle = -2 * Double.pi * Double(j * k % count) / Double(count)
        real += input.real[j] * cos(angle) - input.imaginary[j] * sin(angle)
        imaginary += input.real[j] * sin(angle) + input.imaginary[j] * cos(angle)
      }
      #expect(abs(found.real[k] - real) < 1e-10 && abs(found.imaginary[k] - imaginary) < 1e-10)
    }
    transform.inverse(&found)
    for j in 0..<count {
      #expect(
        abs(found.real[j] - input.real[j]) < 1e-12 && abs(found.imaginary[j] - input.imaginary[j]) < 1e-12)
    }
  }

  @Test(arguments: [32, 45])
  func aPictureWithItsOwnPhaseIsItself(side: Int) throws {
    let picture = Self.random(side, seed: 3)
    let found = try Self.merge(PhaseSwap(), picture, picture)
    let error = zip(found.elements, picture.pixels.elements).map { abs($0 - $1) }.max() ?? 1
    #expect(error < 1e-6)
  }

  @Test func phaseSwapHasTheTexturesAmplitudesAndTheShapesPhases() throws {
    let side = 36
    // Low contrast about grey, so that nothing is clipped.
    func faint(_ seed: UInt64) -> CuePicture {
      CuePicture(pixels: Self.random(side, seed: seed).pixels.map { 0.5 + ($0 - 0.5) * 0.1 })
    }
    let (shape, texture) = (faint(1), faint(2))
    let found = try Self.merge(PhaseSwap(), shape, texture)
    func spectrum(_ tensor: Tensor) -> FourierTransform.Values {
      FourierPlane(transforming: tensor.elements[..<(side * side)], rows: side, columns: side).values
    }
    let (result, phases, amplitudes) = (spectrum(found), spectrum(shape.pixels), spectrum(texture.pixels))
    for place in 0..<side * side {
      let amplitude = hypot(amplitudes.real[place], amplitudes.imaginary[place])
      let own = hypot(phases.real[place], phases.imaginary[place])
      #expect(abs(result.real[place] - amplitude * phases.real[place] / own) < 1e-4)
      #expect(abs(result.imaginary[place] - amplitude * phases.imaginary[place] / own) < 1e-4)
    }
    #expect(try Self.merge(PhaseSwap(), shape, texture, threads: 1) == found)
  }

  // MARK: Silhouettes

  /// A disc in three shades on a background of one colour, with a hole in it.
  private static func disc(side: Int, background: Float, hole: Float = 0) -> (
    picture: CuePicture, inside: [Bool]
  ) {
    let middle = Float(side - 1) / 2
    let inside = (0..<side * side).map { place -> Bool in
      let (x, y) = (Float(place % side) - middle, Float(place / side) - middle)
      let radius = (x * x + y * y).squareRoot() / Float(side)
      return radius < 0.3 && radius >= hole
    }
    let picture = drawn(side) { channel, place in
      let shade = Float((place / 5 + channel) % 3)
      return inside[place] ? 0.2 + 0.1 * shade : background
    }
    return (picture, inside)
  }

  @Test(arguments: [0, 0.12 as Float])
  func anOutlineOnAPlainBackgroundIsFilledExactly(hole: Float) throws {
    let (shape, inside) = Self.disc(side: 60, background: 1, hole: hole)
    let texture = Self.random(60, seed: 8)
    let found = try Self.merge(SilhouetteFill(), shape, texture)
    let plane = inside.count
    for index in 0..<3 * plane {
      let expected = inside[index % plane] ? texture.pixels.elements[index] : 1
      #expect(found.elements[index] == expected)
    }
  }

  @Test func opacityIsTheOutlineWhereThereIsOne() throws {
    let side = 32
    let bytes = (0..<side * side).flatMap { place -> [UInt8] in
      [10, 200, 30, place % side < 12 ? 255 : place % side == 12 ? 51 : 0]
    }
    let shape = try CuePicture(Picture(width: side, height: side, channels: .rgba, bytes: bytes), side: side)
    let texture = Self.random(side, seed: 4)
    let found = try Self.merge(SilhouetteFill(), shape, texture).elements
    for place in 0..<side * side {
      switch place % side {
      case ..<12: #expect(abs(found[place] - texture.pixels.elements[place]) < 1e-6)
      case 12:
        let background: Float = (10 * 51 + 255 * 204) / 255 / 255
        #expect(abs(found[place] - (0.8 * background + 0.2 * texture.pixels.elements[place])) < 3e-3)
      default: #expect(found[place] == 1)
      }
    }
  }

  @Test func anObjectBeforeASlopingBackgroundIsFound() throws {
    let side = 96
    var generator = SeededGenerator(seed: 2)
    let (_, inside) = Self.disc(side: side, background: 0)
    // From one shade to another down the picture, with grain: no plain background.
    let picture = Self.drawn(side) { channel, place in
      let grain = generator.uniform(in: -0.02...0.02)
      let slope = 0.5 + 0.4 * Float(place / side) / Float(side)
      let object: Float = channel == 0 ? 0.8 : 0.1
      return grain + (inside[place] ? object : slope)
    }
    let foreground = Foreground(of: picture)
    #expect(foreground.evidence == .regions)
    var (both, either) = (0, 0)
    for place in inside.indices {
      let found = foreground.coverage[place] > 0.5
      both += found && inside[place] ? 1 : 0
      either += found || inside[place] ? 1 : 0
    }
    #expect(Double(both) > 0.9 * Double(either), "\(both) of \(either)")
  }

  @Test func aPictureWithoutAnObjectIsRefused() throws {
    let plain = CuePicture(pixels: Tensor(repeating: 0.5, shape: [3, 40, 40]))
    #expect(throws: DistortionsError.noForeground(share: 0)) {
      try Self.merge(SilhouetteFill(), plain, Self.random(40, seed: 1))
    }
  }

  // MARK: Quilting

  @Test func aQuiltConsistsOfTheTexturesPixelsInBlocks() throws {
    let side = 48
    let (shape, _) = Self.disc(side: side, background: 0.9)
    // No colour comes up twice.
    let texture = Self.drawn(side) { channel, place in
      let step = channel == 0 ? place % side : channel == 1 ? place / side : place % 7
      return Float(step) / 50
    }
    let pixels = texture.pixels.elements
    let found = try Self.merge(ImageQuilting(blockSide: 12, passes: 2), shape, texture).elements
    var together = 0
    let plane = side * side
    func source(_ place: Int) -> (x: Int, y: Int) {
      let (red, green) = (found[place] * 50, found[plane + place] * 50)
      return (Int(red.rounded()), Int(green.rounded()))
    }
    for place in 0..<plane {
      let (x, y) = source(place)
      for channel in 0..<3 {
        let (own, origin) = (found[channel * plane + place], pixels[channel * plane + y * side + x])
        #expect(own == origin)
      }
      guard place % side + 1 < side else { continue }
      let next = source(place + 1)
      if next == (x + 1, y) { together += 1 }
    }
    #expect(Double(together) > 0.6 * Double(plane), "\(together) neighbours of \(plane)")
  }

  @Test func aQuiltFollowsTheShapeAndTheSeed() throws {
    let (shape, inside) = Self.disc(side: 64, background: 0.9)
    let grain = Self.random(64, seed: 5).pixels.elements
    // Light to the left, dark to the right.
    let graded = Self.drawn(64) { channel, place in
      let slope = Float(63 - place % 64) / 63
      return grain[channel * 64 * 64 + place] * 0.2 + slope * 0.8
    }
    let found = try Self.merge(ImageQuilting(), shape, graded, seed: 1)
    let values = found.elements
    func mean(_ wanted: Bool) -> Float {
      let places = inside.indices.filter { inside[$0] == wanted }
      return places.reduce(0) { $0 + values[$1] } / Float(places.count)
    }
    #expect(mean(false) > mean(true) + 0.2)
    #expect(try Self.merge(ImageQuilting(), shape, graded, seed: 1, threads: 1) == found)
    #expect(try Self.merge(ImageQuilting(), shape, graded, seed: 2) != found)
  }

  @Test func aCutIsTheCheapestOfAll() {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<20 {
      let costs = (0..<5).map { _ in (0..<4).map { _ in generator.uniform() } }
      let found = LeastCut(costs).places
      func cost(_ places: [Int]) -> Float { zip(costs, places).reduce(0) { $0 + $1.0[$1.1] } }
      var best = Float.infinity
      for code in 0..<1024 {
        let places = (0..<5).map { code >> (2 * $0) & 3 }
        if zip(places, places.dropFirst()).allSatisfy({ abs($0 - $1) <= 1 }) {
          best = min(best, cost(places))
        }
      }
      #expect(found.count == 5 && zip(found, found.dropFirst()).allSatisfy { abs($0 - $1) <= 1 })
      #expect(abs(cost(found) - best) < 1e-6)
    }
    #expect(LeastCut([]).places.isEmpty)
  }
}
