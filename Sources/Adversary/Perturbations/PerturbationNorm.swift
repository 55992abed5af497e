import Foundation
import Tensors

/// How the length of a change to a picture is measured, over all its channels and pixels in 0…1.
public enum PerturbationNorm: String, Hashable, Sendable, Codable, CaseIterable {
  /// L∞: the greatest change of any value.
  case linf
  /// L2: the square root of the sum of squares.
  case l2

  /// As a person writes it: `L∞`.
  public var title: String {
    switch self {
    case .linf: "L∞"
    case .l2: "L2"
    }
  }

  /// The length of `changed − original`.
  public func distance(_ changed: UnsafeBufferPointer<Float>, _ original: UnsafeBufferPointer<Float>)
    -> Double
  {
    switch self {
    case .linf:
      var greatest: Float = 0
      for index in changed.indices { greatest = max(greatest, abs(changed[index] - original[index])) }
      return Double(greatest)
    case .l2:
      var total = 0.0
      for index in changed.indices {
        let step = Double(changed[index]) - Double(original[index])
        total += step * step
      }
      return total.squareRoot()
    }
  }

  /// The length of a slope in the dual norm (L1 for L∞, L2 for L2): how much a linear function with this slope
  /// gains from a step of length 1.
  public func dualLength(of slope: UnsafeBufferPointer<Float>) -> Double {
    switch self {
    case .linf: slope.reduce(0.0) { $0 + Double(abs($1)) }
    case .l2: slope.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }

  /// Adds the step of length `step` along which a linear function with `slope` rises fastest; a slope of 0
  /// moves nothing.
  func ascend(
    _ picture: UnsafeMutableBufferPointer<Float>, by step: Float, along slope: UnsafeBufferPointer<Float>
  ) {
    switch self {
    case .linf:
      for index in picture.indices {
        let value = slope[index]
        picture[index] += value > 0 ? step : value < 0 ? -step : 0
      }
    case .l2:
      let length = dualLength(of: slope)
      guard length > 0 else { return }
      let factor = Float(Double(step) / length)
      for index in picture.indices { picture[index] += factor * slope[index] }
    }
  }

  /// Brings a picture back to within `radius` of `original` and into 0…1.
  func project(
    _ picture: UnsafeMutableBufferPointer<Float>, around original: UnsafeBufferPointer<Float>, radius: Float
  ) {
    switch self {
    case .linf:
      for index in picture.indices {
        let near = min(max(picture[index], original[index] - radius), original[index] + radius)
        picture[index] = min(max(near, 0), 1)
      }
    case .l2:
      let length = distance(UnsafeBufferPointer(picture), original)
      let factor = length > Double(radius) ? Float(Double(radius) / length) : 1
      // Cutting off at 0 and 1, where the original lies between, only shortens the change.
      for index in picture.indices {
        let near = original[index] + factor * (picture[index] - original[index])
        picture[index] = min(max(near, 0), 1)
      }
    }
  }

  /// Adds a random change and brings the picture back into 0…1.
  ///
  /// - Parameter spread: whether the length is drawn too, so that the change is uniform in the ball; otherwise it has
  ///   the length `radius` (in L∞ the greatest value has it).
  func startAtRandom(
    _ picture: UnsafeMutableBufferPointer<Float>, radius: Float, isSpread spread: Bool,
    using generator: inout some RandomNumberGenerator
  ) {
    let direction: [Float]
    switch self {
    case .linf: direction = picture.map { _ in generator.uniform(in: -1...1) }
    case .l2: direction = picture.map { _ in generator.normal() }
    }
    let length: Double
    switch self {
    case .linf: length = spread ? 1 : Double(direction.reduce(0) { max($0, abs($1)) })
    case .l2:
      let own = direction.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      // In n dimensions the share of the ball within a radius r is r to the power n.
      let share = spread ? pow(Double(generator.uniform()), 1 / Double(picture.count)) : 1
      length = share > 0 ? own / share : .infinity
    }
    guard length > 0, length.isFinite else { return }
    let factor = Float(Double(radius) / length)
    for index in picture.indices {
      picture[index] = min(max(picture[index] + factor * direction[index], 0), 1)
    }
  }
}
