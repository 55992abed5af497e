import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

@Suite struct OcclusionProbeTests {
  let workers = Workers(count: 1)
  let picture = randomTensor([1, 3, 15, 18], seed: 70)

  /// A classifier whose windows are hidden: every question is a full pass.
  var network: LocalLinearClassifier {
    var network = LocalLinearClassifier(classes: 3, size: 5, stride: 4)
    network.card.preprocessing.mean = [0.2, 0.5, 0.9]
    return network
  }

  @Test(arguments: [(4, 4), (6, 4), (5, 3), (40, 40), (1, 1)])
  func agreesWithCoveringEverySquareByHand(side: Int, stride: Int) throws {
    let map = try OcclusionProbe(classifier: network, side: side, stride: stride, batchSize: 7)
      .attribution(in: picture, name: "p", for: 2, on: workers)
    #expect(map.method == .occlusion && map.rows == 15 && map.columns == 18)
    let base = try network.logits(of: picture, on: workers)[0, 2]
    #expect(map.logit == base)
    var total = Array(repeating: Float(0), count: 15 * 18)
    var count = total
    var top = 0
    // The first square that reaches the border is the last.
    repeat {
      var left = 0
      repeat {
        var covered = picture
        for row in top..<min(15, top + side) {
          for column in left..<min(18, left + side) {
            for channel in 0..<3 { covered[0, channel, row, column] = [0.2, 0.5, 0.9][channel] }
          }
        }
        let fall = try base - network.logits(of: covered, on: workers)[0, 2]
        for row in top..<min(15, top + side) {
          for column in left..<min(18, left + side) {
            total[row * 18 + column] += fall
            count[row * 18 + column] += 1
          }
        }
        left += stride
      } while left - stride + side < 18
      top += stride
    } while top - stride + side < 15
    #expect(count.allSatisfy { $0 > 0 })
    for pixel in total.indices {
      #expect(abs(map.values[pixel] - total[pixel] / count[pixel]) < 1e-5, "pixel \(pixel)")
    }
  }

  /// Real networks: of one class the windows compute no other, and the map is that of all classes' full passes.
  @Test(arguments: ["bagnet9", "bagnet17"])
  func oneClassAloneIsThatClassOfAll(architecture: String) throws {
    let model = try LoadedModel.random(try Architecture.named(architecture), width: 4, classes: 5, seed: 3)
    let picture = randomTensor([1, 3, 43, 50], seed: 71)
    let logits = try model.classifier.logits(of: picture, on: workers)
    for index in 0..<5 {
      func map(_ classifier: any Classifier) throws -> AttributionMap {
        try OcclusionProbe(classifier: classifier, side: 10, stride: 7, batchSize: 6)
          .attribution(in: picture, name: "p", for: index, on: workers)
      }
      let (one, all) = (try map(model.classifier), try map(FullPasses(network: model.classifier)))
      let scale = logits.elements.map(abs).max() ?? 0
      #expect(abs(one.logit - logits[0, index]) <= 1e-5 * scale)
      for (found, expected) in zip(one.values, all.values) { #expect(abs(found - expected) <= 1e-5 * scale) }
      let greatest = all.values.map(abs).max() ?? 0
      #expect(one.values.count == 43 * 50 && greatest > 1e-3 * scale, "a flat map proves nothing")
    }
  }

  @Test func aClassTheNetworkDoesNotHaveIsRefused() throws {
    for classifier in [network, FullPasses(network: network)] as [any Classifier] {
      #expect(throws: ModelError.classOutOfRange(index: 3, count: 3, model: "local")) {
        _ = try OcclusionProbe(classifier: classifier).attribution(
          in: picture, name: "p", for: 3, on: workers)
      }
    }
  }

  @Test func progressEndsAtTheNumberOfSquares() throws {
    let probe = try OcclusionProbe(classifier: network, side: 6, stride: 4, batchSize: 5)
    var steps: [Int] = []
    _ = try probe.attribution(in: picture, name: "p", for: 0, on: workers) {
      #expect($1 == 16)
      steps.append($0)
    }
    #expect(steps == [5, 10, 15, 16] && probe.squareCount(height: 15, width: 18) == 16)
  }

  @Test func squaresThatLeaveGapsAreRefused() throws {
    #expect(throws: ProbeError.occluder(side: 4, stride: 5)) {
      _ = try OcclusionProbe(classifier: network, side: 4, stride: 5)
    }
    #expect(throws: ProbeError.occluder(side: 0, stride: 0)) {
      _ = try OcclusionProbe(classifier: network, side: 0, stride: 0)
    }
  }
}
