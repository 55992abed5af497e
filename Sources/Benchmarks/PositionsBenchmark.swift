import Adversary
import Tensors

extension BenchmarkTask {
  /// What the network says of the first picture with a sticker at every place of a grid, the clean picture's
  /// map included: 20 px at every pixel of pictures up to 96 px, else 32 px at every eighth.
  static let positions = BenchmarkTask(
    name: "positions", title: "positions",
    summary:
      "a sticker at every place of one picture: 20 px at every pixel up to 96 px, else 32 px at every 8th"
  ) { subject in
    let picture = subject.images.slice(0..<1)
    let (height, width) = (picture.shape[2], picture.shape[3])
    let isSmall = max(height, width) <= 96
    var generator = SeededGenerator(seed: 0)
    let side = min(isSmall ? 20 : 32, height, width)
    let sticker = try Sticker(
      colours: Tensor(uniform: 0...1, shape: [3, side, side], using: &generator), mask: .square)
    let search = PlaceSearch(classifier: subject.classifier, target: 0, stride: isSmall ? 1 : 8)
    let grid = try PlacementGrid(
      of: sticker, stride: search.stride, imageHeight: height, imageWidth: width)
    return PreparedBenchmark(operations: try subject.operations(ofFullPasses: grid.count), pictures: 1) {
      let clean = try subject.classifier.cleanImages(of: picture, on: subject.workers)
      _ = try search.answers(
        with: sticker, on: picture, label: 0, clean: clean[0], name: "picture 1", workers: subject.workers)
    }
  }
}
