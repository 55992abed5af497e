/// Blue for evidence against, white for none, orange for evidence in favour; told apart with any of the
/// common kinds of colour blindness.
public struct SignedColourScale: Hashable, Sendable {
  /// The size of value shown in full colour; positive. Greater values look the same.
  public let limit: Float

  /// The full colours, sRGB in 0…1.
  public static let against = SIMD3<Float>(0, 0.353, 0.710)
  public static let inFavour = SIMD3<Float>(0.902, 0.380, 0)

  /// - Parameter limit: a size of 0 or a non-finite one becomes 1.
  public init(limit: Float) {
    self.limit = limit.isFinite && limit > 0 ? limit : 1
  }

  /// One scale for several maps, so that equal colours mean equal evidence.
  ///
  /// - Parameters:
  ///   - maps: the values of each map.
  ///   - quantile: the share of all values that lie within the limit, in 0…1; below 1 a few extreme cells
  ///     do not bleach the rest.
  public init(sharedBy maps: [[Float]], quantile: Double = 0.995) {
    let sizes = maps.flatMap { $0.map { abs($0) } }.filter { $0.isFinite }.sorted()
    let place = (Double(sizes.count - 1) * min(max(quantile, 0), 1)).rounded(.up)
    self.init(limit: sizes.isEmpty ? 1 : sizes[Int(place)])
  }

  /// The colour of `value`, sRGB in 0…1.
  public func colour(of value: Float) -> SIMD3<Float> {
    let share = min(abs(value) / limit, 1)
    let end = value < 0 ? SignedColourScale.against : SignedColourScale.inFavour
    return SIMD3(repeating: 1) + share * (end - SIMD3(repeating: 1))
  }
}
