import Testing

@testable import Layers
@testable import Tensors

@Suite("Gram matrix")
struct GramMatrixTests {
  /// Maps within a block of work and over several, with channels likewise.
  @Test(arguments: [[3, 4, 5], [40, 6, 7], [5, 70, 61]])
  func isTheMeanOfProductsOfChannels(size: [Int]) {
    let (channels, cells) = (size[0], size[1] * size[2])
    let features = randomTensor([1, size[0], size[1], size[2]], seed: 2)
    let values = features.elements
    let found = GramMatrix(features, on: Workers(count: 2)).values
    var expected: [Float] = []
    for a in 0..<channels {
      for b in 0..<channels {
        let sum = (0..<cells).reduce(0.0) {
          $0 + Double(values[a * cells + $1]) * Double(values[b * cells + $1])
        }
        expected.append(Float(sum / Double(cells)))
      }
    }
    expectClose(found, Tensor(expected, shape: [channels, channels]), "Gram matrix", tolerance: 1e-6)
    #expect(GramMatrix(features, on: Workers(count: 1)).values == found)
  }

  @Test(arguments: [[3, 4, 5], [40, 5, 4], [2, 70, 61]])
  func itsDistanceHasTheGradientOfDifferences(size: [Int]) {
    let shape: Shape = [1, size[0], size[1], size[2]]
    let features = randomTensor(shape, seed: 3)
    let target = GramMatrix(randomTensor(shape, seed: 4), on: Workers(count: 1))
    func distance(_ features: Tensor) -> Double {
      GramMatrix.distance(of: features, to: target, scale: 0.7, on: Workers(count: 1)).value
    }
    let found = GramMatrix.distance(of: features, to: target, scale: 0.7, on: Workers(count: 2))
    let own = GramMatrix(features, on: Workers(count: 1))
    let squares = zip(own.values.elements, target.values.elements).reduce(0.0) {
      $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
    }
    #expect(abs(found.value - squares / 0.7) <= 1e-6 * squares)
    // Along a direction the distance is a polynomial of degree four; differences at ±h and ±2h give its slope exactly.
    let direction = randomTensor(shape, seed: 5)
    func moved(_ step: Float) -> Double {
      var other = features
      var way = direction
      way.scale(by: step)
      other.add(way, on: Workers(count: 1))
      return distance(other)
    }
    let slope = (8 * (moved(0.25) - moved(-0.25)) - (moved(0.5) - moved(-0.5))) / 3
    let expected = zip(found.gradient.elements, direction.elements).reduce(0.0) {
      $0 + Double($1.0) * Double($1.1)
    }
    #expect(abs(slope - expected) <= 1e-4 * max(abs(slope), found.value))
    let alone = GramMatrix.distance(of: features, to: target, scale: 0.7, on: Workers(count: 1))
    #expect(alone.value == found.value && alone.gradient == found.gradient)
  }

  @Test func itsDistanceToItselfIsZero() {
    let features = randomTensor([1, 6, 9, 9], seed: 7)
    let own = GramMatrix(features, on: Workers(count: 1))
    let found = GramMatrix.distance(of: features, to: own, scale: own.squaredNorm, on: Workers(count: 1))
    #expect(found.value == 0 && found.gradient.elements.allSatisfy { $0 == 0 })
  }
}
