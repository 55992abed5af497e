/// Error consistency between all observers of cue-conflict stimuli (Geirhos, Meding & Wichmann 2020, 2006.16736).
///
/// An answer is right when it names the shape. All stimuli count, those whose cues agree too: so are the published
/// numbers, of 1,280 stimuli. Where an observer answered a stimulus more than once, the first answer counts.
public struct ObserverConsistency: Hashable, Sendable {
  /// Two observers.
  public struct Pair: Hashable, Sendable {
    public let first, second: String
    /// On the stimuli that both answered.
    public let consistency: ErrorConsistency
    /// The 95 % interval of kappa, by drawing stimuli again; nil for fewer than two stimuli.
    public let interval: ClosedRange<Double>?
  }

  /// The mean of kappa over pairs.
  public struct Mean: Hashable, Sendable {
    /// The network compared with all people; nil for people among themselves.
    public let network: String?
    /// The pairs that have a kappa.
    public let pairs: Int
    public let kappa: Double
    /// The 95 % interval, by drawing stimuli again, the same for all pairs.
    public let interval: ClosedRange<Double>?
  }

  /// Every two observers that answered a stimulus in common, in the observers' order.
  public let pairs: [Pair]
  /// Between people; nil for fewer than two.
  public let people: Mean?
  /// Each network with all people, in the observers' order; empty without people.
  public let networks: [Mean]

  /// - Parameters:
  ///   - observers: with different names.
  ///   - bootstrap: how the intervals are drawn.
  public init(_ observers: [TextureBiasResult], bootstrap: Bootstrap = Bootstrap()) {
    let answers = observers.map { observer in
      Dictionary(observer.answers.map { ($0.stimulus, $0.response == $0.shape) }) { first, _ in first }
    }
    let stimuli = Set(answers.flatMap(\.keys)).sorted()
    let table = answers.map { answer in stimuli.map { answer[$0] } }
    let indices = observers.indices.flatMap { first in
      ((first + 1)..<observers.count).map { (first, $0) }
    }
    let outcomes = indices.map { PairOutcomes(table[$0.0], table[$0.1]) }
    func consistencies(_ drawn: [Int]) -> [ErrorConsistency?] {
      outcomes.map { ErrorConsistency($0.counts(of: drawn)) }
    }
    // The means asked for, each as the places of its pairs.
    let isPerson = observers.map { $0.kind == .person }
    let amongPeople = indices.indices.filter { isPerson[indices[$0].0] && isPerson[indices[$0].1] }
    let networkPlaces = observers.indices.filter { !isPerson[$0] }
    let withPeople = networkPlaces.map { network in
      indices.indices.filter { place in
        let (first, second) = indices[place]
        return (first == network && isPerson[second]) || (second == network && isPerson[first])
      }
    }
    let groups = [amongPeople] + withPeople
    func means(_ kappas: [Double?]) -> [Double?] {
      groups.map { places in
        let known = places.compactMap { kappas[$0] }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      }
    }
    let whole = consistencies(Array(stimuli.indices))
    let kappas = whole.map { $0?.kappa }
    let intervals = bootstrap.intervals(over: stimuli.count) { drawn in
      let kappas = consistencies(drawn).map { $0?.kappa }
      return kappas + means(kappas)
    }
    func interval(_ place: Int) -> ClosedRange<Double>? {
      intervals.indices.contains(place) ? intervals[place] : nil
    }
    pairs = indices.indices.compactMap { place in
      whole[place].map { consistency in
        Pair(
          first: observers[indices[place].0].observer, second: observers[indices[place].1].observer,
          consistency: consistency, interval: consistency.kappa == nil ? nil : interval(place))
      }
    }
    let found = means(kappas)
    func mean(_ group: Int, network: String?) -> Mean? {
      found[group].map { kappa in
        Mean(
          network: network, pairs: groups[group].count { kappas[$0] != nil }, kappa: kappa,
          interval: interval(indices.count + group))
      }
    }
    people = mean(0, network: nil)
    networks = networkPlaces.enumerated().compactMap { place, network in
      mean(place + 1, network: observers[network].observer)
    }
  }

  /// The pair of two observers, in whichever order.
  public func pair(_ first: String, _ second: String) -> Pair? {
    pairs.first { ($0.first == first && $0.second == second) || ($0.first == second && $0.second == first) }
  }
}
