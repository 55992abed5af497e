/// Which part of training a bag of features is under way; its text is what a person is told.
public enum TrainingStep: String, Sendable, CaseIterable {
  case patches = "patches"
  case words = "words"
  case sharpness = "choosing sharpness"
  case histograms = "histograms"
  case decision = "decision"

  /// What is counted, in the plural.
  public var unit: String {
    switch self {
    case .words: "steps of k-means"
    case .decision: "fits"
    case .patches, .sharpness, .histograms: "images"
    }
  }
}
