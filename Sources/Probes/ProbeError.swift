import Files

/// What can go wrong while asking a network a question.
public enum ProbeError: ReportableError, Equatable {
  /// A batch size below 1.
  case batchSize(found: Int)
  /// No photograph of the target for the control.
  case noControlPhotographs
  /// A control of another size than the sticker.
  case controlSide(expected: Int, found: Int)
  /// The sticker does not lie wholly inside the picture.
  case placementOutside(x: Double, y: Double, imageWidth: Int, imageHeight: Int)
  /// A picture of another shape than `[1, 3, height, width]`.
  case pictureShape(found: String)
  /// A picture smaller than one receptive field.
  case pictureTooSmall(height: Int, width: Int, receptiveField: Int)
  /// The evidence map's mean is not the image's logit.
  case mapDisagrees(model: String, mean: Double, logit: Double)
  /// The evidence map has other cells than the receptive field allows.
  case mapShape(model: String, expected: String, found: String)
  /// A receptive field that begins outside the picture has no map at every pixel.
  case paddedField(model: String, offset: Int)
  /// A picture that is not cut into two tiles.
  case tooFewTiles(condition: String, height: Int, width: Int)
  /// A picture with room for less than two masks.
  case tooFewMasks(side: Int, gap: Int, height: Int, width: Int)
  /// Squares that cannot cover a picture.
  case occluder(side: Int, stride: Int)
  /// A corpus too small to hold pictures back for a test.
  case nothingHeldBack(corpus: String)
  /// Networks that cannot be attacked together because they see pictures of different sizes.
  case differentPreparation(first: String, second: String)
  /// A sticker whose file beside it says no target, and no target was given.
  case noTarget(sticker: String)
  /// The card beside a sticker is damaged.
  case badStickerCard(path: String, reason: String)
  /// A file beside a sticker in the making that is not what `sticker make` writes.
  case badStickerState(path: String)
  /// The state that the making of another sticker has left.
  case otherSticker(path: String, what: String)
  /// A sticker's picture that is not square.
  case stickerNotSquare(path: String, width: Int, height: Int)
  /// A corpus of which no picture can be read.
  case noReadablePictures(skipped: Int)
  /// A number that an attribution cannot work with.
  case attributionSettings(expected: String, found: String)
  /// A classifier that is not a network of layers.
  case notLayered(model: String, method: String)
  /// A network whose last map of features does not alone decide.
  case noLastMap(model: String)
  /// A silhouette of another size than its stimulus, once both are prepared.
  case silhouetteSize(stimulus: String, expected: String, found: String)
  /// A network without visual words.
  case noWords(model: String, architecture: String)

  public var fault: Fault {
    switch self {
    case .mapDisagrees, .mapShape: .failure
    case .batchSize, .noControlPhotographs, .controlSide, .placementOutside,
      .paddedField, .occluder, .attributionSettings, .notLayered, .noLastMap:
      .usage
    case .differentPreparation, .noTarget, .noWords, .tooFewTiles, .tooFewMasks: .usage
    case .silhouetteSize, .pictureShape, .pictureTooSmall, .nothingHeldBack, .badStickerCard,
      .badStickerState, .otherSticker, .stickerNotSquare, .noReadablePictures:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .silhouetteSize(let stimulus, let expected, let found):
      "\(stimulus): expected a silhouette of the stimulus' \(expected) pixels, found \(found); resize it"
    case .batchSize(let found):
      "expected a batch size of at least 1, found \(found); correct the setting"
    case .noControlPhotographs:
      "expected at least one photograph for the control, found none; add pictures of the target class to "
        + "the corpus"
    case .controlSide(let expected, let found):
      "expected a control of the sticker's \(expected)×\(expected) pixels, found \(found)×\(found); resize it"
    case .placementOutside(let x, let y, let imageWidth, let imageHeight):
      "expected a sticker wholly inside the picture's \(imageWidth)×\(imageHeight) pixels, found its left top "
        + "at \(x), \(y); move it or make it smaller"
    case .pictureShape(let found):
      "expected one picture [1, 3, height, width], found \(found); give one RGB picture"
    case .pictureTooSmall(let height, let width, let receptiveField):
      "expected a picture of at least \(receptiveField)×\(receptiveField) pixels, found \(height)×\(width); "
        + "use a larger picture or a network with smaller receptive fields"
    case .mapDisagrees(let model, let mean, let logit):
      "\(model): expected an evidence map whose mean is the logit \(logit), found \(mean); the network is not "
        + "a mean of local logits, use another attribution"
    case .mapShape(let model, let expected, let found):
      "\(model): expected an evidence map \(expected), found \(found); the network's receptive field is wrong"
    case .paddedField(let model, let offset):
      "\(model): expected receptive fields that begin inside the picture, found padding of \(-offset) pixels; "
        + "use the map at the network's own stride"
    case .tooFewTiles(let condition, let height, let width):
      "expected a picture that is cut into at least two tiles, found \(height)×\(width) pixels for \(condition); choose "
        + "smaller tiles or a coarser grid"
    case .tooFewMasks(let side, let gap, let height, let width):
      "expected room for at least two masks, found \(height)×\(width) pixels for masks of \(side) pixels, \(gap) apart; "
        + "choose smaller masks or gaps"
    case .occluder(let side, let stride):
      "expected squares of at least 1 pixel at most their own side apart, found a side of \(side) and a stride "
        + "of \(stride); otherwise pixels stay uncovered: choose a smaller stride"
    case .attributionSettings(let expected, let found):
      "expected \(expected), found \(found); correct the setting"
    case .notLayered(let model, let method):
      "\(model): expected a network of layers for \(method), found a classifier without; choose saliency or occlusion"
    case .noLastMap(let model):
      "\(model): expected a network that ends in a map of features, its mean and a decision, found another; Grad-CAM "
        + "needs one: choose another method"
    case .nothingHeldBack(let corpus):
      "\(corpus): expected a class with at least two pictures, so that one can be held back for the test, found "
        + "none; name another corpus for the test with --test-corpus"
    case .differentPreparation(let first, let second):
      "expected networks that prepare pictures alike, found different \"preprocessing\" in the cards of \(first) "
        + "and \(second); make one sticker for each"
    case .noTarget(let sticker):
      "\(sticker): expected the target in a sticker.json beside it, found none; give --target or --untargeted"
    case .badStickerCard(let path, let reason):
      "\(path): expected the description that 'sticker make' writes, found \(reason); make the sticker again or "
        + "remove the file and give --target"
    case .badStickerState(let path):
      "\(path): expected where a sticker's optimisation stands, as 'sticker make' writes it, found something else; "
        + "remove the file to begin anew"
    case .otherSticker(let path, let what):
      "\(path): expected the state of this sticker's making, found another's, which differs in \(what); give the "
        + "command as it was to go on, or remove the file to begin anew"
    case .stickerNotSquare(let path, let width, let height):
      "\(path): expected a square picture, found \(width)×\(height) pixels; pad it with transparent pixels"
    case .noReadablePictures(let skipped):
      "expected pictures that can be read, found none among \(skipped); check the corpus"
    case .noWords(let model, let architecture):
      "\(model): expected a bag_of_features, which has visual words, found a \(architecture); train one with "
        + "'patchwork train'"
    }
  }
}
