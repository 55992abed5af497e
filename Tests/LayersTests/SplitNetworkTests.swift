import Testing

@testable import Layers
@testable import Tensors

@Suite("Split network")
struct SplitNetworkTests {
  /// 3×3, then residual 1×1 blocks, as a BagNet ends.
  private func network() -> Network {
    var network = Network()
    var value = network.append("stem", convolution(8, 3, 3, seed: 1), .input)
    let short = network.append("short", convolution(8, 8, 1, seed: 2), value)
    value = network.append("main", convolution(8, 8, 1, seed: 3), value)
    value = network.append("add", Add(), value, short)
    let block = network.append("relu", Clip.relu, value)
    value = network.append("inner", convolution(5, 8, 1, seed: 4, clip: .relu), block)
    var last = convolution(8, 5, 1, seed: 5, clip: .relu)
    last.addsShortcut = true
    value = network.append("last", last, value, block)
    network.append("classes", convolution(10, 8, 1, seed: 6), value)
    return network
  }

  private func convolution(
    _ outputs: Int, _ inputs: Int, _ kernel: Int, seed: UInt64, clip: Clip? = nil
  ) -> Convolution {
    Convolution(
      weight: randomTensor([outputs, inputs, kernel, kernel], seed: seed),
      bias: randomTensor([outputs], seed: seed + 20), geometry: Window(kernel: kernel), clip: clip)
  }

  @Test func theTailIsAsLongAsItCanBe() throws {
    let parts = try #require(network().splitBeforePointwiseTail())
    #expect(parts.head.nodes.map(\.name) == ["stem"])
    #expect(
      parts.tail.nodes.map(\.name) == ["short", "main", "add", "relu", "inner", "last", "classes"])
  }

  @Test func aLayerThatMixesCellsEndsTheTail() throws {
    var pooled = network()
    pooled.append("pool", GlobalAveragePool(), pooled.output)
    #expect(pooled.splitBeforePointwiseTail() == nil)
    var windowed = network()
    windowed.append("late", convolution(4, 10, 2, seed: 9), windowed.output)
    windowed.append("end", convolution(3, 4, 1, seed: 10), windowed.output)
    #expect(windowed.splitBeforePointwiseTail()?.tail.nodes.map(\.name) == ["end"])
  }

  /// Maps of 9 cells in a batch are joined, large ones and single ones are not; none may be seen in the result.
  @Test(arguments: [[7, 3, 5, 5], [3, 3, 8, 9], [1, 3, 5, 5], [2, 3, 20, 11]])
  func givesTheWholeNetworksBytes(shape: [Int]) throws {
    let whole = network()
    let split = SplitNetwork(whole)
    let input = randomTensor(Shape(shape), seed: 31)
    for threads in 1...2 {
      let workers = Workers(count: threads)
      let expected = try whole.recordingForward(input, Pass(workers: workers, wanted: .inputs))
      let found = try split.recordingForward(input, on: workers)
      #expect(found.output == expected.output)
      #expect(try split.forward(input, on: workers) == expected.output)
      let gradient = randomTensor(expected.output.shape, seed: 32)
      #expect(found.pullback(gradient).input == expected.pullback(gradient).input)
    }
  }
}
