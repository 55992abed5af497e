/// A share that a report knows for an observer, by the name that gates and programs call it.
enum Metric: String, CaseIterable, Sendable {
  case cleanAccuracy = "clean_accuracy"
  case top5Accuracy = "top5_accuracy"
  case stickerSuccess = "sticker_success"
  case controlNoise = "control_noise"
  case controlPhoto = "control_photo"
  case stickerAccuracy = "sticker_accuracy"
  case robustAccuracy = "robust_accuracy"
  case attackSuccess = "attack_success"
  case shapeBias = "shape_bias"
  case coverage

  /// As a heading or the start of a sentence.
  var title: String {
    switch self {
    case .cleanAccuracy: "Clean accuracy"
    case .top5Accuracy: "Clean accuracy, five answers"
    case .stickerSuccess: "Success of the sticker"
    case .controlNoise: "Success of random noise"
    case .controlPhoto: "Success of photographs"
    case .stickerAccuracy: "Accuracy with the sticker"
    case .robustAccuracy: "Accuracy under attack"
    case .attackSuccess: "Success of the attack"
    case .shapeBias: "Shape bias"
    case .coverage: "Coverage of both cues"
    }
  }
}
