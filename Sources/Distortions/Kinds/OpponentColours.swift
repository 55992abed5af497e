import Foundation
import Tensors

extension DistortionKind {
  /// Opponent colours (Geirhos et al. 2018, 1808.08750): the contrasts of red with green and of yellow with blue change
  /// their signs and the luminance stays; clipped to 0…1.
  ///
  /// The published stimuli went through the measured response of one monitor; here the curve of sRGB takes its place.
  public static let opponentColours = DistortionKind(
    name: "opponent-colours", title: "Opponent colours", levelName: "0 as they are, 1 opponent",
    levels: [0, 1], startsGrey: false
  ) { picture, level, _ in
    level < 0.5 ? picture : OpponentColours().applied(to: picture)
  }
}

/// Colours with both chromatic contrasts reversed, by the constants of Geirhos et al. (2018, 1808.08750): responses of
/// the three kinds of cones to a monitor's primaries (Stiles & Burch fundamentals for 2°), and from cone contrasts to
/// luminance, red-green and yellow-blue (Brainard 1996).
struct OpponentColours {
  private static let cones: Matrix = [
    [0.1619982647, 0.208049264, 0.0389347448],
    [0.0330275785, 0.2496504557, 0.0618343518],
    [0.0015524055, 0.0198861001, 0.1890224274],
  ]
  /// The cones' responses to mid-grey, from where contrasts are counted.
  private static let background = [0.20449114, 0.17225619, 0.10523047]
  private static let contrasts: Matrix = [
    [9.27590805, 9.27590805, 0],
    [7.86421647, -9.33587662, 0],
    [-3.39709047, -3.39709047, 12.16230246],
  ]

  private typealias Matrix = [[Double]]

  /// From linear red, green and blue to the same with reversed contrasts: `turn` · rgb + `offset`.
  private let turn: Matrix
  private let offset: [Double]

  init() {
    let (cones, contrasts) = (OpponentColours.cones, OpponentColours.contrasts)
    let reversed: Matrix = [[1, 0, 0], [0, -1, 0], [0, 0, -1]]
    // In cone space: contrasts⁻¹ · reversed · contrasts about the background.
    let about = OpponentColours.product(
      OpponentColours.inverse(contrasts), OpponentColours.product(reversed, contrasts))
    let back = OpponentColours.inverse(cones)
    turn = OpponentColours.product(back, OpponentColours.product(about, cones))
    let moved = OpponentColours.product(about, OpponentColours.background)
    offset = OpponentColours.product(back, zip(OpponentColours.background, moved).map { $0 - $1 })
  }

  /// `[3, height, width]` in 0…1 to the same shape, clipped.
  func applied(to picture: Tensor) -> Tensor {
    let plane = picture.shape[1] * picture.shape[2]
    return Tensor(uninitialized: picture.shape) { target in
      picture.withUnsafeBuffer { source in
        for place in 0..<plane {
          let linear = (0..<3).map { OpponentColours.light(Double(source[$0 * plane + place])) }
          let changed = OpponentColours.product(turn, linear)
          for channel in 0..<3 {
            target[channel * plane + place] = Float(
              OpponentColours.value(of: min(max(changed[channel] + offset[channel], 0), 1)))
          }
        }
      }
    }
  }

  /// The light that sRGB gives for a value in 0…1 (IEC 61966-2-1).
  private static func light(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  private static func value(of light: Double) -> Double {
    light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
  }

  // MARK: Three by three

  private static func product(_ matrix: Matrix, _ vector: [Double]) -> [Double] {
    matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private static func product(_ left: Matrix, _ right: Matrix) -> Matrix {
    left.map { row in (0..<3).map { column in (0..<3).reduce(0) { $0 + row[$1] * right[$1][column] } } }
  }

  /// By cofactors.
  private static func inverse(_ m: Matrix) -> Matrix {
    func cofactor(_ row: Int, _ column: Int) -> Double {
      let (r, s, c, d) = ((row + 1) % 3, (row + 2) % 3, (column + 1) % 3, (column + 2) % 3)
      return m[r][c] * m[s][d] - m[r][d] * m[s][c]
    }
    let determinant = (0..<3).reduce(0) { $0 + m[0][$1] * cofactor(0, $1) }
    return (0..<3).map { row in (0..<3).map { cofactor($0, row) / determinant } }
  }
}
