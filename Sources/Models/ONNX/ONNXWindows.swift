import Layers
import Tensors

/// Convolutions, pools and padding.
extension ONNXImporter {
  // MARK: Operators

  mutating func convolution(_ step: ONNXStep) throws {
    var input = try feature(0, step, rank: 4)
    let weight = try tensor(1, step)
    let bias = try optionalTensor(2, step)
    guard weight.shape.rank == 4 else {
      throw step.fault(expected: "a weight of 4 dimensions", found: "\(weight.shape)")
    }
    let groups = try step.integer("group") ?? 1
    let (outputs, depth) = (weight.shape[0], weight.shape[1])
    guard groups > 0, outputs % groups == 0, input.shape[0] % groups == 0,
      depth == input.shape[0] / groups
    else {
      throw step.fault(
        expected: "groups that divide \(input.shape[0]) inputs and the weight's outputs",
        found: "\(groups) groups with a weight of \(weight.shape)")
    }
    if let bias, bias.shape != [outputs] {
      throw step.fault(expected: "a bias of \(outputs) numbers", found: "\(bias.shape)")
    }
    let kernel = [weight.shape[2], weight.shape[3]]
    if let declared = try step.integers("kernel_shape"), declared != kernel {
      throw step.fault(expected: "the weight's kernel \(kernel)", found: "\(declared)")
    }
    var geometry = try window(kernel: kernel, on: input, step)
    // Zeros around the input are the convolution's own padding.
    if let before = producer(of: input), let pad = before.layer as? ZeroPad {
      geometry.vertical.before += pad.top
      geometry.vertical.after += pad.bottom
      geometry.horizontal.before += pad.left
      geometry.horizontal.after += pad.right
      input = source(of: before)
    }
    let layer = Convolution(weight: weight, bias: bias, geometry: geometry, groups: groups)
    set(try append(layer, [input], step), step)
  }

  mutating func maxPool(_ step: ONNXStep) throws {
    let input = try feature(0, step, rank: 4)
    let geometry = try poolWindow(on: input, step)
    guard !(try step.flag("storage_order")) else {
      throw step.fault(expected: "storage_order 0", found: "1")
    }
    let layer = MaxPool(geometry: geometry, roundingUp: try step.flag("ceil_mode"))
    set(try append(layer, [input], step), step)
  }

  mutating func averagePool(_ step: ONNXStep) throws {
    let input = try feature(0, step, rank: 4)
    let geometry = try poolWindow(on: input, step)
    guard geometry.vertical.dilation == 1, geometry.horizontal.dilation == 1 else {
      throw step.fault(expected: "no dilation", found: "one")
    }
    let whole = Window(
      vertical: .init(kernel: input.shape[1], stride: geometry.vertical.stride),
      horizontal: .init(kernel: input.shape[2], stride: geometry.horizontal.stride))
    if fixesSize, geometry == whole {
      return set(try append(GlobalAveragePool(), [input], step), step)
    }
    let layer = AveragePool(
      geometry: geometry, roundingUp: try step.flag("ceil_mode"),
      countsPadding: try step.flag("count_include_pad"))
    set(try append(layer, [input], step), step)
  }

  mutating func globalAveragePool(_ step: ONNXStep) throws {
    set(try append(GlobalAveragePool(), [try feature(0, step, rank: 4)], step), step)
  }

  /// The mean over all pixels; over other dimensions it is not read.
  mutating func reduceMean(_ step: ONNXStep) throws {
    let input = try feature(0, step)
    let rank = input.shape.count + 1
    let axes = try step.integers("axes") ?? optionalIntegers(1, step) ?? []
    let over = Set(try axes.map { try step.dimension($0, of: rank) })
    guard rank >= 3, over == Set(2..<rank) else {
      throw step.fault(expected: "a mean over height and width", found: "one over dimensions \(axes)")
    }
    var result = input
    if rank != 4 {
      result = try append(
        Reshape(dimensions: [input.shape[0], input.shape[1...].reduce(1, *), 1]), [result], step)
    }
    result = try append(GlobalAveragePool(), [result], step)
    if try step.integer("keepdims") == 0 {
      result = try append(Flatten(), [result], step)
    } else if rank != 4 {
      result = try append(
        Reshape(dimensions: [input.shape[0]] + [Int](repeating: 1, count: rank - 2)), [result], step)
    }
    set(result, step)
  }

  mutating func pad(_ step: ONNXStep) throws {
    let input = try feature(0, step, rank: 4)
    guard try step.text("mode") ?? "constant" == "constant" else {
      throw step.fault(expected: "zeros around the picture", found: "mode \(try step.text("mode") ?? "")")
    }
    let value = try step.float("value") ?? optionalScalar(2, step) ?? 0
    guard value == 0 else { throw step.fault(expected: "zeros around the picture", found: "\(value)") }
    let given = try step.integers("pads") ?? step.integers("paddings") ?? integers(1, step)
    let axes = try (optionalIntegers(3, step) ?? [0, 1, 2, 3]).map { try step.dimension($0, of: 4) }
    guard given.count == 2 * axes.count, Set(axes).count == axes.count else {
      throw step.fault(expected: "two numbers a dimension", found: "\(given.count) for \(axes.count)")
    }
    var sizes = [(before: Int, after: Int)](repeating: (0, 0), count: 4)
    for (place, axis) in axes.enumerated() { sizes[axis] = (given[place], given[place + axes.count]) }
    guard sizes.allSatisfy({ min($0.before, $0.after) >= 0 && max($0.before, $0.after) <= Self.longest }),
      sizes[0] == (0, 0), sizes[1] == (0, 0)
    else {
      throw step.fault(
        expected: "0 to \(Self.longest) rows and columns of zeros", found: "\(given.prefix(16))")
    }
    let layer = ZeroPad(
      top: sizes[2].before, left: sizes[3].before, bottom: sizes[2].after, right: sizes[3].after)
    set(try append(layer, [input], step), step)
  }

  // MARK: Geometry

  /// The greatest padding, stride and dilation, and the longest kernel of a pool.
  private static let longest = 1 << 12
  /// The longest kernel of a convolution.
  private static let longestKernel = 1 << 10

  private func poolWindow(on input: Feature, _ step: ONNXStep) throws -> Window {
    guard let kernel = try step.integers("kernel_shape"), kernel.count == 2 else {
      throw step.fault(
        expected: "a kernel of two sizes", found: "\(try step.integers("kernel_shape") ?? [])")
    }
    guard kernel.allSatisfy({ (1...Self.longest).contains($0) }), kernel[0] * kernel[1] < 1 << 16 else {
      throw step.fault(expected: "a kernel of 1 to 65,535 cells", found: "\(kernel)")
    }
    let window = try window(kernel: kernel, on: input, step)
    for axis in [window.vertical, window.horizontal] where max(axis.before, axis.after) >= axis.extent {
      throw step.fault(
        expected: "padding less than the kernel", found: "\(max(axis.before, axis.after)) at \(axis.extent)")
    }
    return window
  }

  private func window(kernel: [Int], on input: Feature, _ step: ONNXStep) throws -> Window {
    func pair(_ key: String, _ standard: Int) throws -> [Int] {
      let found = try step.integers(key) ?? [standard, standard]
      guard found.count == 2, found.allSatisfy({ (1...Self.longest).contains($0) }) else {
        throw step.fault(expected: "two \(key) of 1 to \(Self.longest)", found: "\(found.prefix(8))")
      }
      return found
    }
    let (strides, dilations) = (try pair("strides", 1), try pair("dilations", 1))
    guard kernel.allSatisfy({ (1...Self.longest).contains($0) }),
      kernel.allSatisfy({ $0 <= Self.longestKernel }) || step.node.operation != "Conv"
    else { throw step.fault(expected: "a kernel of 1 to \(Self.longestKernel) a side", found: "\(kernel)") }
    let pads = try step.integers("pads") ?? [0, 0, 0, 0]
    guard pads.count == 4, pads.allSatisfy({ (0...Self.longest).contains($0) }) else {
      throw step.fault(expected: "four pads of 0 to \(Self.longest)", found: "\(pads.prefix(8))")
    }
    func axis(_ index: Int) throws -> Window.Axis {
      var axis = Window.Axis(
        kernel: kernel[index], stride: strides[index], before: pads[index], after: pads[index + 2],
        dilation: dilations[index])
      switch try step.text("auto_pad") ?? "NOTSET" {
      case "NOTSET", "": break
      case "VALID": (axis.before, axis.after) = (0, 0)
      case "SAME_UPPER", "SAME_LOWER":
        guard fixesSize || axis.stride == 1 else {
          throw step.fault(
            expected: "pads as numbers where the graph leaves the picture's size open", found: "auto_pad")
        }
        let size = input.shape[index + 1]
        let total = max(0, (size - 1) / axis.stride * axis.stride + axis.extent - size)
        let less = total / 2
        let isUpper = try step.text("auto_pad") == "SAME_UPPER"
        (axis.before, axis.after) = isUpper ? (less, total - less) : (total - less, less)
      case let other: throw step.fault(expected: "pads or a known auto_pad", found: "auto_pad \(other)")
      }
      return axis
    }
    return Window(vertical: try axis(0), horizontal: try axis(1))
  }
}
