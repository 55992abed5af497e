import Files
import Testing

/// Stops what is under way from inside.
struct Stop: Error {}

/// A picture that cannot be read.
struct Broken: ReportableError {
  let index: Int
  var fault: Fault { .badInput }
  var description: String { "picture \(index) is broken" }
}

/// Checks numbers for equality to `tolerance` times the greatest expected.
func expectClose(
  _ found: [Float], _ expected: [Float], _ what: String, tolerance: Float,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  let scale = expected.map(abs).max() ?? 0
  #expect(scale > 0, "\(what)", sourceLocation: sourceLocation)
  let error = zip(found, expected).map { abs($0 - $1) }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
  #expect(error <= tolerance * scale, "\(what)", sourceLocation: sourceLocation)
}
