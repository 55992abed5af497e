import Files
import Tensors

/// Shapes that do not fit.
public enum LayerError: ReportableError, Equatable {
  /// A layer got an input of the wrong shape.
  case wrongInputShape(layer: String, expected: String, found: String)
  /// The picture is too small for the network: a window does not fit.
  case inputTooSmall(layer: String, kernel: Int, found: String)
  /// A network has no layer of that name.
  case noSuchLayer(name: String, known: [String])
  /// A layer gives numbers that stand in no map.
  case notAFeatureMap(layer: String, found: String)
  /// A layer that a rule for sharing out an output does not cover.
  case noBackwardRule(rule: String, layer: String, node: String)

  public var fault: Fault {
    switch self {
    case .wrongInputShape, .inputTooSmall: .badInput
    case .noSuchLayer, .notAFeatureMap: .usage
    case .noBackwardRule: .usage
    }
  }

  public var description: String {
    switch self {
    case .wrongInputShape(let layer, let expected, let found):
      "\(layer): expected an input of \(expected), found \(found); check the network's parts and the picture's size"
    case .inputTooSmall(let layer, let kernel, let found):
      "\(layer): expected an input of at least \(kernel) × \(kernel), found \(found); use a larger picture"
    case .noSuchLayer(let name, let known):
      "expected layers of the network (\(known.joined(separator: ", "))), found '\(shown(name))'; name one of these"
    case .notAFeatureMap(let layer, let found):
      "expected layers that give feature maps, found '\(layer)', which gives \(found); name an earlier one"
    case .noBackwardRule(let rule, let layer, let node):
      "expected layers that \(rule) covers: sums, functions of one value and maxima; found a \(layer) at '\(node)'; "
        + "choose an attribution by gradients or by occlusion"
    }
  }

  /// Checks that there is one input of rank 4 and gives it.
  static func featureMap(_ layer: String, _ inputs: [Shape]) throws(LayerError) -> Shape {
    guard let first = inputs.first, first.rank == 4 else {
      throw .wrongInputShape(
        layer: layer, expected: "[batch, channels, height, width]", found: "\(inputs)")
    }
    return first
  }

  /// Checks that the last of two inputs can be cropped to `output` and added to it.
  static func requireShortcut(
    _ layer: String, _ inputs: [Shape], to output: Shape
  ) throws(LayerError) {
    guard inputs.count == 2, Add.canCrop(inputs[1], to: output) else {
      throw .wrongInputShape(
        layer: "\(layer) with shortcut", expected: "a shortcut of at least \(output)",
        found: "\(inputs.dropFirst())")
    }
  }

  /// The output's height and width of a window on `input`.
  static func spatialSize(
    _ layer: String, _ window: Window, on input: Shape, roundingUp: Bool = false
  ) throws(LayerError) -> (height: Int, width: Int) {
    let height = window.vertical.outputSize(for: input[2], roundingUp: roundingUp)
    let width = window.horizontal.outputSize(for: input[3], roundingUp: roundingUp)
    guard height > 0, width > 0 else {
      throw .inputTooSmall(
        layer: layer, kernel: max(window.vertical.extent, window.horizontal.extent), found: "\(input)")
    }
    return (height, width)
  }
}
