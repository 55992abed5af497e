import Adversary
import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

@Suite struct PlaceSearchTests {
  let workers = Workers(count: 1)
  let network = LocalLinearClassifier(classes: 3, size: 4, stride: 2)
  let pictures = RandomPictures(labels: (0..<9).map { $0 % 3 }, side: 12, broken: [5])

  func sticker(seed: UInt64 = 60, mask: StickerMask = .square) throws -> Sticker {
    try Sticker(colours: randomTensor([3, 5, 5], seed: seed), mask: mask).quantised()
  }

  func photographs() throws -> [Sticker] { try (0..<2).map { try sticker(seed: 90 + UInt64($0)) } }

  /// The logits with the sticker at (x, y), by a full pass.
  func logits(_ sticker: Sticker, on picture: Tensor, x: Int, y: Int) throws -> [Float] {
    let stuck = try StickerTransformation(placements: [StickerPlacement(x: Double(x), y: Double(y))])
      .place([sticker], on: picture, workers: workers)
    return try network.logits(of: stuck, on: workers).elements
  }

  func margin(_ logits: [Float], target: Int?, label: Int) -> Float {
    let goal = target ?? label
    let other = logits.indices.filter { $0 != goal }.map { logits[$0] }.max() ?? 0
    return target == nil ? other - logits[goal] : logits[goal] - other
  }

  @Test(arguments: [1, 2, 3], [0, nil])
  func everyPlaceIsAFullPassOfItsOwn(stride: Int, target: Int?) throws {
    let picture = try pictures.image(1)
    let sticker = try sticker()
    for classifier in [network, FullPasses(network: network)] as [any Classifier] {
      let search = PlaceSearch(classifier: classifier, target: target, stride: stride, batchSize: 5)
      let clean = try classifier.cleanImages(of: picture, on: workers)
      let answers = try search.answers(
        with: sticker, on: picture, label: 1, clean: clean[0], name: "p", workers: workers)
      let places = Array(Swift.stride(from: 0, through: 7, by: stride))
      #expect(answers.grid.rows == places.count && answers.grid.columns == places.count)
      var best = (place: 0, margin: -Float.infinity)
      for place in 0..<answers.grid.count {
        let (x, y) = (places[place % places.count], places[place / places.count])
        #expect(answers.grid.placement(place) == StickerPlacement(x: Double(x), y: Double(y)))
        let alone = try logits(sticker, on: picture, x: x, y: y)
        #expect(answers.predictions[place] == alone.indices.max { alone[$0] < alone[$1] })
        let expected = margin(alone, target: target, label: 1)
        #expect(abs(answers.margins[place] - expected) < 1e-5)
        if expected > best.margin { best = (place, expected) }
      }
      #expect(answers.worst == best.place)
    }
  }

  /// So that a run can tell what it costs before it begins.
  @Test func theNumberOfPlacesIsToldBeforeTheNetworkIsAsked() throws {
    let probe = try StickerProbe(
      classifier: FullPasses(network: network), sticker: sticker(), photographs: photographs(), target: nil,
      positions: .worst(stride: 2, scale: 1))
    #expect(throws: Stop.self) {
      _ = try probe.run(
        on: pictures, workers: workers,
        searching: { done, places in
          #expect(done == 0 && places == 16)
          throw Stop()
        })
    }
    #expect(throws: Stop.self) {
      _ = try probe.placeMap(
        on: pictures, stride: 2, workers: workers,
        searching: { done, places in
          #expect(done == 0 && places == 48)
          throw Stop()
        })
    }
    #expect(network.passes.count == 0)
  }

  @Test func theGridBeginsAtTheVisiblePartsEdge() throws {
    let alpha = Tensor(
      (0..<25).map { (1...3).contains($0 % 5) && (2...3).contains($0 / 5) ? 1 : 0 }, shape: [5, 5])
    let small = try Sticker(colours: randomTensor([3, 5, 5], seed: 1), alpha: alpha)
    let grid = try PlacementGrid(of: small, stride: 4, imageHeight: 12, imageWidth: 12)
    #expect(grid.rows == 3 && grid.columns == 3)
    #expect(grid.placement(0) == StickerPlacement(x: -1, y: -2))
    #expect(grid.placement(5) == StickerPlacement(x: 7, y: 2))
    let all = StickerTransformation(placements: (0..<9).map(grid.placement))
      .rectangles(of: small, height: 12, width: 12)
    #expect(all[5] == PixelRectangle(top: 4, left: 8, height: 2, width: 3))
    #expect(all.allSatisfy { $0.height == 2 && $0.width == 3 })
    #expect(throws: AdversaryError.self) {
      _ = try PlacementGrid(of: small, stride: 0, imageHeight: 12, imageWidth: 12)
    }
    #expect(throws: AdversaryError.self) {
      _ = try PlacementGrid(of: small, scale: 5, stride: 1, imageHeight: 12, imageWidth: 12)
    }
  }

  @Test(arguments: [1, nil]) func theWorstPlaceIsTheControlsPlaceToo(target: Int?) throws {
    let sticker = try sticker(mask: .circle)
    let probe = try StickerProbe(
      classifier: network, sticker: sticker, photographs: photographs(), target: target,
      positions: .worst(stride: 2, scale: 1), batchSize: 2)
    var searched = 0
    let result = try probe.run(
      on: pictures, workers: workers,
      searching: { done, places in
        #expect(places == 16)
        searched += done == places ? 1 : 0
      })
    #expect(searched == 8 && result.answers.count == 8)
    for answer in result.answers {
      let index = Int(answer.image.dropFirst(7)) ?? -1
      let picture = try pictures.image(index)
      let places = stride(from: 0, through: 7, by: 2).flatMap { y in
        stride(from: 0, through: 7, by: 2).map { (x: $0, y: y) }
      }
      let margins = try places.map {
        margin(try logits(sticker, on: picture, x: $0.x, y: $0.y), target: target, label: answer.label)
      }
      let best = margins.indices.reduce(0) { margins[$1] > margins[$0] ? $1 : $0 }
      #expect(Int(answer.x) == places[best].x && Int(answer.y) == places[best].y)
      let stickers = [sticker, probe.noise(for: index), probe.photographs[index % 2]]
      let predictions = try stickers.map {
        let logits = try logits($0, on: picture, x: places[best].x, y: places[best].y)
        return logits.indices.max { logits[$0] < logits[$1] }
      }
      #expect(predictions == [answer.sticker, answer.noise, answer.photo])
    }
  }

  @Test(arguments: [2, nil]) func theMapCountsEveryPictureAtEveryPlace(target: Int?) throws {
    let sticker = try sticker()
    let probe = try StickerProbe(
      classifier: network, sticker: sticker, photographs: photographs(), target: target)
    var last = (0, 0)
    var committed: [PlaceAnswer] = []
    let result = try probe.placeMap(
      on: pictures, stride: 3, workers: workers, commit: { committed += $0.answers },
      searching: { last = ($0, $1) })
    let asked = (0..<9).filter { $0 % 3 != target && $0 != 5 }
    #expect(result.images == asked.count && last == (27, 27) && committed == result.answers)
    #expect(result.skipped.map(\.image) == (target == 2 ? [] : ["picture5"]))
    #expect(result.rows == 3 && result.columns == 3 && result.trials == 9 * asked.count)
    var counts = Array(repeating: Array(repeating: 0, count: 9), count: 3)
    var (clean, stuck) = (0, 0)
    for index in asked {
      let picture = try pictures.image(index)
      let bare = try network.logits(of: picture, on: workers).elements
      clean += bare.indices.max { bare[$0] < bare[$1] } == index % 3 ? 1 : 0
      let stickers = [sticker, probe.noise(for: index), probe.photographs[index % 2]]
      for (control, sticker) in stickers.enumerated() {
        for place in 0..<9 {
          let logits = try logits(sticker, on: picture, x: place % 3 * 3, y: place / 3 * 3)
          let prediction = logits.indices.max { logits[$0] < logits[$1] } ?? -1
          let isSuccess = target.map { prediction == $0 } ?? (prediction != index % 3)
          counts[control][place] += isSuccess ? 1 : 0
          if control == 0, prediction == index % 3 { stuck += 1 }
        }
      }
    }
    #expect(counts == [result.successes, result.noiseSuccesses, result.photoSuccesses])
    #expect(result.cleanCorrect == clean && result.stickerCorrect == stuck)
    #expect(result.question == PlaceQuestion(stride: 3, width: 5, height: 5))
    let drawn = PlaceRendering().pixels(of: result)
    #expect(drawn.shape == [3, 3, 3])
    let share = Float(result.successes[4]) / Float(asked.count)
    #expect(abs(drawn[2, 1, 1] - (1 - share)) < 1e-6)
  }

  @Test func anInterruptedMapGoesOnToTheSameEnd() throws {
    let probe = try StickerProbe(
      classifier: network, sticker: sticker(), photographs: photographs(), target: 2)
    let whole = try probe.placeMap(on: pictures, stride: 3, workers: workers)
    let half = PlaceResult(
      model: whole.model, target: 2, question: whole.question, answers: Array(whole.answers.prefix(2)))
    var fresh: [String] = []
    let resumed = try probe.placeMap(
      on: pictures, stride: 3, after: half, workers: workers,
      commit: { fresh += $0.answers.map(\.image) })
    #expect(resumed == whole && fresh == whole.answers.dropFirst(2).map(\.image))
    #expect(throws: AdversaryError.self) {
      _ = try probe.placeMap(on: pictures, stride: 2, after: half, workers: workers)
    }
  }

  @Test func aMapWithoutPicturesIsRefused() throws {
    let probe = try StickerProbe(
      classifier: network, sticker: sticker(), photographs: photographs(), target: 0)
    #expect(throws: AdversaryError.noImages(found: 2, ofTarget: 2)) {
      _ = try probe.placeMap(
        on: RandomPictures(labels: [0, 0], side: 12), stride: 4, workers: workers)
    }
    #expect(throws: AdversaryError.noReadableImages(count: 1, reason: "picture 0 is broken")) {
      _ = try probe.placeMap(
        on: RandomPictures(labels: [1], side: 12, broken: [0]), stride: 4, workers: workers)
    }
  }
}
