/// How a layer's published channels follow the width that a random network is made with. A checkpoint's shapes
/// say by themselves how wide it is.
enum ChannelScaling: Sendable {
  /// In proportion, rounded down to at least one.
  case proportional
  /// In proportion, rounded to a multiple of 8 that loses no more than a tenth: how MobileNets are narrowed.
  case multipleOf8
  /// The same, but never below the published number: MobileNetV2's last convolution.
  case multipleOf8AtLeastPublished
  /// As many at every width.
  case fixed
  /// In proportion where no number is asked for: the hidden fully connected layers of AlexNet and VGG, which hold
  /// most of their parameters.
  case hidden

  /// The channels at `width`, of which `ParameterSource.standardWidth` is the published one.
  func channels(_ published: Int, width: Int) -> Int {
    switch self {
    case .proportional, .hidden: max(1, published * width / ParameterSource.standardWidth)
    case .multipleOf8: ChannelScaling.multipleOf8(published, width)
    case .multipleOf8AtLeastPublished:
      ChannelScaling.multipleOf8(published, max(width, ParameterSource.standardWidth))
    case .fixed: published
    }
  }

  private static func multipleOf8(_ published: Int, _ width: Int) -> Int {
    let exact = Double(published * width) / Double(ParameterSource.standardWidth)
    let nearest = max(8, Int(exact + 4) / 8 * 8)
    return Double(nearest) < 0.9 * exact ? nearest + 8 : nearest
  }
}
