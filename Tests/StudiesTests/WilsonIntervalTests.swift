import Probes
import Testing

struct WilsonIntervalTests {
  @Test func agreesWithAKnownInterval() throws {
    // 81 of 263: Newcombe 1998, table I, method 3 (no continuity correction): 0.2553 to 0.3662.
    let interval = try #require(WilsonInterval(successes: 81, of: 263))
    #expect(abs(interval.lower - 0.2553) < 5e-5)
    #expect(abs(interval.upper - 0.3662) < 5e-5)
  }

  @Test func endsExactlyAtZeroAndOne() throws {
    let none = try #require(WilsonInterval(successes: 0, of: 20))
    let all = try #require(WilsonInterval(successes: 20, of: 20))
    #expect(none.lower == 0)
    #expect(abs(none.upper - 0.1611) < 5e-5)
    #expect(all.upper == 1)
    #expect(abs(all.lower - 0.8389) < 5e-5)
  }

  @Test func knowsNothingFromNoPictures() {
    #expect(WilsonInterval(successes: 0, of: 0) == nil)
  }
}
