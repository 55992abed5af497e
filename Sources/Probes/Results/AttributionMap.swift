/// How a network's logit for one class hangs on each pixel; an approximation, unlike an `EvidenceMap`.
public struct AttributionMap: Codable, Hashable, Sendable {
  /// How the map was made.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// The greatest absolute gradient over the three channels (Simonyan et al. 2014, 1312.6034).
    case saliency
    /// Gradient × pixel value in 0…1, summed over channels (Shrikumar et al. 2016, 1605.01713): what each
    /// pixel adds against black, to first order.
    case gradientTimesInput = "gradient_times_input"
    /// The fall of the logit when a square is covered (Zeiler & Fergus 2014, 1311.2901); see
    /// `OcclusionProbe`.
    case occlusion
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
