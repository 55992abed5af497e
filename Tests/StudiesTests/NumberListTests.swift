import Testing

@testable import Studies

/// Numbers in one column.
struct NumberListTests {
  @Test(arguments: [[], [0], [7, -1, 12], [Int.max, 1], [-Int.max]]) func wholeNumbersComeBack(numbers: [Int])
    throws
  {
    #expect(try NumberList.integers(NumberList.text(numbers)) == numbers)
    #expect(try NumberList.numbers(NumberList.text(numbers)) as [Int] == numbers)
  }

  @Test(arguments: [
    "1 2x", "-", "1 - 2", "1.5", "é", "9223372036854775808", "99999999999999999999", "1\u{0}",
  ])
  func whatIsNoWholeNumberIsRefused(text: String) {
    #expect(throws: MalformedRow.self) { try NumberList.integers(text) }
  }

  @Test func spacesMayBeMoreThanOne() throws {
    #expect(try NumberList.integers("  1  2 ") == [1, 2])
  }
}
