import Testing

@testable import Tensors

@Suite("Tensor")
struct TensorTests {
  private let counting = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])

  @Test func shapeCountsItsElements() {
    #expect(Shape([2, 3, 4]).count == 24)
    #expect(Shape([]).count == 1)
    #expect(Shape([5, 0, 2]).count == 0)
    #expect(Shape([2, 3]).rank == 2)
    #expect(Shape([8, 3, 224, 224]).description == "[8, 3, 224, 224]")
  }

  @Test func elementsStandInRowMajorOrder() {
    for plane in 0..<2 {
      for row in 0..<3 {
        for column in 0..<4 {
          #expect(counting[plane, row, column] == Float(plane * 12 + row * 4 + column))
        }
      }
    }
  }

  @Test func writingToACopyLeavesTheOriginal() {
    var copy = counting
    copy[1, 2, 3] = -1
    #expect(counting[1, 2, 3] == 23)
    #expect(copy[1, 2, 3] == -1)
    #expect(copy.elements.dropLast() == counting.elements.dropLast())
  }

  @Test func writingToAReshapedTensorLeavesTheOriginal() {
    var flat = counting.reshaped(to: [24])
    flat.withUnsafeMutableBuffer { $0[0] = 99 }
    #expect(flat[0] == 99)
    #expect(counting[0, 0, 0] == 0)
  }

  @Test func aLoneHolderWritesInPlace() {
    var tensor = Tensor(zeros: [4])
    let before = tensor.withUnsafeBuffer { $0.baseAddress }
    tensor[2] = 5
    #expect(tensor.withUnsafeBuffer { $0.baseAddress } == before)
    let copy = tensor
    tensor[2] = 6
    #expect(tensor.withUnsafeBuffer { $0.baseAddress } != before)
    #expect(copy[2] == 5)
  }

  @Test func memoryIsAlignedForVectors() {
    for count in [1, 3, 17, 1000] {
      let address = Tensor(zeros: [count]).withUnsafeBuffer { UInt(bitPattern: $0.baseAddress) }
      #expect(address % 64 == 0)
    }
  }

  @Test func sliceTakesEntriesOfTheFirstDimension() {
    let tensor = Tensor((0..<30).map(Float.init), shape: [5, 2, 3])
    let part = tensor.slice(1..<3)
    #expect(part == Tensor((6..<18).map(Float.init), shape: [2, 2, 3]))
    #expect(tensor.slice(0..<5) == tensor)
    #expect(tensor.slice(2..<2).shape == [0, 2, 3])
    #expect(Tensor(zeros: [0, 3]).slice(0..<0).shape == [0, 3])
  }

  @Test func stackingIsUndoneBySlicing() {
    let parts = (0..<3).map { Tensor(repeating: Float($0), shape: [2, 2]) }
    let stacked = Tensor(stacking: parts)
    #expect(stacked.shape == [3, 2, 2])
    for (index, part) in parts.enumerated() {
      #expect(stacked.slice(index..<index + 1).reshaped(to: [2, 2]) == part)
    }
  }

  @Test func equalityNeedsShapeAndElements() {
    #expect(counting == Tensor(counting.elements, shape: [2, 3, 4]))
    #expect(counting != counting.reshaped(to: [4, 6]))
    var other = counting
    other[0, 0, 1] = 1.5
    #expect(counting != other)
  }

  @Test func mapChangesEachElement() {
    #expect(counting.map { 2 * $0 + 1 }.elements == counting.elements.map { 2 * $0 + 1 })
    #expect(counting.map { -$0 }.shape == counting.shape)
  }

  @Test func aBodyThatThrowsPassesItsErrorOn() {
    struct Stop: Error {}
    #expect(throws: Stop.self) { try counting.withUnsafeBuffer { _ in throw Stop() } }
    #expect(throws: Stop.self) { try Tensor(uninitialized: [2]) { _ in throw Stop() } }
  }
}
