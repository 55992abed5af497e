import Files

/// What can go wrong in an attack.
public enum AdversaryError: ReportableError, Equatable {
  /// The sticker covers more than the picture at its greatest scale and rotation.
  case stickerLargerThanImage(width: Double, height: Double, imageWidth: Int, imageHeight: Int)
  /// Colours or alpha do not make a square sticker.
  case stickerShape(colours: String, alpha: String)
  /// The start does not have the side that was asked for.
  case startSide(expected: Int, found: Int)
  /// A setting outside its range.
  case setting(name: String, expected: String, found: String)
  /// No class of that name or identifier; `suggestions` are the nearest.
  case unknownClass(name: String, model: String, suggestions: [String])
  /// The network has too few classes to be led from one to another.
  case tooFewClasses(count: Int, model: String)
  /// An attack that only leads away from the true class was asked to reach a class.
  case needsTrueClass
  /// No network to attack.
  case noClassifiers
  /// Nothing is left to optimise on.
  case noImages(found: Int, ofTarget: Int)
  /// Every picture of a batch was refused; `reason` is the first refusal.
  case noReadableImages(count: Int, reason: String)
  /// Pictures of another shape than `[batch, 3, height, width]`.
  case imagesShape(found: String)
  /// The state of a sticker's optimisation that cannot be this one's.
  case badStickerState(reason: String)
  /// A gradient or loss that is not a number.
  case notFinite(step: Int, model: String)

  public var fault: Fault {
    switch self {
    case .stickerLargerThanImage, .startSide, .setting, .unknownClass, .tooFewClasses,
      .noClassifiers, .needsTrueClass:
      .usage
    case .stickerShape, .noImages, .noReadableImages, .imagesShape, .badStickerState: .badInput
    case .notFinite: .failure
    }
  }

  public var description: String {
    switch self {
    case .stickerLargerThanImage(let width, let height, let imageWidth, let imageHeight):
      "expected a sticker that fits into \(imageWidth)×\(imageHeight) pixels of the picture, found one that covers "
        + "\(rounded(width))×\(rounded(height)); choose a smaller side, scale or rotation"
    case .stickerShape(let colours, let alpha):
      "expected sticker colours [3, side, side] and alpha [side, side], found \(colours) and \(alpha); "
        + "use a square RGBA picture"
    case .startSide(let expected, let found):
      "expected a starting sticker of \(expected)×\(expected) pixels, found \(found)×\(found); resize it or "
        + "ask for that side"
    case .setting(let name, let expected, let found):
      "\(name): expected \(expected), found \(found); correct the setting"
    case .unknownClass(let name, let model, let suggestions):
      "\(model): expected one of its classes, found “\(name)”; "
        + (suggestions.isEmpty
          ? "list them with `patchwork models show`"
          : "did you mean \(suggestions.joined(separator: ", "))?")
    case .tooFewClasses(let count, let model):
      "\(model): expected at least 2 classes, found \(count); an attack needs another class to name"
    case .needsTrueClass:
      "expected an untargeted goal, found a class to reach; this attack tries other classes by itself"
    case .noClassifiers:
      "expected at least one network with a positive weight, found none; name one with --model"
    case .noImages(let found, let ofTarget):
      "expected pictures to optimise on, found \(found), of which \(ofTarget) are of the target class; add "
        + "pictures of other classes or choose another target"
    case .noReadableImages(let count, let reason):
      "expected readable pictures, found none among \(count) (first: \(reason)); check the corpus"
    case .imagesShape(let found):
      "expected pictures [batch, 3, height, width], found \(found); check the picture source"
    case .badStickerState(let reason):
      "expected where this sticker's optimisation stands, found \(reason); remove the state to begin anew"
    case .notFinite(let step, let model):
      "\(model): expected a finite loss and gradient, found NaN or infinity at step \(step); lower the "
        + "learning rate or check the weights"
    }
  }

  private func rounded(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
  }
}
