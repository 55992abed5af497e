import Models
import Tensors

/// What says which patches of a picture a network's answer hangs on.
public struct SensitivityRanking: Sendable {
  enum Source: Sendable {
    /// The logits of a BagNet's cells, spread over what each sees.
    case evidence(any LocalClassifier)
    /// A map of the network that is asked.
    case method(AttributionMap.Method)
    case random
  }

  let source: Source

  /// As studies and tables call it: a method's name, `evidence of NETWORK`, or `random`.
  public var name: String {
    switch source {
    case .evidence(let network): "evidence of \(network.card.name)"
    case .method(let method): method.rawValue
    case .random: SensitivityRanking.randomName
    }
  }

  static let randomName = "random"

  /// Every ranking for one network: the evidence of those BagNets that know all its classes and prepare pictures as it
  /// does, every method of attribution that the network can be asked for, and chance.
  public static func all(
    for network: any Classifier, bagNets: [any LocalClassifier]
  ) throws -> [SensitivityRanking] {
    let probe = try AttributionProbe(classifier: network)
    return bagNets.filter { bagNet in
      bagNet.card.preprocessing.hasSameSteps(as: network.card.preprocessing)
        && Set(network.card.classes).isSubset(of: bagNet.card.classes)
    }.map { SensitivityRanking(source: .evidence($0)) }
      + AttributionMap.Method.allCases.filter(probe.covers).map { SensitivityRanking(source: .method($0)) }
      + [SensitivityRanking(source: .random)]
  }

  /// The patches of a picture, the most important first; equal ones in their order.
  ///
  /// - Parameters:
  ///   - picture: `[1, 3, height, width]` in 0…1.
  ///   - classIndex: among the network's classes.
  func order(
    of grid: PatchGrid, in picture: Tensor, name: String, for classIndex: Int, asking network: any Classifier,
    seed: UInt64, on workers: Workers
  ) throws -> [Int] {
    let values: [Double]
    switch source {
    case .evidence(let bagNet):
      let identifier = network.card.classes[classIndex]
      guard let own = bagNet.card.classes.firstIndex(of: identifier) else {
        throw ModelError.classOutOfRange(
          index: classIndex, count: bagNet.card.classes.count, model: bagNet.card.name)
      }
      let map = try HeatmapProbe(classifier: bagNet).evidence(in: picture, name: name, for: own, on: workers)
      values = grid.sums(of: CellTruth(map, height: grid.height, width: grid.width).pixelMap)
    case .method(let method):
      let map = try AttributionProbe(classifier: network).attribution(
        in: picture, name: name, for: classIndex, method: method, on: workers)
      values = grid.sums(of: map.map.values)
    case .random:
      var generator = SeededGenerator(seed: seed, named: "sensitivity/\(name)")
      return Array(0..<grid.count).shuffled(using: &generator)
    }
    return values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
  }
}

extension Preprocessing {
  /// Whether both cut a picture to the same pixels; mean and standard deviation belong to the network and do not count.
  fileprivate func hasSameSteps(as other: Preprocessing) -> Bool {
    resizeShorterSide == other.resizeShorterSide && centerCrop == other.centerCrop
      && interpolation == other.interpolation
  }
}
