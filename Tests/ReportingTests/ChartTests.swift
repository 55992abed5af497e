import Foundation
import Testing

@testable import Reporting

/// The small parts that charts and pages are made of.
struct ChartTests {
  @Test func placesValuesAlongAnAxisAndKeepsThemOnIt() {
    let scale = LinearScale(domain: (0, 1), range: (100, 300))
    #expect([0, 0.25, 1, -4, 7].map(scale.position) == [100, 150, 300, 100, 300])
    let reversed = LinearScale(domain: (1, 0), range: (100, 300))
    #expect(reversed.position(1) == 100)
    #expect(reversed.ticks(2) == [1, 0.5, 0])
  }

  @Test func drawsShapeAndTextureAxesAsMirrorImages() throws {
    let axis = Axis(side: .bottom, name: "x") { Format.fixed(100 * $0, digits: 0) }
    let plot = RowPlot(
      title: "t", summary: "s", rows: [.init(name: "cat", points: [])], bottom: axis,
      top: Axis(side: .top, name: "y") { Format.fixed(100 * $0, digits: 0) })
    let svg = plot.draw(.wide, id: "p").html
    let labels = svg.matches(of: /class="tick" x="([0-9.]+)"[^>]*>(\d+)</).map {
      (Double($0.output.1) ?? -1, Int($0.output.2) ?? -1)
    }
    #expect(labels.count == 12)
    for (x, value) in labels.prefix(6) {
      #expect(labels.suffix(6).contains { $0.0 == x && $0.1 == 100 - value })
    }
  }

  @Test func coloursOppositeEvidenceOnOppositeSides() {
    let scale = DivergingScale(limit: 2)
    #expect(scale.level(of: 0) == 0)
    #expect(scale.level(of: 9) == DivergingScale.levels)
    #expect(scale.level(of: -.infinity) == -DivergingScale.levels)
    #expect(scale.level(of: .nan) == nil)
    func channels(_ level: Int) -> [Int] {
      let hex = Array(DivergingScale.colour(level: level).dropFirst())
      return [0, 2, 4].compactMap { Int(String(hex[$0...$0 + 1]), radix: 16) }
    }
    for level in 1...DivergingScale.levels {
      let (warm, cool) = (channels(level), channels(-level))
      #expect(warm[0] > warm[2], "evidence for the class is orange")
      #expect(cool[2] > cool[0], "evidence against it is blue")
      #expect(channels(level).reduce(0, +) < channels(level - 1).reduce(0, +), "darker with size")
      #expect(channels(-level).reduce(0, +) < channels(1 - level).reduce(0, +), "darker with size")
    }
  }

  @Test func sharesOneScaleThatFewExtremesDoNotStretch() {
    var values = [Float](repeating: 1, count: 997)
    values += [1000, -1000, .nan]
    #expect(DivergingScale(values: values).limit == 1)
    #expect(DivergingScale(values: []).limit == 1)
    #expect(DivergingScale(values: [0, 0]).limit == 1)
    #expect(abs(DivergingScale(values: [-0.1234]).limit - 0.13) < 1e-12)
  }

  @Test(arguments: [
    (Format.percent(0.8243), "82.4\u{202F}%"), (Format.percent(nil), "–"), (Format.percent(.nan), "–"),
    (Format.count(1_234_567), "1,234,567"), (Format.count(-999), "−999"), (Format.count(1, "run"), "1 run"),
    (Format.fixed(-0.04, digits: 1), "0.0"), (Format.fixed(-1.25, digits: 2), "−1.25"),
    (Format.precise(-1.0058e-6, digits: 3), "−1.01 × 10⁻⁶"), (Format.precise(0.207647), "0.207647"),
    (Format.duration(12.34), "12.3 s"), (Format.duration(245), "4 min 05 s"),
    (Format.duration(7380), "2 h 03 min"),
    (Format.coordinate(1.005), "1"), (Format.coordinate(-0.25), "-0.25"), (Format.coordinate(3.02), "3.02"),
    (Format.coordinate(.nan), "0"),
    (Format.moment(Date(timeIntervalSince1970: 0)), "1970-01-01\u{A0}00:00:00\u{A0}UTC"),
  ])
  func writesNumbersOneWay(written: String, expected: String) {
    #expect(written == expected)
  }

  @Test func escapesScalarByScalar() {
    #expect(Markup(text: "<b a='x'>&`").html == "&lt;b a=&#39;x&#39;&gt;&amp;&#96;")
    #expect(Markup(text: "\"\u{301}").html == "&quot;\u{301}")
    #expect(Markup(text: "a\u{202E}\u{0}\u{9F}b\n").html == "a\u{FFFD}\u{FFFD}\u{FFFD}b\n")
    #expect(Markup("p", ["title": "\"<"], [Markup(text: "é")]).html == "<p title=\"&quot;&lt;\">é</p>")
  }

  /// Text needs 4.5 to 1 and marks 3 to 1 against what they stand on (WCAG 2.2), light and dark.
  @Test func keepsItsColoursApart() throws {
    let blocks = PageStyle.css.matches(of: /:root\{([^}]*)\}/).map { String($0.output.1) }
    try #require(blocks.count >= 2)
    for block in blocks.prefix(2) {
      var colours: [String: [Double]] = [:]
      for match in block.replacing("\n", with: "").matches(of: /--(\w+):#([0-9a-f]+)/) {
        var hex = String(match.output.2)
        if hex.count == 3 { hex = hex.map { "\($0)\($0)" }.joined() }
        let value = try #require(Int(hex, radix: 16))
        colours[String(match.output.1)] = [value >> 16, value >> 8 & 255, value & 255].map {
          Double($0) / 255
        }
      }
      func luminance(_ name: String) throws -> Double {
        let linear = try #require(colours[name]).map {
          $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
      }
      func contrast(_ one: String, _ other: String) throws -> Double {
        let pair = [try luminance(one), try luminance(other)].sorted()
        return (pair[1] + 0.05) / (pair[0] + 0.05)
      }
      for ground in ["paper", "panel"] {
        for text in ["ink", "soft", "link", "warn"] { #expect(try contrast(text, ground) >= 4.5, "\(text)") }
        for mark in 0..<SeriesStyle.colours { #expect(try contrast("c\(mark)", ground) >= 3, "c\(mark)") }
      }
    }
  }

  @Test func givesNeighbouringNetworksDifferentColoursAndShapes() {
    let styles = (0..<42).map(SeriesStyle.network)
    #expect(Set(styles).count == styles.count)
    #expect(!styles.contains(.people))
    for (one, next) in zip(styles, styles.dropFirst()) {
      #expect(one.colour != next.colour && one.shape != next.shape)
    }
  }
}
