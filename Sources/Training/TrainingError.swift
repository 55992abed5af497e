import Files

/// What can go wrong when a network is trained.
public enum TrainingError: ReportableError, Equatable {
  /// A batch that holds no picture.
  case batchSize(found: Int)
  /// A picture without room for a patch.
  case pictureTooSmall(height: Int, width: Int, receptiveField: Int)
  /// Fewer patches than visual words.
  case tooFewPatches(found: Int, words: Int)
  /// A corpus without two classes of two pictures.
  case tooFewPictures(classes: Int, fewest: Int)
  /// A validation corpus has a class that the training corpus has not.
  case unknownTrainingClass(name: String, known: [String])
  /// A corpus of which no picture can be read.
  case noReadablePictures(skipped: Int)
  /// Fewer training pictures than one step takes.
  case smallerThanABatch(pictures: Int, batch: Int)
  /// The loss or a parameter is no longer a number; `checkpoint` holds the last good state, if there is one.
  case diverged(epoch: Int, step: Int, checkpoint: String?)
  /// A checkpoint that another training has left.
  case otherTraining(checkpoint: String, what: String, expected: String, found: String)
  /// A file that was to hold a training's state and does not.
  case badTrainingCheckpoint(path: String, reason: String)
  /// A training was asked to stop and has kept its state.
  case interrupted(checkpoint: String, epoch: Int)
  /// A line of a training's log that is not what the trainer writes.
  case badTrainingLog(path: String, line: Int, expected: String, found: String)

  public var fault: Fault {
    switch self {
    case .batchSize: .usage
    case .diverged, .interrupted: .failure
    case .pictureTooSmall, .tooFewPatches, .tooFewPictures, .unknownTrainingClass, .noReadablePictures,
      .smallerThanABatch, .otherTraining, .badTrainingCheckpoint, .badTrainingLog:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .batchSize(let found):
      "expected a batch size of at least 1, found \(found); correct the setting"
    case .pictureTooSmall(let height, let width, let receptiveField):
      "expected a picture of at least \(receptiveField)×\(receptiveField) pixels, found \(height)×\(width); "
        + "use a larger picture or a network with smaller receptive fields"
    case .tooFewPatches(let found, let words):
      "expected at least as many patches as visual words (\(words)), found \(found) in the pictures that can be "
        + "read; use more pictures, more \"samples\" or fewer \"words\""
    case .tooFewPictures(let classes, let fewest):
      "expected at least two classes with two readable pictures each (five to choose settings on), found "
        + "\(classes) classes, the smallest with \(fewest); add pictures or leave out its folder"
    case .unknownTrainingClass(let name, let known):
      "expected a validation corpus whose classes are among the training corpus' (\(known.prefix(3).joined(separator: ", "))\(known.count > 3 ? " and \(known.count - 3) more" : "")), found '\(name)'; "
        + "remove or rename its folder"
    case .noReadablePictures(let skipped):
      "expected pictures that can be read, found none among \(skipped); check the corpus"
    case .smallerThanABatch(let pictures, let batch):
      "expected at least as many training pictures as 'batch' (\(batch)), found \(pictures); use a smaller batch or "
        + "more pictures"
    case .diverged(let epoch, let step, let checkpoint):
      "expected finite numbers, found NaN or infinity in epoch \(epoch), step \(step): the training diverged; lower "
        + "'learning_rate' or lengthen its rise and begin anew"
        + (checkpoint.map { " (the state after the last whole epoch is in \($0): remove it)" } ?? "")
    case .otherTraining(let checkpoint, let what, let expected, let found):
      "\(checkpoint): expected the state of this training, whose \(what) is \(expected), found another's, \(found); "
        + "give the recipe as it was to go on, or remove the file to begin anew"
    case .badTrainingCheckpoint(let path, let reason):
      "\(path): expected the state of this training, found \(reason); remove the file to begin anew"
    case .interrupted(let checkpoint, let epoch):
      "stopped in epoch \(epoch); give the same command again to go on (its state is in \(checkpoint))"
    case .badTrainingLog(let path, let line, let expected, let found):
      "\(path):\(line): expected \(expected), found \(found); give the log as 'patchwork train' left it"
    }
  }
}
