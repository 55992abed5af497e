import Adversary
import Files
import Layers
import Models
import Tensors
import TestSupport

@testable import Probes

/// A linear network on squares of `size` pixels every `stride`, averaged: the smallest local classifier.
struct LocalLinearClassifier: LocalClassifier {
  var card: ModelCard
  private(set) var receptiveField: ReceptiveField
  /// `[classes, 3, size, size]`
  private(set) var weights: Tensor
  /// Added to the logits but not to the map, to make a map that lies.
  var lie: Float = 0
  /// Counts passes.
  var passes = PassCounter()

  init(classes: Int, size: Int, stride: Int, seed: UInt64 = 1, name: String = "local") {
    receptiveField = ReceptiveField(size: size, stride: stride, offset: 0)
    weights = randomTensor([classes, 3, size, size], seed: seed, in: -1...1)
    card = ModelCard(
      name: name, architecture: "local", classes: (0..<classes).map { "class\($0)" })
  }

  func logitMap(of images: Tensor, on workers: Workers) throws -> Tensor {
    passes.add(images.shape[0])
    let (size, stride) = (receptiveField.size, receptiveField.stride)
    let classes = weights.shape[0]
    let (height, width) = (images.shape[2], images.shape[3])
    let rows = (height - size) / stride + 1
    let columns = (width - size) / stride + 1
    return Tensor(uninitialized: [images.shape[0], classes, rows, columns]) { map in
      images.withUnsafeBuffer { images in
        weights.withUnsafeBuffer { weights in
          for place in map.indices {
            let (column, row) = (place % columns, place / columns % rows)
            let (name, image) = (place / columns / rows % classes, place / columns / rows / classes)
            var sum: Float = 0
            for channel in 0..<3 {
              for i in 0..<size {
                for j in 0..<size {
                  let pixel = (row * stride + i) * width + column * stride + j
                  sum +=
                    images[(3 * image + channel) * height * width + pixel]
                    * weights[((name * 3 + channel) * size + i) * size + j]
                }
              }
            }
            map[place] = sum
          }
        }
      }
    }
  }

  func logitsAtEveryPixel(
    of picture: Tensor, forClass index: Int, on workers: Workers, progress: (Int, Int) throws -> Void
  ) throws -> Tensor {
    var fine = self
    fine.receptiveField = ReceptiveField(size: receptiveField.size, stride: 1, offset: 0)
    let map = try fine.logitMap(of: picture, on: workers)
    try progress(1, 1)
    let (rows, columns) = (map.shape[2], map.shape[3])
    return map.reshaped(to: [weights.shape[0], rows, columns]).slice(index..<index + 1)
      .reshaped(to: [rows, columns])
  }

  func keepingClass(_ index: Int) -> LocalLinearClassifier {
    var part = self
    part.weights = weights.slice(index..<index + 1)
    part.card.classes = [card.classes[index]]
    return part
  }

  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    let map = try logitMap(of: images, on: workers)
    let cells = map.shape[2] * map.shape[3]
    return map.withUnsafeBuffer { map in
      Tensor(uninitialized: [images.shape[0], weights.shape[0]]) { logits in
        for index in logits.indices {
          let sum = map[index * cells..<(index + 1) * cells].reduce(0) { $0 + Double($1) }
          logits[index] = Float(sum / Double(cells)) + lie
        }
      }
    }
  }

  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    let pass = try differentiableLogitMap(of: images, on: workers)
    let shape = pass.logits.shape
    let cells = shape[2] * shape[3]
    return DifferentiableLogits(logits: try logits(of: images, on: workers)) { gradient in
      pass.imageGradient(
        Tensor(gradient.elements.flatMap { Array(repeating: $0 / Float(cells), count: cells) }, shape: shape))
    }
  }

  func differentiableLogitMap(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    let (size, stride, classes) = (receptiveField.size, receptiveField.stride, weights.shape[0])
    let shape = images.shape
    let weights = weights
    return DifferentiableLogits(logits: try logitMap(of: images, on: workers)) { gradient in
      var result = Tensor(zeros: shape)
      let (rows, columns) = (gradient.shape[2], gradient.shape[3])
      for image in 0..<shape[0] {
        for name in 0..<classes {
          for place in 0..<rows * columns * 3 * size * size {
            let (j, i) = (place % size, place / size % size)
            let (channel, cell) = (place / size / size % 3, place / size / size / 3)
            result[image, channel, cell / columns * stride + i, cell % columns * stride + j] +=
              gradient[image, name, cell / columns, cell % columns] * weights[name, channel, i, j]
          }
        }
      }
      return result
    }
  }
}

/// The same network without its locality: every question is a full pass.
struct FullPasses: Classifier {
  let network: any Classifier
  var card: ModelCard { network.card }
  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    try network.logits(of: images, on: workers)
  }
  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    try network.differentiableLogits(of: images, on: workers)
  }
}

/// How many pictures a classifier has seen.
final class PassCounter: @unchecked Sendable {
  // Tests use one thread.
  private(set) var count = 0
  func add(_ pictures: Int) { count += pictures }
}

/// Seeded random pictures with labels; those in `broken` cannot be read.
struct RandomPictures: ImageSource, StimulusSource {
  struct Broken: ReportableError {
    let index: Int
    var fault: Fault { .badInput }
    var description: String { "picture \(index) is broken" }
  }

  let labels: [Int]
  let side: Int
  var broken: Set<Int> = []

  var count: Int { labels.count }
  func label(at index: Int) -> Int { labels[index] }
  func name(at index: Int) -> String { "picture\(index)" }
  func cues(at index: Int) -> (shape: String, texture: String) {
    ("class\(labels[index])", "class\((labels[index] + index) % 3)")
  }

  func images(at indices: [Int]) throws -> Tensor {
    if let index = indices.first(where: broken.contains) { throw Broken(index: index) }
    return Tensor(
      stacking: indices.map { randomTensor([3, side, side], seed: 500 + UInt64($0)) })
  }

  func image(_ index: Int) throws -> Tensor { try images(at: [index]) }
}

struct Stop: Error {}
