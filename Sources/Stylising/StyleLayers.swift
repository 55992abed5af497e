import Layers
import Tensors

/// The layers at which style transfer compares pictures.
public struct StyleLayers: Sendable, Hashable {
  /// Where the Gram matrices of the textures are compared.
  public let style: [String]
  /// Where the shape's features are compared.
  public let content: [String]

  /// How many layers of style there are where a network has so many.
  private static let styleCount = 5

  public init(style: [String], content: [String]) {
    self.style = style
    self.content = content
  }

  /// The layers that Gatys, Ecker & Bethge (2016) take of a VGG, for any network: a stage is what works at one stride.
  ///
  /// Style: the first convolution of each stage, as far as five; where there are fewer stages, the next ones of the
  /// last stage too. Content: the second convolution of the last stage but one. On a VGG these are relu1_1, relu2_1,
  /// relu3_1, relu4_1, relu5_1, and relu4_2.
  ///
  /// - Parameter network: folded.
  public init(of network: Network) {
    var stages: [(stride: Int, names: [String])] = []
    var strides = [1]
    for node in network.nodes {
      // What comes behind a layer that sees all cells has no stride.
      let own = node.layer.window?.vertical.stride ?? 0
      let stride = strides[node.inputs[0].index] * own
      strides.append(stride)
      guard node.layer is Convolution, stride > 0 else { continue }
      if let place = stages.firstIndex(where: { $0.stride == stride }) {
        stages[place].names.append(node.name)
      } else {
        stages.append((stride, [node.name]))
      }
    }
    var style = stages.prefix(StyleLayers.styleCount).compactMap(\.names.first)
    let missing = StyleLayers.styleCount - style.count
    if missing > 0 { style += (stages.last?.names.dropFirst().prefix(missing)).map(Array.init) ?? [] }
    let deep = stages.dropLast().last ?? stages.last
    self.style = style
    content = (deep?.names.prefix(2).last).map { [$0] } ?? []
  }

  /// All of them, each once.
  var all: [String] { style + content.filter { !style.contains($0) } }
}
