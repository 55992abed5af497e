import Foundation
import Imaging
import Silhouettes
import Tensors

/// The part of a picture that is its object and not what lies behind it.
struct Foreground {
  /// How it was told from what lies behind.
  enum Evidence {
    /// The picture's own opacity.
    case opacity
    /// One colour along the picture's border.
    case plainBackground
    /// Regions that touch the border little for their size.
    case regions
  }

  let evidence: Evidence
  /// 0…1 for each pixel, row by row.
  let coverage: [Float]

  /// The mean coverage.
  var share: Float { coverage.reduce(0, +) / Float(max(coverage.count, 1)) }

  /// How far a channel may be from a plain background's colour: what JPEG does to one.
  private static let tolerance: Float = 12 / 255
  /// The share of the border that must have the background's colour for it to be plain.
  private static let plainShare = 0.9
  /// The least share of the picture that an enclosed patch of background takes: the eye of a needle, not a highlight.
  private static let smallestHole = 400

  init(of picture: CuePicture) {
    if let opacity = picture.opacity {
      evidence = .opacity
      coverage = opacity
      return
    }
    let side = picture.side
    let plane = side * side
    let colours = picture.pixels.withUnsafeBuffer { pixels in
      (0..<plane).map { Colour(pixels[$0], pixels[plane + $0], pixels[2 * plane + $0]) }
    }
    if let plain = Foreground.onPlainBackground(colours, side: side) {
      evidence = .plainBackground
      coverage = plain
    } else {
      evidence = .regions
      coverage = BoundaryConnectivity(colours, side: side).foreground
    }
  }

  /// All but the patches of the border's colour that touch the border or are not small; nil when the border has no
  /// one colour.
  private static func onPlainBackground(_ colours: [Colour], side: Int) -> [Float]? {
    let border = (0..<side * side).filter { isOnBorder($0, side: side) }
    func median(_ channel: Int) -> Float { border.map { colours[$0][channel] }.sorted()[border.count / 2] }
    let background = Colour(median(0), median(1), median(2))
    let isAlike = colours.map { colour in
      let difference = colour - background
      return max(abs(difference.x), abs(difference.y), abs(difference.z)) <= tolerance
    }
    guard Double(border.count(where: { isAlike[$0] })) >= plainShare * Double(border.count) else {
      return nil
    }
    var coverage = [Float](repeating: 1, count: colours.count)
    var isSeen = [Bool](repeating: false, count: colours.count)
    for start in colours.indices where isAlike[start] && !isSeen[start] {
      var (patch, next, touches) = ([start], 0, false)
      isSeen[start] = true
      while next < patch.count {
        let pixel = patch[next]
        next += 1
        touches = touches || isOnBorder(pixel, side: side)
        let (x, y) = (pixel % side, pixel / side)
        let around = [
          x > 0 ? pixel - 1 : nil, x + 1 < side ? pixel + 1 : nil, y > 0 ? pixel - side : nil,
          y + 1 < side ? pixel + side : nil,
        ]
        for neighbour in around.compactMap(\.self) where isAlike[neighbour] && !isSeen[neighbour] {
          isSeen[neighbour] = true
          patch.append(neighbour)
        }
      }
      if touches || patch.count * smallestHole >= colours.count { for pixel in patch { coverage[pixel] = 0 } }
    }
    return coverage
  }

  static func isOnBorder(_ pixel: Int, side: Int) -> Bool {
    let (x, y) = (pixel % side, pixel / side)
    return x == 0 || y == 0 || x == side - 1 || y == side - 1
  }
}
