import Adversary
import Models
import Tensors

extension BenchmarkTask {
  /// One step of optimising a square sticker of 50 px, or a fourth of a picture where that is less: on each of
  /// the batch's pictures at a random place, cross entropy to class 0, its gradient, a step of Adam. One step
  /// goes before the clock starts, so that a BagNet has met every picture and keeps its clean map.
  static let stickerStep = BenchmarkTask(
    name: "sticker-step", title: "sticker-step",
    summary: "a step of optimising a sticker, clean maps kept"
  ) { subject in
    let shape = subject.images.shape
    let attack = UniversalSticker(
      criterion: .targeted(0), side: max(1, min(50, min(shape[2], shape[3]) / 4)), start: .noise,
      steps: .max, batchSize: shape[0], passSize: shape[0], memory: .max, learningRate: .constant(0.05))
    var optimization = try StickerOptimization(
      attack, against: [AttackedClassifier(subject.classifier)], images: BatchPictures(subject.images))
    // A batch is every picture once.
    _ = try optimization.advance(on: subject.workers)
    // Of a picture as many operations there as back.
    return PreparedBenchmark(operations: try subject.operations(ofFullPasses: 2 * shape[0])) {
      _ = try optimization.advance(on: subject.workers)
    }
  }
}

/// The pictures of a batch by index; none is of class 0.
private struct BatchPictures: ImageSource {
  let images: Tensor

  init(_ images: Tensor) { self.images = images }

  var count: Int { images.shape[0] }
  func label(at index: Int) -> Int { 1 }
  func name(at index: Int) -> String { "picture \(index + 1)" }

  func images(at indices: [Int]) throws -> Tensor {
    let shape = Shape(Array(images.shape.dimensions.dropFirst()))
    return Tensor(stacking: indices.map { images.slice($0..<$0 + 1).reshaped(to: shape) })
  }
}
