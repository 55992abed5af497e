import Adversary
import Layers
import Models
import Tensors
import Testing

@testable import Probes

@Suite struct HeatmapProbeTests {
  let workers = Workers(count: 1)
  let network = LocalLinearClassifier(classes: 3, size: 5, stride: 4)
  let picture = randomTensor([1, 3, 15, 18], seed: 70)

  @Test func meanOfTheMapIsTheLogit() throws {
    let map = try HeatmapProbe(classifier: network)
      .evidence(in: picture, name: "p", for: 2, on: workers)
    #expect(map.rows == 3 && map.columns == 4 && map.cells.count == 12)
    let logit = try network.logits(of: picture, on: workers)[0, 2]
    #expect(map.logit == logit)
    #expect(abs(map.meanOfCells - Double(logit)) < 1e-6)
    #expect(map.receptiveField == network.receptiveField)
  }

  @Test func refusesAMapThatDoesNotAddUp() throws {
    var liar = network
    liar.lie = 0.01
    #expect(throws: ProbeError.self) {
      _ = try HeatmapProbe(classifier: liar).evidence(in: picture, name: "p", for: 2, on: workers)
    }
  }

  @Test func denseMapIsTheLogitOfEveryWholeSquare() throws {
    var passes = 0
    let map = try HeatmapProbe(classifier: network)
      .denseEvidence(in: picture, name: "p", for: 1, on: workers) { done, total in
        passes += 1
        #expect(done == passes && total == 1)
      }
    #expect(passes == 1)
    #expect(map.rows == 11 && map.columns == 14)
    #expect(map.receptiveField == ReceptiveField(size: 5, stride: 1, offset: 0))
    for row in 0..<11 {
      for column in 0..<14 {
        var square = Tensor(zeros: [1, 3, 5, 5])
        for place in 0..<75 {
          let (channel, i, j) = (place / 25, place / 5 % 5, place % 5)
          square[0, channel, i, j] = picture[0, channel, row + i, column + j]
        }
        let logit = try network.logits(of: square, on: workers)[0, 1]
        #expect(abs(map.cells[row * 14 + column] - logit) < 1e-5)
      }
    }
    let coarse = try HeatmapProbe(classifier: network)
      .evidence(in: picture, name: "p", for: 1, on: workers)
    #expect(coarse.cells[5] == map.cells[4 * 14 + 4])
  }

  @Test func paddedMapHasThePicturesSizeAndEveryCellSeesTheMeanColourBesideIt() throws {
    var network = network
    network.card.preprocessing.mean = [0.2, 0.5, 0.9]
    let probe = HeatmapProbe(classifier: network)
    let map = try probe.denseEvidence(in: picture, name: "p", for: 1, padded: true, on: workers)
    #expect(map.rows == 15 && map.columns == 18)
    #expect(map.receptiveField == ReceptiveField(size: 5, stride: 1, offset: -2))
    for (row, column) in [(0, 0), (0, 17), (7, 1), (14, 17), (6, 6)] {
      var square = Tensor(zeros: [1, 3, 5, 5])
      for place in 0..<75 {
        let (channel, i, j) = (place / 25, row + place / 5 % 5 - 2, column + place % 5 - 2)
        let isInside = (0..<15).contains(i) && (0..<18).contains(j)
        square[0, channel, place / 5 % 5, place % 5] =
          isInside ? picture[0, channel, i, j] : [0.2, 0.5, 0.9][channel]
      }
      let logit = try network.logits(of: square, on: workers)[0, 1]
      #expect(abs(map.cells[row * 18 + column] - logit) < 1e-5)
    }
    let bare = try probe.denseEvidence(in: picture, name: "p", for: 1, on: workers)
    #expect(map.cells[7 * 18 + 9] == bare.cells[5 * 14 + 7] && map.logit == bare.logit)
  }

  @Test func denseMapOfAPictureOfOneFieldHasOneCell() throws {
    let small = randomTensor([1, 3, 5, 6], seed: 71)
    let map = try HeatmapProbe(classifier: network)
      .denseEvidence(in: small, name: "p", for: 0, on: workers)
    #expect(map.rows == 1 && map.columns == 2)
    #expect(throws: ProbeError.pictureTooSmall(height: 4, width: 6, receptiveField: 5)) {
      _ = try HeatmapProbe(classifier: network)
        .denseEvidence(in: Tensor(zeros: [1, 3, 4, 6]), name: "p", for: 0, on: workers)
    }
    #expect(throws: ModelError.classOutOfRange(index: 9, count: 3, model: "local")) {
      _ = try HeatmapProbe(classifier: network).evidence(in: small, name: "p", for: 9, on: workers)
    }
    #expect(throws: ProbeError.self) {
      _ = try HeatmapProbe(classifier: network)
        .evidence(in: Tensor(zeros: [2, 3, 9, 9]), name: "p", for: 0, on: workers)
    }
  }

  @Test func gradientTimesInputOfALinearNetworkAddsUpToTheLogit() throws {
    let map = try AttributionProbe(classifier: network)
      .attribution(in: picture, name: "p", for: 1, method: .gradientTimesInput, on: workers).map
    let logit = try network.logits(of: picture, on: workers)[0, 1]
    #expect(map.rows == 15 && map.columns == 18)
    #expect(abs(map.values.reduce(0, +) - logit) < 1e-4)
    // The last columns and rows are never seen.
    #expect(map.values[17] == 0 && map.values[14 * 18] == 0)
  }

  @Test func saliencyIsTheGreatestGradient() throws {
    let map = try AttributionProbe(classifier: network)
      .attribution(in: picture, name: "p", for: 1, method: .saliency, on: workers).map
    for (row, column) in [(0, 0), (4, 4), (7, 9)] {
      let slopes = try (0..<3).map { channel in
        var up = picture
        up[0, channel, row, column] += 1
        return try network.logits(of: up, on: workers)[0, 1] - network.logits(of: picture, on: workers)[0, 1]
      }
      let greatest = slopes.map { abs($0) }.max() ?? 0
      #expect(abs(map.values[row * 18 + column] - greatest) < 1e-5)
    }
  }
}

@Suite struct HeatmapRenderingTests {
  func map(cells: [Float], rows: Int, columns: Int, field: ReceptiveField) -> EvidenceMap {
    EvidenceMap(
      model: "m", image: "i", classIndex: 0, logit: 0, cells: cells, rows: rows, columns: columns,
      receptiveField: field)
  }

  @Test func pixelsBelongToTheNearestFieldCentre() {
    // Fields 0…8 and 8…16: centres 4 and 12, pixels 17 on unseen.
    let map = map(
      cells: [1, 2], rows: 1, columns: 2, field: ReceptiveField(size: 9, stride: 8, offset: 0))
    let rendering = HeatmapRendering(scale: SignedColourScale(limit: 2))
    let row = rendering.values(of: map, height: 1, width: 20)
    #expect(row[0..<8].allSatisfy { $0 == 1 })
    #expect(row[8..<17].allSatisfy { $0 == 2 })
    #expect(row[17...].allSatisfy { $0.isNaN })
  }

  @Test func bilinearPassesThroughTheCentres() {
    let map = map(
      cells: [1, 3, 5, 7], rows: 2, columns: 2, field: ReceptiveField(size: 9, stride: 8, offset: 0))
    let rendering = HeatmapRendering(scale: SignedColourScale(limit: 2), upsampling: .bilinear)
    let values = rendering.values(of: map, height: 17, width: 17)
    #expect(values[4 * 17 + 4] == 1 && values[12 * 17 + 12] == 7)
    #expect(values[8 * 17 + 8] == 4 && values[4 * 17 + 6] == 1.5)
    #expect(values[0] == 1 && values[16 * 17 + 16] == 7)
  }

  @Test func coloursSaySignAndSize() {
    let scale = SignedColourScale(limit: 2)
    #expect(scale.colour(of: 0) == SIMD3(1, 1, 1))
    #expect(scale.colour(of: 5) == SignedColourScale.inFavour)
    #expect(scale.colour(of: -2) == SignedColourScale.against)
    #expect(scale.colour(of: 1).x > scale.colour(of: 1).z)
    #expect(SignedColourScale(sharedBy: [[1, -4], [2, 3]], quantile: 1).limit == 4)
    #expect(SignedColourScale(sharedBy: [[0, 0]]).limit == 1)
    #expect(SignedColourScale(sharedBy: []).limit == 1)
  }

  @Test func unseenPixelsShowTheGreyPictureAlone() throws {
    let map = map(
      cells: [2], rows: 1, columns: 1, field: ReceptiveField(size: 2, stride: 8, offset: 0))
    let picture = Tensor(repeating: 0.5, shape: [1, 3, 2, 3])
    let rendering = HeatmapRendering(scale: SignedColourScale(limit: 2), pictureStrength: 1)
    let pixels = try rendering.pixels(of: map, over: picture)
    #expect(pixels.shape == [3, 2, 3])
    for channel in 0..<3 {
      #expect(abs(pixels[channel, 0, 2] - 0.5) < 1e-6)
      #expect(abs(pixels[channel, 0, 0] - 0.5 * SignedColourScale.inFavour[channel]) < 1e-6)
    }
    #expect(throws: ProbeError.self) {
      _ = try rendering.pixels(of: map, over: Tensor(zeros: [3, 2, 3]))
    }
  }
}
