import Foundation
import Layers
import Models
import TestSupport
import Testing

@testable import Tensors
@testable import Training

@Suite("Bag of features")
struct BagOfFeaturesTests {
  private let workers = Workers(count: 2)

  /// Patches of made pictures: slopes of every direction and colour, with some noise.
  static func patches(_ count: Int, side: Int, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<count).flatMap { _ -> [Float] in
      let (across, down) = (generator.uniform(in: -0.3...0.3), generator.uniform(in: -0.3...0.3))
      let colour = (0..<3).map { _ in generator.uniform(in: -1...1) }
      let base = generator.uniform(in: -1...1)
      return (0..<3 * side * side).map { index -> Float in
        let (row, column) = (index % (side * side) / side, index % side)
        return base + colour[index / (side * side)]
          * (across * Float(column) + down * Float(row) + 0.2 * generator.uniform(in: -1...1))
      }
    }
    return Tensor(values, shape: [count, 3 * side * side])
  }

  static func vocabulary(
    side: Int = 6, words: Int = 24, threads: Int = 2, seed: UInt64 = 1
  ) throws -> VisualVocabulary {
    var settings = VisualVocabulary.Settings()
    settings.patch = side
    settings.components = 10
    settings.words = words
    settings.iterations = 8
    return try VisualVocabulary(
      patches: patches(3000, side: side, seed: 11), settings: settings, seed: seed,
      workers: Workers(count: threads))
  }

  /// A trained vocabulary under a random decision of four classes.
  static func classifier(side: Int = 6, sharpness: Double = 0.4) throws -> LoadedModel {
    var generator = SeededGenerator(seed: 20)
    let decision = Tensor(normal: 2, shape: [4, 24], using: &generator)
    var parameters = try vocabulary(side: side).parameters(
      sharpness: sharpness,
      decision: SoftmaxRegression(
        Tensor(zeros: [2, 24]), labels: [0, 1], classes: 2, penalty: 1, workers: Workers(count: 1)))
    parameters["fc.weight"] = decision
    parameters["fc.bias"] = Tensor([0.1, -0.2, 0.3, 0], shape: [4])
    let card = ModelCard(
      name: "words", architecture: "bag_of_features", classes: ["a", "b", "c", "d"],
      preprocessing: Preprocessing(mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]))
    return try LoadedModel(card: card, parameters: parameters, weightsPath: "")
  }

  private func picture(_ name: String, _ height: Int = 40, _ width: Int = 34) -> Tensor {
    Tensor(
      formulaNumbers(name, 3 * height * width).map { Float($0) }, shape: [1, 3, height, width])
  }

  // MARK: Architecture

  @Test func shapesAreReadFromTheTensors() throws {
    for side in [3, 6, 9] {
      let model = try Self.classifier(side: side)
      #expect(
        model.receptiveField == ReceptiveField(size: side, stride: max(1, side / 2), offset: 0))
      #expect(model.card.classes.count == 4)
      #expect(try model.local().logitMap(of: picture("a"), on: workers).shape[1] == 4)
    }
  }

  @Test func aDescriptorThatIsNoConvolutionIsRefused() throws {
    var parameters = try Architecture.named("bag_of_features").randomNetwork(seed: 1, width: 4).parameters
    for shape in [[4], [4, 3, 8], [4, 3, 8, 7], [4, 3, 8, 0]] as [Shape] {
      parameters["descriptor.weight"] = Tensor(zeros: shape)
      #expect(throws: ModelError.self) {
        try Architecture.named("bag_of_features").network(parameters: parameters)
      }
    }
  }

  // MARK: Definitions

  /// The network against the definition computed patch by patch in double precision: contrast, whitening, soft
  /// assignment by squared distances, the mean histogram, the linear decision.
  @Test func logitsAreTheDecisionOnTheMeanOfSoftAssignments() throws {
    let sharpness = 0.4
    let model = try Self.classifier(sharpness: sharpness)
    let vocabulary = try Self.vocabulary()
    let parameters = model.network.parameters
    func numbers(_ key: String) throws -> [Double] {
      try #require(parameters[key]).elements.map { Double($0) }
    }
    let (patterns, whitening) = (try numbers("descriptor.weight"), try numbers("whitening.weight"))
    let (shift, decision) = (try numbers("whitening.bias"), try numbers("fc.weight"))
    let words = vocabulary.words.elements.map { Double($0) }
    let image = picture("definition", 15, 12)
    let (mean, deviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    var histogram = [Double](repeating: 0, count: 24)
    var cells = 0.0
    for top in stride(from: 0, through: 9, by: 3) {
      for left in stride(from: 0, through: 6, by: 3) {
        let patch = (0..<108).map { index -> Double in
          let (channel, row, column) = (index / 36, index % 36 / 6, index % 6)
          return (Double(image[0, channel, top + row, left + column]) - mean[channel]) / deviation[channel]
        }
        var x = (0..<10).map { pattern -> Double in
          (0..<108).reduce(0.0) { $0 + patterns[pattern * 108 + $1] * patch[$1] }
        }
        let length = (1 + x.reduce(0.0) { $0 + $1 * $1 }).squareRoot()
        x = x.map { $0 / length }
        let z = (0..<10).map { row -> Double in
          (0..<10).reduce(shift[row]) { $0 + whitening[row * 10 + $1] * x[$1] }
        }
        let scores = (0..<24).map { word -> Double in
          let distance = (0..<10).reduce(0.0) { sum, axis in
            let difference = z[axis] - words[word * 10 + axis]
            return sum + difference * difference
          }
          return exp(-sharpness * distance)
        }
        let total = scores.reduce(0, +)
        for word in 0..<24 { histogram[word] += scores[word] / total }
        cells += 1
      }
    }
    let expected = (0..<4).map { label -> Float in
      let bias = [0.1, -0.2, 0.3, 0][label]
      return Float(
        bias + (0..<24).reduce(0.0) { $0 + decision[label * 24 + $1] * histogram[$1] / cells })
    }
    let logits = try model.classifier.logits(of: image, on: workers)
    expectClose(logits.elements, expected, "logits", tolerance: 1e-4)
    let read = try #require(VisualWordReader(model)).read(image, on: workers)
    expectClose(read.histograms.elements, histogram.map { Float($0 / cells) }, "histogram", tolerance: 1e-4)
  }

  @Test func theMapsMeanIsTheLogit() throws {
    let local = try Self.classifier().local()
    let image = picture("mean")
    let (map, logits) = (
      try local.logitMap(of: image, on: workers), try local.logits(of: image, on: workers)
    )
    let cells = map.shape[2] * map.shape[3]
    #expect(cells == 12 * 10)
    let means = (0..<4).map { label in
      Float(map.elements[label * cells..<(label + 1) * cells].reduce(0.0) { $0 + Double($1) } / Double(cells))
    }
    expectClose(means, logits.elements, "means", tolerance: 1e-5)
  }

  /// A patch of one value has no pattern, whatever the value: patterns are orthogonal to it.
  @Test func brightnessAloneChangesNothing() throws {
    let model = try Self.classifier()
    var dark = picture("light")
    dark.scale(by: 0.5)
    // A step of equal size in normalised pixels for all colours.
    var light = dark
    for channel in 0..<3 {
      for row in 0..<40 {
        for column in 0..<34 { light[0, channel, row, column] += 0.2 * [0.229, 0.224, 0.225][channel] }
      }
    }
    let (first, second) = (
      try model.classifier.logits(of: dark, on: workers), try model.classifier.logits(of: light, on: workers)
    )
    expectClose(first.elements, second.elements, "logits", tolerance: 1e-4)
  }

  /// On its own sample a component has variance λ / (λ + softness): below 1, and no component leans on another.
  @Test func descriptorsOfTheSampleAreWhite() {
    let patches = Self.patches(3000, side: 6, seed: 11)
    let components = PatchComponents(
      patches, components: 10, contrast: 0.15, softness: 1e-6, workers: workers)
    let found = components.descriptors(of: patches, on: workers)
    for a in 0..<10 {
      let mean = (0..<3000).reduce(0.0) { $0 + Double(found[$1, a]) } / 3000
      #expect(abs(mean) < 1e-3)
      for b in 0...a {
        let product = (0..<3000).reduce(0.0) { $0 + Double(found[$1, a]) * Double(found[$1, b]) } / 3000
        #expect(abs(product - (a == b ? 1 : 0)) < 0.02)
      }
    }
  }

  @Test func wordDistancesAreThoseOfDescriptors() throws {
    let vocabulary = try Self.vocabulary()
    let model = try Self.classifier()
    let patches = Self.patches(5, side: 6, seed: 77)
    let image = patches.reshaped(to: [5, 3, 6, 6])
    // The reader takes pixels in 0…1 and normalises them itself.
    var pixels = image
    for row in 0..<5 {
      for channel in 0..<3 {
        for place in 0..<36 {
          pixels[row, channel, place / 6, place % 6] =
            image[row, channel, place / 6, place % 6] * [0.229, 0.224, 0.225][channel]
            + [0.485, 0.456, 0.406][channel]
        }
      }
    }
    let reading = try #require(VisualWordReader(model)).read(pixels, on: workers)
    #expect(reading.distances.shape == [5, 24, 1, 1])
    var settings = VisualVocabulary.Settings()
    settings.patch = 6
    let components = PatchComponents(
      Self.patches(3000, side: 6, seed: 11), components: 10, contrast: settings.contrast,
      softness: settings.softness, workers: workers)
    let descriptors = components.descriptors(of: patches, on: workers)
    for row in 0..<5 {
      for word in 0..<24 {
        let exact = (0..<10).reduce(0.0) {
          let difference = Double(descriptors[row, $1]) - Double(vocabulary.words[word, $1])
          return $0 + difference * difference
        }
        #expect(abs(Double(reading.distances[row, word, 0, 0]) - exact) < 2e-3 * max(1, exact))
      }
    }
  }

  @Test func onlyABagOfFeaturesHasWords() throws {
    let network = try Architecture.named("bagnet9").randomNetwork(seed: 1, width: 4, classes: 3)
    let card = ModelCard(name: "net", architecture: "bagnet9", classes: ["a", "b", "c"])
    #expect(
      VisualWordReader(
        try LoadedModel(card: card, parameters: network.parameters, weightsPath: "")) == nil)
  }

  // MARK: Locality and gradients

  @Test func windowsHaveTheWholeMapsBytes() throws {
    let local = try Self.classifier().local()
    let field = local.receptiveField
    let image = picture("whole")
    let map = try local.logitMap(of: image, on: workers)
    for (row, column) in [(0, 0), (1, 0), (0, 2), (7, 3), (9, 8)] {
      let crop = PixelRectangle(
        rows: field.pixels(of: row..<row + 3), columns: field.pixels(of: column..<column + 2))
      let cells = try local.logitMap(of: image.cropped(to: [crop]), on: workers)
      #expect(cells.shape == [1, 4, 3, 2])
      for label in 0..<4 {
        for y in 0..<3 {
          for x in 0..<2 {
            #expect(cells[0, label, y, x].bitPattern == map[0, label, row + y, column + x].bitPattern)
          }
        }
      }
    }
  }

  @Test func changesThroughWindowsAreTheFullPass() throws {
    let classifier = try Self.classifier().classifier
    let images = Tensor(
      stacking: [picture("x"), picture("y"), picture("z")].map {
        $0.reshaped(to: [3, 40, 34])
      })
    let rectangles = [(2, 3), (33, 1), (14, 25)].map {
      PixelRectangle(top: $0.0, left: $0.1, height: 7, width: 9)
    }
    var changed = images
    for (image, rectangle) in rectangles.enumerated() {
      for channel in 0..<3 {
        for row in rectangle.rows {
          for column in rectangle.columns {
            changed[image, channel, row, column] = 1 - changed[image, channel, row, column] / 2
          }
        }
      }
    }
    let question = ChangedImages(
      changed, rectangles: rectangles, clean: try classifier.cleanImages(of: images, on: workers))
    let full = try classifier.logits(of: changed, on: workers)
    expectClose(
      try classifier.logits(of: question, on: workers).elements, full.elements, "logits", tolerance: 1e-5)
    #expect(full != (try classifier.logits(of: images, on: workers)))
  }

  @Test func aMapAtEveryPixelHoldsTheMapAtTheOwnStride() throws {
    let local = try Self.classifier().local()
    let image = picture("fine")
    let map = try local.logitMap(of: image, on: workers)
    let fine = try local.logitsAtEveryPixel(of: image, forClass: 2, on: workers) { _, _ in }
    #expect(fine.shape == [35, 29])
    for row in 0..<12 {
      for column in 0..<10 {
        #expect(abs(fine[3 * row, 3 * column] - map[0, 2, row, column]) < 1e-4)
      }
    }
  }

  @Test func imageGradientsAgreeWithFiniteDifferences() throws {
    let classifier = try Self.classifier().classifier
    let image = picture("slope", 12, 9)
    let direction = Tensor([1, -2, 0.5, 1.5], shape: [1, 4])
    func value(_ image: Tensor) throws -> Double {
      zip(try classifier.logits(of: image, on: workers).elements, direction.elements)
        .reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let pass = try classifier.differentiableLogits(of: image, on: workers)
    let gradient = pass.imageGradient(direction)
    let scale = gradient.elements.map(abs).max() ?? 0
    #expect(scale > 0.01)
    let step: Float = 1e-3
    for index in stride(from: 0, to: image.count, by: 5) {
      var (above, below) = (image, image)
      above.withUnsafeMutableBuffer { $0[index] += step }
      below.withUnsafeMutableBuffer { $0[index] -= step }
      let quotient = (try value(above) - value(below)) / (2 * Double(step))
      #expect(abs(quotient - Double(gradient.elements[index])) < 0.02 * Double(scale), "\(index)")
    }
  }

  @Test func oneAndTwoThreadsLearnTheSameBytes() throws {
    let (one, two) = (try Self.vocabulary(threads: 1), try Self.vocabulary(threads: 2))
    let decision = SoftmaxRegression(
      Tensor(zeros: [2, 24]), labels: [0, 1], classes: 2, penalty: 1, workers: workers)
    let (first, second) = (
      one.parameters(sharpness: 1, decision: decision), two.parameters(sharpness: 1, decision: decision)
    )
    #expect(Set(first.keys) == Set(second.keys))
    for (key, tensor) in first { #expect(second[key] == tensor, "\(key)") }
    let other = try Self.vocabulary(seed: 2)
    #expect(other.words != one.words)
  }
}
