import Foundation
import Testing

@testable import Layers
@testable import Tensors

/// What PyTorch computed for layers that mix the channels of one cell: `Golden/cells.json`.
struct CellGolden: Decodable {
  let cellNormalisation, channelSoftmax: [Golden.Case<Golden.None>]

  static let cells: CellGolden = {
    do {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/cells.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(CellGolden.self, from: Data(contentsOf: file))
    } catch {
      print("Golden/cells.json cannot be read: \(error); run make_cells.py")
      preconditionFailure("no golden numbers")
    }
  }()
}

/// Expects that a cell's output has the same bits wherever it lies and whatever lies beside it.
func expectCellsStandAlone(_ layer: some Layer, sourceLocation: SourceLocation = #_sourceLocation) {
  let (channels, rows, columns) = (7, 19, 23)
  let pass = Pass(workers: Workers(count: 2), wanted: [])
  var input = randomTensor([2, channels, rows, columns], seed: 5)
  input.scale(by: 9)
  let whole = layer.forward([input], pass)
  for (row, column, height, width) in [
    (0, 0, 1, 1), (3, 5, 4, 3), (18, 22, 1, 1), (2, 0, 9, 23), (7, 11, 12, 12),
  ] {
    var crop = Tensor(zeros: [1, channels, height, width])
    for channel in 0..<channels {
      for y in 0..<height {
        for x in 0..<width { crop[0, channel, y, x] = input[1, channel, row + y, column + x] }
      }
    }
    let part = layer.forward([crop], pass)
    for channel in 0..<channels {
      for y in 0..<height {
        for x in 0..<width {
          #expect(
            part[0, channel, y, x].bitPattern == whole[1, channel, row + y, column + x].bitPattern,
            sourceLocation: sourceLocation)
        }
      }
    }
  }
}

@Suite("Cell normalisation")
struct CellNormalisationTests {
  @Test(arguments: CellGolden.cells.cellNormalisation)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(CellNormalisation(), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 4, 2, 3], seed: 1)], step: 0.01, tolerance: 1e-3) {
      _ in CellNormalisation()
    }
  }

  @Test func strongCellsGetLengthOneAndWeakOnesStayWeak() {
    let strong = Tensor([300, -400], shape: [1, 2, 1, 1])
    expectClose(
      CellNormalisation().forward([strong], everything), Tensor([0.6, -0.8], shape: [1, 2, 1, 1]), "strong",
      tolerance: 1e-5)
    let weak = Tensor([0.003, -0.004], shape: [1, 2, 1, 1])
    expectClose(CellNormalisation().forward([weak], everything), weak, "weak", tolerance: 1e-6)
  }

  @Test func aCellsBitsDoNotDependOnItsPlace() { expectCellsStandAlone(CellNormalisation()) }

  @Test func seesOnePixelAndRefusesWhatIsNoMap() {
    #expect(CellNormalisation().window == .pixel && CellNormalisation().parameters.isEmpty)
    #expect(throws: LayerError.self) { try CellNormalisation().outputShape(for: [[2, 3]]) }
  }
}
