/// How a network's logit for one class hangs on each pixel; an approximation, unlike an `EvidenceMap`.
public struct AttributionMap: Codable, Hashable, Sendable {
  /// How the map was made.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// The greatest absolute gradient over the three channels (Simonyan et al. 2014, 1312.6034).
    case saliency
    /// Gradient × pixel value in 0…1, summed over channels (Shrikumar et al. 2016, 1605.01713): what each
    /// pixel adds against black, to first order.
    case gradientTimesInput = "gradient_times_input"
    /// The greatest size over channels of the mean gradient at noisy copies (Smilkov et al. 2017, 1706.03825).
    case smoothGrad = "smoothgrad"
    /// The mean gradient on the way from the mean colour to the picture × the change on that way (Sundararajan, Taly &
    /// Yan 2017, 1703.01365), summed over channels; the sum is the logit less that of the mean colour.
    case integratedGradients = "integrated_gradients"
    /// DeepLIFT by the rescale rule against the mean colour (Shrikumar, Greenside & Kundaje 2017, 1704.02685), summed
    /// over channels; the sum is the logit less that of the mean colour.
    case deepLift = "deeplift"
    /// Layer-wise relevance propagation by the ε-rule (Bach et al. 2015), summed over channels; biases keep their share.
    case relevance = "lrp"
    /// The last map's channels, weighted by their mean gradients, enlarged to the picture (Selvaraju et al. 2017,
    /// 1610.02391); without the closing ReLU, so that what speaks against the class shows too.
    case gradCAM = "grad_cam"
    /// The fall of the logit when a square is covered (Zeiler & Fergus 2014, 1311.2901); see
    /// `OcclusionProbe`.
    case occlusion

    /// Whether the values are in units of the logit and add up to what they explain; not for a sensitivity, nor where
    /// squares overlap.
    public var isAdditive: Bool {
      switch self {
      case .gradientTimesInput, .integratedGradients, .deepLift, .relevance: true
      case .saliency, .smoothGrad, .gradCAM, .occlusion: false
      }
    }

    /// Whether a value is a size, without a sign.
    var isUnsigned: Bool { self == .saliency || self == .smoothGrad }

    /// As a figure calls it.
    public var title: String {
      switch self {
      case .saliency: "Saliency"
      case .gradientTimesInput: "Gradient × input"
      case .smoothGrad: "SmoothGrad"
      case .integratedGradients: "Integrated gradients"
      case .deepLift: "DeepLIFT"
      case .relevance: "ε-LRP"
      case .gradCAM: "Grad-CAM"
      case .occlusion: "Occlusion"
      }
    }
  }

  /// The network's name.
  public var model: String
  /// The path of the picture, relative to the corpus where there is one.
  public var image: String
  public var method: Method
  /// The index of the class among the network's classes.
  public var classIndex: Int
  /// The image's logit for the class.
  public var logit: Float
  /// One value a pixel, row by row.
  public var values: [Float]
  public var rows: Int
  public var columns: Int

  public init(
    model: String, image: String, method: Method, classIndex: Int, logit: Float, values: [Float],
    rows: Int, columns: Int
  ) {
    self.model = model
    self.image = image
    self.method = method
    self.classIndex = classIndex
    self.logit = logit
    self.values = values
    self.rows = rows
    self.columns = columns
  }
}
