import Foundation

/// How the learning rate, and where wanted the momentum, change over a training's steps.
public enum LearningRateSchedule: Sendable, Hashable {
  case oneCycle(OneCycle)
  case warmCosine(WarmCosine)

  /// The learning rate of step `step`, counted from 0, of `steps`.
  public func rate(at step: Int, of steps: Int) -> Double {
    switch self {
    case .oneCycle(let cycle): cycle.rate(at: step, of: steps)
    case .warmCosine(let cosine): cosine.rate(at: step, of: steps)
    }
  }

  /// The momentum of step `step`; nil where it stays as it is.
  public func momentum(at step: Int, of steps: Int) -> Double? {
    switch self {
    case .oneCycle(let cycle): cycle.momentum(at: step, of: steps)
    case .warmCosine: nil
    }
  }

  /// How one value becomes another.
  public enum Anneal: String, Sendable, Hashable, CaseIterable {
    case cosine
    case linear

    /// The value `share` of the way from `start` to `end`; `share` is in 0…1.
    public func value(from start: Double, to end: Double, at share: Double) -> Double {
      switch self {
      case .cosine: end + (start - end) / 2 * (1 + cos(.pi * share))
      case .linear: start + (end - start) * share
      }
    }
  }
}

/// One rise to the greatest learning rate and one fall far below where it began (Smith & Topin 2017, 1708.07120),
/// by the formulas of PyTorch's `OneCycleLR` with two phases.
public struct OneCycle: Sendable, Hashable {
  /// The greatest learning rate, above 0.
  public var peak: Double
  /// The share of the steps in which it rises, in 0…1.
  public var rise: Double
  /// The first rate is the greatest divided by this.
  public var startDivisor: Double
  /// The last rate is the first divided by this.
  public var endDivisor: Double
  public var anneal: LearningRateSchedule.Anneal
  /// Least and greatest momentum, which falls while the rate rises; nil leaves momentum alone.
  public var momenta: ClosedRange<Double>?

  public init(
    peak: Double, rise: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4,
    anneal: LearningRateSchedule.Anneal = .cosine, momenta: ClosedRange<Double>? = nil
  ) {
    self.peak = peak
    self.rise = rise
    self.startDivisor = startDivisor
    self.endDivisor = endDivisor
    self.anneal = anneal
    self.momenta = momenta
  }

  func rate(at step: Int, of steps: Int) -> Double {
    let start = peak / startDivisor
    return value(at: step, of: steps, start: start, middle: peak, end: start / endDivisor)
  }

  func momentum(at step: Int, of steps: Int) -> Double? {
    momenta.map {
      value(at: step, of: steps, start: $0.upperBound, middle: $0.lowerBound, end: $0.upperBound)
    }
  }

  // The rise ends one step early, at rise · steps − 1, which need be no whole number.
  private func value(at step: Int, of steps: Int, start: Double, middle: Double, end: Double) -> Double {
    let (turn, last) = (rise * Double(steps) - 1, Double(steps - 1))
    let step = Double(step)
    if step <= turn {
      return anneal.value(from: start, to: middle, at: turn > 0 ? step / turn : 1)
    }
    return anneal.value(from: middle, to: end, at: last > turn ? min(1, (step - turn) / (last - turn)) : 1)
  }
}

/// A linear rise to the greatest learning rate and half a cosine from there (Loshchilov & Hutter 2016, 1608.03983;
/// the rise after Goyal et al. 2017, 1706.02677): PyTorch's `LinearLR` followed by `CosineAnnealingLR`.
public struct WarmCosine: Sendable, Hashable {
  /// The greatest learning rate, above 0.
  public var peak: Double
  /// The share of the steps in which it rises, in 0..<1, rounded to whole steps.
  public var rise: Double
  /// The first rate as a share of the greatest; where nothing rises it is not used.
  public var start: Double
  /// The rate that the cosine falls to and does not quite reach in the last step.
  public var least: Double

  public init(peak: Double, rise: Double = 0, start: Double = 0.01, least: Double = 0) {
    self.peak = peak
    self.rise = rise
    self.start = start
    self.least = least
  }

  func rate(at step: Int, of steps: Int) -> Double {
    let turn = Int((rise * Double(steps)).rounded())
    if step < turn { return peak * (start + (1 - start) * Double(step) / Double(turn)) }
    let share = Double(step - turn) / Double(max(steps - turn, 1))
    return LearningRateSchedule.Anneal.cosine.value(from: peak, to: least, at: share)
  }
}
