import Adversary
import Imaging
import Layers
import Models
import Tensors
import TestSupport
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

  @Test func linesOrNothingLeaveTheColoursAsTheyAre() throws {
    // A cell sees columns 0…5 of 8; light on the left, dark on the right.
    let map = map(
      cells: [1], rows: 1, columns: 1, field: ReceptiveField(size: 6, stride: 8, offset: 0))
    var picture = Tensor(repeating: 0.9, shape: [1, 3, 6, 8])
    for place in 0..<3 * 6 * 8 where place % 8 > 3 {
      picture[0, place / 48, place / 8 % 6, place % 8] = 0.1
    }
    let scale = SignedColourScale(limit: 2)
    let colour = scale.colour(of: 1)
    for overlay in [HeatmapRendering.Overlay.none, .edges] {
      let rendering = HeatmapRendering(scale: scale, overlay: overlay, enlargement: 4)
      let pixels = try rendering.pixels(of: map, over: picture)
      #expect(pixels.shape == [3, 24, 32])
      var dark: Set<Int> = []
      for place in 0..<24 * 32 {
        let (row, column) = place.quotientAndRemainder(dividingBy: 32)
        let expected = column < 24 ? colour : SIMD3(repeating: 0.85)
        let share = pixels[0, row, column] / expected[0]
        for channel in 0..<3 {
          #expect(abs(pixels[channel, row, column] - share * expected[channel]) < 1e-5)
        }
        #expect(abs(share - 1) < 1e-5 || abs(share - 0.25) < 1e-5)
        if share < 0.5 { dark.insert(column) }
      }
      // The line stands where light turns to dark, at column 16 of 32.
      #expect(overlay == .none ? dark.isEmpty : !dark.isEmpty && dark.isSubset(of: [15, 16]))
    }
  }

  @Test func aSheetPutsPanelsSideBySideOverTheScalesBar() {
    let scale = SignedColourScale(limit: 3)
    let panels = [(20, 10), (30, 40)].map { Picture(width: $0, height: $1, red: 1, green: 2, blue: 3) }
    let sheet = HeatmapSheet(panels, scale: scale).picture
    #expect(sheet.width == 480 && sheet.height == 40 + 3 * 16 + 28)
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { (0..<3).map { sheet[x: x, y: y, channel: $0] } }
    #expect(pixel(16, 16) == [1, 2, 3] && pixel(35, 25) == [1, 2, 3] && pixel(35, 26) == [240, 240, 240])
    #expect(pixel(52, 16) == [1, 2, 3] && pixel(81, 55) == [1, 2, 3] && pixel(82, 55) == [240, 240, 240])
    // The bar from full blue over near white to full orange, with a mark under each.
    #expect(pixel(16, 72) == [0, 90, 181] && pixel(463, 91) == [230, 97, 0])
    #expect(pixel(239, 80).allSatisfy { $0 > 250 } && pixel(240, 80).allSatisfy { $0 > 250 })
    #expect(
      pixel(16, 95) == [60, 60, 60] && pixel(463, 95) == [60, 60, 60] && pixel(239, 95) == [60, 60, 60])
  }
}
