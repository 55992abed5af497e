/// What each part of the loss of style transfer counts.
///
/// Distances of features and of Gram matrices are relative: divided by the square of what is compared with, so that
/// the same weights suit networks whose activations are of any size.
public struct StyleWeights: Sendable, Hashable, Codable {
  /// Of ‖F − P‖² / ‖P‖², features F of the picture made and P of the shape's.
  public var content: Double
  /// Of the mean over layers of ‖G − A‖² / ‖A‖², Gram matrices G of the picture made and A of the texture's.
  public var style: Double
  /// Of the mean square step between neighbours, of values in 0…1: keeps grain down that no layer sees.
  public var totalVariation: Double
  /// Of the mean square by which values lie outside 0…1.
  public var range: Double

  public init(content: Double = 1, style: Double = 10, totalVariation: Double = 3, range: Double = 10) {
    self.content = content
    self.style = style
    self.totalVariation = totalVariation
    self.range = range
  }
}
