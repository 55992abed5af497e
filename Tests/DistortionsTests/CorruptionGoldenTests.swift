import Tensors
import Testing

@testable import Distortions

/// Corruptions without randomness against the published code, and spatter's relief against OpenCV: what
/// `Tests/Peers/corruptions.py --golden` prints.
struct CorruptionGoldenTests {
  /// Red, green and blue at six places.
  struct Golden: Sendable {
    let type: String
    let severity: Int
    let values: [Int]

    init(_ type: String, _ severity: Int, _ values: [Int]) {
      self.type = type
      self.severity = severity
      self.values = values
    }
  }

  static let places = [(0, 0), (3, 220), (57, 101), (111, 112), (160, 31), (223, 223)]

  static let golden = [
    Golden(
      "defocus_blur", 1, [9, 49, 89, 107, 147, 187, 106, 146, 186, 41, 81, 121, 37, 77, 117, 141, 181, 221]),
    Golden(
      "defocus_blur", 3, [20, 60, 100, 109, 149, 186, 106, 146, 186, 75, 81, 121, 80, 77, 117, 110, 150, 190]),
    Golden(
      "defocus_blur", 5,
      [35, 75, 115, 118, 157, 170, 107, 147, 166, 111, 103, 122, 114, 104, 119, 72, 111, 151]),
    Golden(
      "zoom_blur", 1, [41, 81, 121, 130, 170, 210, 123, 163, 203, 37, 77, 117, 64, 104, 144, 139, 140, 140]),
    Golden(
      "zoom_blur", 3, [73, 113, 153, 147, 187, 172, 137, 177, 210, 36, 76, 116, 84, 124, 164, 128, 125, 144]),
    Golden(
      "zoom_blur", 5,
      [106, 125, 122, 161, 195, 129, 150, 190, 152, 34, 74, 114, 103, 143, 183, 126, 145, 142]),
    Golden(
      "brightness", 1, [0, 52, 105, 121, 167, 212, 120, 166, 211, 49, 98, 146, 46, 94, 143, 173, 214, 255]),
    Golden(
      "brightness", 3, [0, 78, 156, 145, 200, 255, 145, 200, 255, 66, 132, 197, 62, 128, 194, 173, 214, 255]),
    Golden(
      "brightness", 5, [0, 103, 207, 145, 200, 255, 145, 200, 255, 84, 166, 248, 79, 162, 245, 173, 214, 255]),
    Golden(
      "contrast", 1, [76, 92, 108, 119, 135, 151, 118, 134, 151, 92, 108, 125, 91, 107, 123, 144, 160, 176]),
    Golden(
      "contrast", 3,
      [101, 110, 118, 123, 131, 139, 123, 131, 139, 110, 118, 126, 109, 117, 125, 135, 144, 152]),
    Golden(
      "contrast", 5,
      [121, 123, 125, 126, 128, 130, 126, 128, 130, 123, 125, 127, 122, 125, 127, 129, 131, 133]),
    Golden(
      "pixelate", 1, [5, 45, 85, 111, 151, 191, 107, 147, 187, 43, 83, 123, 35, 75, 115, 159, 199, 239]),
    Golden(
      "pixelate", 3, [8, 48, 88, 111, 151, 191, 103, 143, 183, 41, 81, 121, 36, 76, 116, 147, 187, 227]),
    Golden(
      "pixelate", 5, [13, 53, 93, 100, 140, 180, 113, 153, 193, 45, 85, 125, 28, 68, 108, 135, 175, 215]),
    Golden(
      "jpeg_compression", 1,
      [7, 42, 82, 108, 147, 212, 105, 143, 205, 19, 88, 119, 26, 94, 97, 183, 206, 214]),
    Golden(
      "jpeg_compression", 3,
      [13, 47, 93, 86, 157, 177, 112, 143, 207, 32, 71, 138, 0, 90, 121, 212, 181, 222]),
    Golden(
      "jpeg_compression", 5,
      [0, 39, 81, 87, 152, 208, 124, 147, 188, 45, 74, 142, 38, 105, 150, 207, 196, 194]),
    Golden(
      "gaussian_blur", 1, [2, 42, 82, 107, 147, 187, 106, 146, 186, 41, 81, 121, 37, 77, 117, 161, 201, 241]),
    Golden(
      "gaussian_blur", 3, [9, 49, 89, 108, 148, 182, 106, 146, 184, 69, 82, 121, 71, 80, 117, 142, 182, 222]),
    Golden(
      "gaussian_blur", 5,
      [19, 59, 99, 111, 142, 157, 111, 139, 157, 110, 108, 123, 111, 108, 122, 126, 159, 196]),
    Golden(
      "saturate", 1, [55, 68, 80, 163, 174, 187, 162, 174, 186, 97, 109, 121, 94, 106, 118, 226, 237, 250]),
    Golden("saturate", 3, [0, 40, 80, 27, 107, 187, 26, 106, 186, 0, 60, 121, 0, 59, 118, 89, 170, 250]),
    Golden("saturate", 5, [0, 40, 80, 0, 93, 187, 0, 93, 186, 0, 60, 121, 0, 59, 118, 0, 125, 250]),
  ]

  /// Edges, ramps and colours at 224 px.
  static let picture = Tensor(uninitialized: [3, 224, 224]) { target in
    for channel in 0..<3 {
      for row in 0..<224 {
        for column in 0..<224 {
          let value = (3 * row + 5 * column + 40 * channel + row * column / 29) % 256
          target[(channel * 224 + row) * 224 + column] = Float(value) / 255
        }
      }
    }
  }

  @Test(arguments: golden)
  func equalsThePublishedCodeWithinALevel(_ golden: Golden) throws {
    let type = try #require(Corruption.named(golden.type))
    let made = try type.corrupt(Self.picture, severity: golden.severity, seed: 0, name: "formula")
    let values = made.withUnsafeBuffer { made in
      Self.places.flatMap { row, column in
        (0..<3).map { Int((made[($0 * 224 + row) * 224 + column] * 255).rounded()) }
      }
    }
    #expect(zip(values, golden.values).allSatisfy { abs($0 - $1) <= 1 }, "\(values)")
  }

  /// What OpenCV finds in the layer below.
  static let edges = [
    "...#..............#.",
    "...#...............#",
    "...#................",
    "...######...........",
    ".........#..........",
    ".........#..........",
    ".........#..........",
    ".........##.......##",
    "...........##.....#.",
    ".............##..#..",
    ".......#......#..#..",
    ".....#.........#.#..",
    ".....###.......###..",
    "....................",
    "....................",
    ".......####........#",
    ".......#..#........#",
    ".......#..#.........",
  ]

  static let relief: [UInt8] = [
    60, 60, 0, 28, 78, 128, 130, 101, 97, 134, 198, 237, 252, 223, 143, 60, 5, 0, 57, 57,
    60, 60, 0, 28, 67, 106, 108, 89, 85, 124, 188, 238, 253, 224, 152, 80, 45, 59, 105, 113,
    60, 60, 0, 28, 67, 78, 51, 12, 12, 79, 163, 238, 254, 224, 167, 109, 89, 118, 177, 198,
    86, 86, 50, 96, 142, 142, 85, 28, 11, 87, 172, 247, 255, 225, 172, 120, 106, 151, 195, 230,
    151, 151, 135, 181, 227, 209, 135, 50, 21, 89, 167, 237, 240, 207, 147, 88, 65, 92, 118, 145,
    216, 216, 220, 237, 251, 207, 134, 52, 23, 71, 149, 202, 194, 143, 85, 39, 19, 33, 46, 60,
    255, 251, 247, 239, 231, 162, 97, 24, 12, 32, 82, 117, 109, 68, 32, 8, 0, 0, 0, 0,
    241, 225, 201, 171, 154, 94, 47, 13, 23, 53, 82, 82, 50, 11, 0, 0, 0, 0, 0, 0,
    220, 186, 134, 86, 72, 40, 20, 21, 60, 110, 128, 89, 39, 0, 0, 0, 0, 21, 32, 53,
    199, 152, 77, 19, 8, 0, 11, 43, 110, 177, 213, 165, 87, 20, 0, 0, 21, 71, 110, 138,
    193, 141, 58, 3, 0, 0, 32, 82, 167, 220, 255, 210, 126, 41, 1, 0, 50, 128, 195, 223,
    193, 143, 60, 5, 0, 0, 60, 128, 213, 237, 247, 212, 129, 63, 33, 60, 128, 191, 230, 237,
    193, 143, 60, 5, 11, 11, 71, 128, 184, 181, 182, 176, 140, 111, 110, 145, 191, 227, 220, 220,
    207, 162, 90, 29, 24, 13, 51, 78, 106, 106, 136, 166, 176, 175, 194, 213, 213, 191, 145, 135,
    228, 192, 131, 67, 43, 19, 23, 21, 21, 43, 109, 185, 230, 238, 238, 221, 185, 137, 89, 67,
    245, 216, 165, 104, 55, 21, 3, 0, 0, 60, 145, 230, 255, 255, 243, 209, 146, 73, 23, 0,
    247, 220, 165, 111, 58, 29, 1, 0, 0, 78, 163, 248, 255, 255, 230, 196, 123, 63, 12, 0,
    244, 215, 157, 110, 63, 35, 3, 0, 0, 85, 170, 255, 255, 255, 235, 200, 118, 54, 3, 0,
  ]

  /// Numbers by formula, smoothed, those below the threshold left out.
  static let layer: BytePlane = {
    let numbers = Plane(height: 18, width: 20) { row, column in
      0.2 + Double((37 * row + 11 * column * column + 5 * row * column) % 101) / 110
    }
    return BytePlane(
      GaussianFilter(standardDeviation: 2, border: .nearest).applied(to: numbers).map { $0 < 0.65 ? 0 : $0 })
  }()

  @Test func findsOpenCVsEdges() {
    let edges = Self.layer.edges(above: 50, strongAbove: 150)
    let lines = (0..<18).map { row in
      String((0..<20).map { edges.isEdge[row * 20 + $0] ? "#" as Character : "." })
    }
    #expect(lines == Self.edges)
  }

  @Test func drawsOpenCVsRelief() {
    let relief = BytePlane.relief(of: Self.layer.edges(above: 50, strongAbove: 150))
    #expect(relief.values == Self.relief)
  }

  @Test func waterIsBrightestAtTheGivenStrength() throws {
    let liquid = Liquid(
      mean: 0, deviation: 0, smoothness: 2, threshold: 0.65, strength: 0.6, isMud: false)
    let numbers = Plane(height: 18, width: 20) { row, column in
      0.2 + Double((37 * row + 11 * column * column + 5 * row * column) % 101) / 110
    }
    let water = liquid.layer(of: numbers)
    #expect(water.values.max() == 0.6)
    // The sum of the published layer, in shares of its brightest value.
    #expect(abs(water.values.reduce(0, +) / 0.6 - 53.67223) < 1e-3)
  }
}
