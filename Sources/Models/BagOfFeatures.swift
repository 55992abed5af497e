import Layers

/// The classical bag of features (Sivic & Zisserman 2003; Csurka et al. 2004) as a network: dense patches, a
/// vocabulary of visual words, the picture's histogram of words, a linear decision on it.
///
/// 1. `descriptor`: every `patch` × `patch` square, half a patch apart, on the leading patterns of natural
///    patches, then divided by its own length: contrast normalisation.
/// 2. `whitening`: what is common to all patches taken away (Coates, Lee & Ng 2011).
/// 3. `words`: `β (2 x·c − |c|²)` for each word c, then softmax over the words, which is the soft assignment with
///    weights exp(−β |x − c|²) (van Gemert et al. 2008) and so has a gradient.
/// 4. `fc`: the decision on the histogram, the mean over all squares.
///
/// The mean stands before a linear layer, so logits are the mean of local logits as a BagNet's are. Patch side,
/// components, words and classes are read from the tensors.
enum BagOfFeatures {
  static let architectures = [
    Architecture(name: "bag_of_features", isLocal: true) { try build(&$0) }
  ]

  /// Pixels between squares for a patch of that side.
  static func stride(forPatch side: Int) -> Int { max(1, side / 2) }

  private static func build(_ builder: inout NetworkBuilder) throws {
    let side = try builder.kernel(of: "descriptor", standard: 8)
    let components = try builder.outputs(of: "descriptor", standard: 64)
    let words = try builder.outputs(of: "words", standard: 1024)
    let classes = try builder.classes(of: "fc")
    var value = try builder.convolution(
      "descriptor", .input, inputs: 3, outputs: components, kernel: side, stride: stride(forPatch: side))
    value = builder.append("contrast", CellNormalisation(), value)
    value = try builder.convolution(
      "whitening", value, inputs: components, outputs: components, kernel: 1, bias: true)
    value = try builder.convolution(
      "words", value, inputs: components, outputs: words, kernel: 1, bias: true)
    value = builder.append("assignment", ChannelSoftmax(), value)
    value = builder.append("histogram", GlobalAveragePool(), value)
    value = builder.append("flatten", Flatten(), value)
    _ = try builder.linear("fc", value, inputs: words, outputs: classes)
  }
}
