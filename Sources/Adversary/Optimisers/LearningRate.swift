import Foundation

/// How far a step goes, in units of pixel value (0…1), over the course of a run.
public enum LearningRate: Hashable, Sendable, Codable {
  case constant(Float)
  /// Falls from the given rate to 0 along half a cosine (Loshchilov & Hutter 2017, 1608.03983).
  case cosine(Float)
  /// Falls evenly from the given rate to 0.
  case linear(Float)

  /// The rate at the start.
  public var initial: Float {
    switch self {
    case .constant(let rate), .cosine(let rate), .linear(let rate): rate
    }
  }

  /// The rate of step `step`, counted from 0, of `steps`.
  public func rate(at step: Int, of steps: Int) -> Float {
    switch self {
    case .constant(let rate): rate
    case .cosine(let rate):
      rate * Float((1 + cos(.pi * Double(step) / Double(max(steps, 1)))) / 2)
    case .linear(let rate): rate * Float(1 - Double(step) / Double(max(steps, 1)))
    }
  }
}
