import ArgumentParser

/// Reading whole numbers from the command line, with an error that says which would do.
enum WholeNumber {
  /// For an option's `transform`: a number in `range`.
  static func `in`<Number: FixedWidthInteger & Sendable>(
    _ range: ClosedRange<Number>
  ) -> @Sendable (String) throws -> Number {
    { text in
      guard let number = Number(text), range.contains(number) else {
        let expected =
          range.upperBound == .max
          ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        throw ValidationError("expected a whole number \(expected)")
      }
      return number
    }
  }

  /// For an option's `transform`: a number of at least `least`.
  static func atLeast(_ least: Int) -> @Sendable (String) throws -> Int { `in`(least...Int.max) }
}
