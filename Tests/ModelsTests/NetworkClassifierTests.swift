import Testing

@testable import Layers
@testable import Models
@testable import Tensors

@Suite("Network classifier")
struct NetworkClassifierTests {
  private func golden() throws -> GoldenNetwork { try GoldenNetwork.named("squeezenet1_1") }

  @Test func normalisesPixelsItself() throws {
    let golden = try golden()
    let normal = Normalisation(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
      .forward([golden.pixels], Pass(workers: Workers(count: 1)))
    expectClose(
      try golden.classifier().logits(of: golden.pixels, on: Workers(count: 1)).elements,
      try golden.network().forward(normal, on: Workers(count: 1)).elements, "logits", tolerance: 1e-5)
  }

  @Test(arguments: [true, false])
  func meanAndDeviationMayEachStandAlone(mean: Bool) throws {
    let golden = try golden()
    var card = golden.card
    card.preprocessing = mean ? Preprocessing(mean: [0.5, 0.25, 0.125]) : Preprocessing(std: [0.5, 0.25, 2])
    let layer =
      mean
      ? Normalisation(mean: [0.5, 0.25, 0.125], deviation: [1, 1, 1])
      : Normalisation(mean: [0, 0, 0], deviation: [0.5, 0.25, 2])
    let normal = layer.forward([golden.pixels], Pass(workers: Workers(count: 1)))
    let classifier = try NetworkClassifier(card: card, network: golden.network())
    expectClose(
      try classifier.logits(of: golden.pixels, on: Workers(count: 1)).elements,
      try golden.network().forward(normal, on: Workers(count: 1)).elements, "logits", tolerance: 1e-5)
  }

  @Test func aCardWithoutStepsMeansPixelsAsTheyAre() throws {
    let golden = try golden()
    var card = golden.card
    card.preprocessing = Preprocessing()
    let classifier = try NetworkClassifier(card: card, network: golden.network())
    expectClose(
      try classifier.logits(of: golden.pixels, on: Workers(count: 1)).elements,
      try golden.network().forward(golden.pixels, on: Workers(count: 1)).elements, "logits", tolerance: 1e-5)
  }

  @Test func parametersAreCountedWithoutRunningStatistics() throws {
    let golden = try GoldenNetwork.named("resnet18")
    let trained = golden.shapes.filter { !$0.key.contains("running_") && !$0.key.hasSuffix("tracked") }
    #expect(try golden.classifier().parameterCount == trained.reduce(0) { $0 + $1.value.reduce(1, *) })
  }

  @Test func logitsAloneEqualThoseWithAPullback() throws {
    let golden = try GoldenNetwork.named("bagnet9")
    let classifier = try golden.localClassifier()
    let result = try classifier.differentiableLogits(of: golden.pixels, on: Workers(count: 2))
    #expect(try classifier.logits(of: golden.pixels, on: Workers(count: 2)) == result.logits)
    let direction = Tensor(repeating: 1, shape: [2, 10])
    #expect(result.imageGradient(direction) == result.imageGradient(direction))
  }

  // MARK: Errors

  @Test(arguments: [Preprocessing(), Preprocessing(centerCrop: 64), Preprocessing(resizeShorterSide: 70)])
  func aCardWithAnotherNumberOfClassesIsRefused(preprocessing: Preprocessing) throws {
    let golden = try golden()
    var card = golden.card
    card.preprocessing = preprocessing
    card.classes.removeLast()
    let error = #expect(throws: ModelError.self) {
      try NetworkClassifier(card: card, network: golden.network())
    }
    #expect(
      error?.description
        == "narrow squeezenet1_1: expected as many classes in the card as in the weights (10), found 9; "
        + "correct \"classes\" and \"class_names\" in the card")
    card.classes.append("class9")
    card.classNames = ["only one"]
    #expect(throws: ModelError.wrongClassCount(name: card.name, card: 1, weights: 10)) {
      try NetworkClassifier(card: card, network: golden.network())
    }
    card.classNames = card.classes
    #expect(throws: Never.self) { try NetworkClassifier(card: card, network: golden.network()) }
  }

  @Test func aCardWithPicturesTooSmallForTheNetworkIsRefused() throws {
    let golden = try GoldenNetwork.named("bagnet33")
    var card = golden.card
    card.preprocessing.centerCrop = 32
    #expect(throws: LayerError.self) { try NetworkClassifier(card: card, network: golden.network()) }
    card.preprocessing.centerCrop = 33
    #expect(throws: Never.self) { try NetworkClassifier(card: card, network: golden.network()) }
  }

  @Test(arguments: [[3, 64, 64], [1, 1, 64, 64], [0, 3, 64, 64], [1, 3, 64, 64, 1]] as [Shape])
  func tensorsThatAreNotPicturesAreRefused(shape: Shape) throws {
    let classifier = try golden().classifier()
    let expected = ModelError.wrongImageShape(
      name: "narrow squeezenet1_1", expected: "[batch, 3, height, width]", found: shape)
    let images = Tensor(zeros: shape)
    #expect(throws: expected) { try classifier.logits(of: images, on: Workers(count: 1)) }
    #expect(throws: expected) { try classifier.differentiableLogits(of: images, on: Workers(count: 1)) }
  }

  @Test func picturesTooSmallAreRefused() throws {
    let classifier = try golden().classifier()
    #expect(throws: LayerError.self) {
      try classifier.logits(of: Tensor(zeros: [1, 3, 5, 64]), on: Workers(count: 1))
    }
    let local = try GoldenNetwork.named("bagnet17").localClassifier()
    #expect(throws: LayerError.self) {
      try local.logitMap(of: Tensor(zeros: [1, 3, 16, 64]), on: Workers(count: 1))
    }
  }
}
