import Adversary
import Files
import Models
import Tensors

/// logits = W·pixels + b, so that every optimum is known in closed form.
struct LinearClassifier: Classifier {
  let card: ModelCard
  /// `[classes, 3, height, width]`
  let weights: Tensor
  let bias: [Float]

  init(weights: Tensor, bias: [Float]? = nil, name: String = "linear") {
    self.weights = weights
    self.bias = bias ?? Array(repeating: 0, count: weights.shape[0])
    card = ModelCard(
      name: name, architecture: "linear", classes: (0..<weights.shape[0]).map { "class\($0)" })
  }

  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    let classes = weights.shape[0]
    let size = weights.count / classes
    return Tensor(uninitialized: [images.shape[0], classes]) { logits in
      images.withUnsafeBuffer { images in
        weights.withUnsafeBuffer { weights in
          for index in logits.indices {
            let (image, row) = (index / classes, index % classes)
            logits[index] = (0..<size).reduce(bias[row]) {
              $0 + images[image * size + $1] * weights[row * size + $1]
            }
          }
        }
      }
    }
  }

  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    let shape = images.shape
    let weights = weights
    return DifferentiableLogits(logits: try logits(of: images, on: workers)) { gradient in
      let classes = weights.shape[0]
      let size = weights.count / classes
      return Tensor(uninitialized: shape) { result in
        weights.withUnsafeBuffer { weights in
          gradient.withUnsafeBuffer { gradient in
            for index in result.indices {
              let (image, pixel) = (index / size, index % size)
              result[index] = (0..<classes).reduce(0) {
                $0 + gradient[image * classes + $1] * weights[$1 * size + pixel]
              }
            }
          }
        }
      }
    }
  }
}

/// Seeded random pictures; those in `broken` cannot be read.
struct RandomPictures: ImageSource {
  struct Broken: ReportableError {
    let index: Int
    var fault: Fault { .badInput }
    var description: String { "picture \(index) is broken" }
  }

  let labels: [Int]
  let height: Int
  let width: Int
  var broken: Set<Int> = []

  var count: Int { labels.count }
  func label(at index: Int) -> Int { labels[index] }
  func name(at index: Int) -> String { "picture\(index)" }

  func images(at indices: [Int]) throws -> Tensor {
    if let index = indices.first(where: broken.contains) { throw Broken(index: index) }
    return Tensor(
      stacking: indices.map { index in
        var generator = SeededGenerator(seed: 77, stream: UInt64(index))
        return Tensor(uniform: 0...1, shape: [3, height, width], using: &generator)
      })
  }
}

func randomTensor(_ shape: Shape, seed: UInt64, in range: ClosedRange<Float> = 0...1) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  return Tensor(uniform: range, shape: shape, using: &generator)
}

/// The dot product of two tensors in double precision.
func dot(_ left: Tensor, _ right: Tensor) -> Double {
  zip(left.elements, right.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
