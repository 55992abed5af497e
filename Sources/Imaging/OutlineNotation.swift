/// The notation in which outlines are written by hand: a line for each part, in a square of 100 × 100 with y
/// pointing down.
///
///     + 4,50 20,30! 60,34        a closed curve through points; ! makes a corner
///     +h 57,3! 60,40 70,97!      the right half of a curve that is symmetric about x = 50, from top to bottom
///     +o 24,66 20,20             an ellipse: centre, radii, and perhaps degrees of turn
///     +r 10,20 30,8 2            a rectangle: corner, size, radius of its corners
///     +w 4 10,20! 30,40 50,40    a line: width, points
///     turn 40                    turns everything, in degrees
///
/// `-` in place of `+` cuts the part from what stands above it; `|` after the letter draws its mirror image about
/// x = 50 too.
extension Outline {
  /// The outline that `notation` describes, in the unit square; traps where the notation is broken, since outlines
  /// are part of the program.
  public init(_ notation: String) {
    self.init(layers: [])
    var turns: Float = 0
    for line in notation.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let head = words.first else { continue }
      if head == "turn" {
        turns = OutlineWords(words, line).number(1) / 360
        continue
      }
      let sign = head.first
      precondition(sign == "+" || sign == "-", "expected + or - at the start of '\(line)'")
      let isTwin = head.hasSuffix("|")
      let kind = head.dropFirst().prefix { $0 != "|" }
      var contours = OutlineWords(words, line).contours(kind).map(OutlineCurves.oriented)
      if isTwin {
        contours += contours.map { contour in
          OutlineCurves.oriented(contour.map { Point(1 - $0.x, $0.y) })
        }
      }
      append(contours, adds: sign == "+")
    }
    guard turns != 0 else { return }
    let (cosine, sine) = (PortableMath.cosine(turns: turns), PortableMath.sine(turns: turns))
    self = mapped { corner in
      let arm = corner - 0.5
      return 0.5 + Point(cosine * arm.x - sine * arm.y, sine * arm.x + cosine * arm.y)
    }
  }
}

/// A line of the notation, cut at its spaces.
private struct OutlineWords {
  typealias Point = Outline.Point
  let words: [Substring]
  let line: Substring

  init(_ words: [Substring], _ line: Substring) {
    self.words = words
    self.line = line
  }

  func contours(_ kind: Substring) -> [[Point]] {
    switch kind {
    case "": [OutlineCurves.curve(through: knots(from: 1), isClosed: true)]
    case "h":
      [OutlineCurves.curve(through: symmetric(knots(from: 1)), isClosed: true)]
    case "o":
      [
        OutlineCurves.ellipse(
          center: point(1), radii: point(2), turns: words.count > 3 ? number(3) / 360 : 0)
      ]
    case "r":
      [
        OutlineCurves.rectangle(
          origin: point(1), size: point(2), radius: words.count > 3 ? number(3) / 100 : 0)
      ]
    case "w":
      OutlineCurves.stroke(
        along: OutlineCurves.curve(through: knots(from: 2), isClosed: false), width: number(1) / 100)
    default: preconditionFailure("expected a part of kind h, o, r, w or none in '\(line)'")
    }
  }

  func number(_ index: Int) -> Float {
    guard words.indices.contains(index), let number = Float(words[index]) else {
      preconditionFailure("expected a number as word \(index + 1) of '\(line)'")
    }
    return number
  }

  private func point(_ index: Int) -> Point {
    precondition(words.indices.contains(index), "expected \(index + 1) words in '\(line)'")
    let coordinates = words[index].split(separator: ",").compactMap { Float($0) }
    precondition(coordinates.count == 2, "expected x,y and found '\(words[index])' in '\(line)'")
    return Point(coordinates[0], coordinates[1]) / 100
  }

  private func knots(from first: Int) -> [OutlineCurves.Knot] {
    precondition(words.count > first + 1, "expected two points or more in '\(line)'")
    return words[first...].map { word in
      let isCorner = word.hasSuffix("!")
      let index = OutlineWords([isCorner ? word.dropLast() : word], line)
      return OutlineCurves.Knot(point: index.point(0), isCorner: isCorner)
    }
  }

  /// The knots, followed by their mirror images from bottom to top; one on the axis is not doubled.
  private func symmetric(_ knots: [OutlineCurves.Knot]) -> [OutlineCurves.Knot] {
    knots
      + knots.reversed().filter { $0.point.x != 0.5 }.map { knot in
        OutlineCurves.Knot(point: Point(1 - knot.point.x, knot.point.y), isCorner: knot.isCorner)
      }
  }
}
