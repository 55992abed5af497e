import Checkpoints
import Layers
import Tensors

/// Matrix products, sums, products and batch norm.
extension ONNXImporter {
  // MARK: Fully connected

  // out = alpha · in · b + beta · c
  mutating func gemm(_ step: ONNXStep) throws {
    let input = try feature(0, step, rank: 2)
    guard !(try step.flag("transA")) else { throw step.fault(expected: "transA 0", found: "1") }
    let matrix = try tensor(1, step)
    let weight = try linearWeight(matrix, isTransposed: step.flag("transB"), inputs: input.shape[0], step)
    let bias = try optionalTensor(2, step)
    let (alpha, beta) = (try step.float("alpha") ?? 1, try step.float("beta") ?? 1)
    let outputs = weight.shape[0]
    var offset: Tensor?
    if let bias {
      guard bias.count == outputs || bias.count == 1, bias.shape.dimensions.dropLast().allSatisfy({ $0 == 1 })
      else { throw step.fault(expected: "\(outputs) numbers to add", found: "\(bias.shape)") }
      let values = bias.elements.map { $0 * beta }
      offset = Tensor(
        values.count == outputs ? values : [Float](repeating: values[0], count: outputs), shape: [outputs])
    }
    let layer = Linear(weight: alpha == 1 ? weight : weight.map { $0 * alpha }, bias: offset)
    set(try append(layer, [input], step), step)
  }

  mutating func matrixProduct(_ step: ONNXStep) throws {
    let input = try feature(0, step, rank: 2)
    let weight = try linearWeight(tensor(1, step), isTransposed: false, inputs: input.shape[0], step)
    set(try append(Linear(weight: weight), [input], step), step)
  }

  /// `[outputs, inputs]` from a matrix that is so already or stands the other way.
  private func linearWeight(
    _ matrix: Tensor, isTransposed: Bool, inputs: Int, _ step: ONNXStep
  ) throws -> Tensor {
    guard matrix.shape.rank == 2, matrix.shape[isTransposed ? 1 : 0] == inputs else {
      throw step.fault(expected: "a matrix for \(inputs) inputs", found: "\(matrix.shape)")
    }
    if isTransposed { return matrix }
    let outputs = matrix.shape[1]
    return Tensor(uninitialized: [outputs, inputs]) { target in
      matrix.withUnsafeBuffer { source in
        for row in 0..<inputs {
          for column in 0..<outputs { target[column * inputs + row] = source[row * outputs + column] }
        }
      }
    }
  }

  // MARK: Element by element

  mutating func add(_ step: ONNXStep) throws {
    switch (try operand(0, step), try operand(1, step)) {
    case (.feature(let a)?, .feature(let b)?): set(try sum(a, b, step), step)
    case (.feature(let input)?, .stored?): set(try shifted(input, by: tensor(1, step), step), step)
    case (.stored?, .feature(let input)?): set(try shifted(input, by: tensor(0, step), step), step)
    default: try computeIntegers(step) { $0.addingReportingOverflow($1) }
    }
  }

  mutating func subtract(_ step: ONNXStep) throws {
    switch (try operand(0, step), try operand(1, step)) {
    case (.feature(let a)?, .feature(let b)?): set(try sum(a, scaled(b, by: [-1], step), step), step)
    case (.feature(let input)?, .stored?):
      set(try shifted(input, by: tensor(1, step).map { -$0 }, step), step)
    case (.stored?, .feature(let input)?):
      set(try shifted(scaled(input, by: [-1], step), by: tensor(0, step), step), step)
    default: try computeIntegers(step) { $0.subtractingReportingOverflow($1) }
    }
  }

  mutating func multiply(_ step: ONNXStep) throws {
    switch (try operand(0, step), try operand(1, step)) {
    case (.feature(let a)?, .feature(let b)?):
      // The one that has a factor a channel stands second.
      let isReversed = a.count < b.count
      set(try append(Multiply(), isReversed ? [b, a] : [a, b], step), step)
    case (.feature(let input)?, .stored?):
      let factors = try perChannel(tensor(1, step), of: input, step)
      set(try scaled(input, by: factors, step), step)
    case (.stored?, .feature(let input)?):
      let factors = try perChannel(tensor(0, step), of: input, step)
      set(try scaled(input, by: factors, step), step)
    default: try computeIntegers(step) { $0.multipliedReportingOverflow(by: $1) }
    }
  }

  mutating func divide(_ step: ONNXStep) throws {
    switch (try operand(0, step), try operand(1, step)) {
    case (.feature(let input)?, .stored?):
      let divisors = try perChannel(tensor(1, step), of: input, step)
      guard divisors.allSatisfy({ $0.isFinite && $0 != 0 }) else {
        throw step.fault(expected: "divisors other than 0", found: "0")
      }
      set(try scaled(input, by: divisors.map { 1 / $0 }, step), step)
    case (_, .feature?):
      throw step.fault(expected: "a constant to divide by", found: "a value made from the pictures")
    default: try computeIntegers(step) { $0.dividedReportingOverflow(by: $1) }
    }
  }

  /// The sum of two features of one shape.
  private mutating func sum(_ a: Feature, _ b: Feature, _ step: ONNXStep) throws -> Feature {
    guard a.shape == b.shape else {
      throw step.fault(expected: "two values of one shape", found: "\(a.shape) and \(b.shape) an image")
    }
    // What a shortcut is added to stands first: it can do the sum itself.
    func canFinish(_ feature: Feature) -> Bool {
      guard let layer = producer(of: feature)?.layer else { return false }
      return layer is Convolution || layer is BatchNorm
    }
    let isReversed = !canFinish(a) && canFinish(b)
    let (main, shortcut) = isReversed ? (b, a) : (a, b)
    let uncropped = croppedSource(of: shortcut)
    if let uncropped, a.shape.count == 3 { return try append(Add(), [main, uncropped], step) }
    return try onMaps([main, shortcut], step) { importer, maps in try importer.append(Add(), maps, step) }
  }

  /// What a shortcut was before rows and columns were cut off at the bottom and right, which a sum does by
  /// itself.
  private func croppedSource(of feature: Feature) -> Feature? {
    var value = feature
    while let node = producer(of: value), let slice = node.layer as? Slice, slice.dimension >= 2,
      slice.range.lowerBound == 0
    { value = source(of: node) }
    return value.value == feature.value ? nil : value
  }

  private mutating func shifted(_ input: Feature, by values: Tensor, _ step: ONNXStep) throws -> Feature {
    let shift = try perChannel(values, of: input, step)
    // A sum after a matrix product is its bias.
    if let before = producer(of: input), let linear = before.layer as? Linear {
      let known = linear.bias?.elements ?? [Float](repeating: 0, count: linear.weight.shape[0])
      let bias = known.indices.map { known[$0] + (shift.count == 1 ? shift[0] : shift[$0]) }
      let layer = Linear(weight: linear.weight, bias: Tensor(bias, shape: [bias.count]))
      return try append(layer, [source(of: before)], step)
    }
    return try affine(input, scale: [1], shift: shift, step)
  }

  private mutating func scaled(_ input: Feature, by factors: [Float], _ step: ONNXStep) throws -> Feature {
    try affine(input, scale: factors, shift: [0], step)
  }

  /// One number for each channel, or one for all, from a constant that is broadcast to a feature.
  private func perChannel(_ constant: Tensor, of input: Feature, _ step: ONNXStep) throws -> [Float] {
    let rank = input.shape.count + 1
    let sizes = constant.shape.dimensions
    let aligned = [Int](repeating: 1, count: max(0, rank - sizes.count)) + sizes
    let suits =
      aligned.count == rank
      && aligned.indices.allSatisfy { aligned[$0] == 1 || $0 == 1 && aligned[1] == input.shape[0] }
    guard suits else {
      throw step.fault(
        expected: "a constant with one number or one a channel", found: "\(sizes) for \(input.shape) an image"
      )
    }
    return constant.elements
  }

  /// in · scale + shift for each channel, as a batch norm that becomes part of the convolution before it.
  mutating func affine(
    _ input: Feature, scale: [Float], shift: [Float], _ step: ONNXStep
  ) throws -> Feature {
    let channels = input.shape[0]
    func full(_ values: [Float]) -> Tensor {
      Tensor(values.count == 1 ? [Float](repeating: values[0], count: channels) : values, shape: [channels])
    }
    let layer = BatchNorm(
      weight: full(scale), bias: full(shift), runningMean: full([0]), runningVariance: full([1]), epsilon: 0)
    return try onMaps([input], step) { importer, maps in try importer.append(layer, maps, step) }
  }

  /// Does on maps `[channels, height, width]` what works for any shape.
  mutating func onMaps(
    _ inputs: [Feature], _ step: ONNXStep,
    _ body: (inout ONNXImporter, [Feature]) throws -> Feature
  ) throws -> Feature {
    guard let shape = inputs.first?.shape, shape.count != 3 else { return try body(&self, inputs) }
    guard !shape.isEmpty else { throw step.fault(expected: "channels", found: "one number an image") }
    var maps: [Feature] = []
    for input in inputs {
      let sizes = [input.shape[0], input.shape.dropFirst().reduce(1, *), 1]
      maps.append(try append(Reshape(dimensions: sizes), [input], step))
    }
    let result = try body(&self, maps)
    return try append(Reshape(dimensions: [result.shape[0]] + shape.dropFirst()), [result], step)
  }

  // MARK: Batch norm

  mutating func batchNormalization(_ step: ONNXStep) throws {
    let input = try feature(0, step)
    guard !(try step.flag("training_mode")), step.node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw step.fault(
        expected: "batch norm in evaluation mode, as model.eval() makes it", found: "training mode")
    }
    guard try step.integer("spatial") ?? 1 == 1 else {
      throw step.fault(expected: "statistics a channel", found: "statistics an element")
    }
    guard let channels = input.shape.first else {
      throw step.fault(expected: "channels", found: "one number an image")
    }
    var parameters: [Tensor] = []
    for index in 1...4 {
      let values = try tensor(index, step)
      guard values.shape == [channels] else {
        throw step.fault(expected: "\(channels) numbers as operand \(index)", found: "\(values.shape)")
      }
      parameters.append(values)
    }
    let epsilon = try step.float("epsilon") ?? 1e-5
    guard epsilon >= 0, parameters[3].elements.allSatisfy({ $0 + epsilon > 0 }) else {
      throw step.fault(expected: "variances above 0", found: "one that is not")
    }
    let layer = BatchNorm(
      weight: parameters[0], bias: parameters[1], runningMean: parameters[2],
      runningVariance: parameters[3], epsilon: epsilon)
    set(
      try onMaps([input], step) { importer, maps in try importer.append(layer, maps, step) }, step)
  }
}
