import Foundation
import Tensors

/// The outline of a sticker inside its square.
public enum StickerMask: Hashable, Sendable {
  /// The whole square.
  case square
  /// The inscribed circle, anti-aliased.
  case circle
  /// A rectangle in the middle; width and height are shares of the square's side.
  case rectangle(width: Double, height: Double)
  /// The inscribed circle without its middle; the hole's radius is a share of the circle's.
  case ring(hole: Double)

  /// How much of each pixel the shape covers, `[side, side]` in 0…1.
  ///
  /// Edge pixels are measured on a grid of 16×16 points, so inner pixels are exactly 1 and outer ones exactly 0.
  public func alpha(side: Int) -> Tensor {
    if self == .square { return Tensor(repeating: 1, shape: [side, side]) }
    let points = 16
    // Lengths in half sub-pixels keep the circle's comparison in whole numbers: the centre lies at side·points.
    let radius = Double(side * points)
    return Tensor(uninitialized: [side, side]) { alpha in
      for row in 0..<side {
        for column in 0..<side {
          var inside = 0
          for subRow in 0..<points {
            let dy = Double(2 * (row * points + subRow) + 1) - radius
            for subColumn in 0..<points {
              let dx = Double(2 * (column * points + subColumn) + 1) - radius
              if holds(dx, dy, radius) { inside += 1 }
            }
          }
          alpha[row * side + column] = Float(inside) / Float(points * points)
        }
      }
    }
  }

  /// Whether a point belongs to the shape; `radius` is half the side.
  private func holds(_ dx: Double, _ dy: Double, _ radius: Double) -> Bool {
    let square = dx * dx + dy * dy
    switch self {
    case .square: return true
    case .circle: return square <= radius * radius
    case .rectangle(let width, let height): return abs(dx) <= width * radius && abs(dy) <= height * radius
    case .ring(let hole): return square <= radius * radius && square > hole * hole * radius * radius
    }
  }
}

extension StickerMask {
  /// The share of its square that the shape covers.
  public var coverage: Double {
    switch self {
    case .square: 1
    case .circle: .pi / 4
    case .rectangle(let width, let height): width * height
    case .ring(let hole): .pi / 4 * (1 - hole * hole)
    }
  }

  /// The side of a sticker, as a share of a square picture's, that covers `area` of it: √area for a square,
  /// 2·√(area / π) for a circle (Brown et al. 2017).
  public func side(ofArea area: Double) -> Double { (area / coverage).squareRoot() }
}

extension StickerMask: Codable, LosslessStringConvertible {
  /// As people write it: `square`, `circle`, `rectangle:1,0.5` or `ring:0.4`.
  public var description: String {
    switch self {
    case .square: "square"
    case .circle: "circle"
    case .rectangle(let width, let height): "rectangle:\(width),\(height)"
    case .ring(let hole): "ring:\(hole)"
    }
  }

  /// Reads what `description` writes; nil when it is no shape, or one with nothing of it inside the square.
  public init?(_ description: String) {
    let parts = description.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers =
      parts.count < 2
      ? [] : parts[1].split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    switch (parts[0], numbers.count) {
    case ("square", 0): self = .square
    case ("circle", 0): self = .circle
    case ("rectangle", 2) where numbers.allSatisfy { $0 > 0 && $0 <= 1 }:
      self = .rectangle(width: numbers[0], height: numbers[1])
    case ("ring", 1) where numbers[0] >= 0 && numbers[0] < 1: self = .ring(hole: numbers[0])
    default: return nil
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let mask = StickerMask(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no outline: \(text)")
    }
    self = mask
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
