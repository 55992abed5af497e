import Foundation

/// A sheet of paper, in millimetres.
public struct PaperSize: Sendable, Hashable, LosslessStringConvertible {
  public let width: Double
  public let height: Double

  /// 210 × 297 mm.
  public static let a4 = PaperSize(width: 210, height: 297)
  /// 297 × 420 mm.
  public static let a3 = PaperSize(width: 297, height: 420)
  /// 8½ × 11 inches.
  public static let letter = PaperSize(width: 215.9, height: 279.4)

  /// What a PDF page may measure, with something to spare.
  private static let sides = 20.0...5000

  private init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// Reads `a4`, `a3`, `letter` or `WxH` in millimetres such as `297x210`, each side 20…5,000; nil for anything else.
  public init?(_ description: String) {
    switch description.lowercased() {
    case "a4": self = .a4
    case "a3": self = .a3
    case "letter": self = .letter
    case let text:
      let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Double($0) }
      guard sides.count == 2, let width = sides[0], let height = sides[1], PaperSize.sides.contains(width),
        PaperSize.sides.contains(height)
      else { return nil }
      self.init(width: width, height: height)
    }
  }

  public var description: String {
    switch self {
    case .a4: "a4"
    case .a3: "a3"
    case .letter: "letter"
    default: "\(millimetres(width))x\(millimetres(height))"
    }
  }
}

/// A length for people: to a hundredth, without zeros at the end.
func millimetres(_ length: Double) -> String {
  let hundredths = (length * 100).rounded() / 100
  return hundredths == hundredths.rounded() ? String(Int(hundredths)) : String(hundredths)
}

/// An upright rectangle on paper, in millimetres from the sheet's lower left corner.
struct PaperRectangle: Sendable, Hashable {
  var left: Double
  var bottom: Double
  var width: Double
  var height: Double
  var right: Double { left + width }
  var top: Double { bottom + height }
  var centre: SIMD2<Double> { SIMD2(left + width / 2, bottom + height / 2) }

  /// The rectangle with every edge moved outwards.
  func widened(by reach: Double) -> PaperRectangle {
    PaperRectangle(
      left: left - reach, bottom: bottom - reach, width: width + 2 * reach, height: height + 2 * reach)
  }
}

/// What a cutter follows on paper.
enum DieOutline: Sendable, Hashable {
  case rectangle(PaperRectangle)
  case circle(centre: SIMD2<Double>, radius: Double)
}

/// The shape that a sticker is cut to.
public enum DieLine: String, Sendable, Hashable, CaseIterable {
  case square
  case circle
  /// No line is drawn; what is printed is the square.
  case none

  /// The outline in a sticker's square.
  func outline(in square: PaperRectangle) -> DieOutline {
    self == .circle ? .circle(centre: square.centre, radius: square.width / 2) : .rectangle(square)
  }
}
