/// The sizes of a tensor along each of its dimensions, outermost first.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The size along each dimension; none is negative.
  public let dimensions: [Int]

  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "a shape has no negative dimension: \(dimensions)")
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The number of dimensions.
  public var rank: Int { dimensions.count }

  /// The number of elements: the product of the dimensions, 1 for a scalar's empty shape.
  public var count: Int { dimensions.reduce(1, *) }

  @inlinable public subscript(index: Int) -> Int { dimensions[index] }

  /// For example `[8, 3, 224, 224]`.
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
