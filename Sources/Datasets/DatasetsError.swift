import Files

/// What can go wrong with a corpus, stimuli, recorded responses or a mapping of classes.
public enum DatasetsError: ReportableError, Equatable {
  /// The corpus' folder holds nothing.
  case emptyFolder(path: String)
  /// Pictures lie where class folders were expected.
  case noClassFolders(path: String, pictures: Int)
  /// There are class folders, and no picture in any.
  case noPictures(path: String, folders: Int, otherFiles: Int)
  /// A folder that pictures were expected in holds none, at any depth.
  case noPictureFiles(path: String, otherFiles: Int)
  /// A folder cannot be listed.
  case unreadableFolder(path: String, reason: String)
  /// No class folder is one of the model's classes.
  case noMatchingFolders(folders: [String], classes: [String])
  /// No file of a folder is a cue-conflict stimulus; `example` is one of the file names found, if any.
  case noStimuli(path: String, example: String?)
  /// A name is not `<shape><n>-<texture><m>`.
  case notAStimulusName(String)
  /// A table lacks columns.
  case missingColumns(path: String, columns: [String], found: [String])
  /// A table has a header and no rows, or not even that.
  case noRows(path: String, expected: String)
  /// A line of a table is not as expected.
  case badLine(path: String, line: Int, expected: String, found: String)
  /// Two answers to one trial of one observer, the first of `differing` among the `shared` trials that come again.
  case contradictoryTrials(known: RecordedTrial, again: RecordedTrial, differing: Int, shared: Int)
  /// A file with trials of an observer of whose name there are several, and nothing that tells which it is: `others` are
  /// files that contradict each other, and neither contradicts this one.
  case ambiguousObserver(name: String, path: String, others: [String])
  /// A text file is not UTF-8.
  case notText(path: String)
  /// The classes are not ImageNet's, so how they map to the categories of the cues must be said.
  case mappingNeeded(classes: [String])
  /// A folder for pictures in the making holds something else.
  case notAMakingFolder(path: String, file: String)
  /// A folder holds pictures that were made otherwise.
  case madeOtherwise(path: String, what: String, expected: String, found: String)

  /// Stimuli of a folder, of which nobody has said what is the shape's.
  case silhouettesNeeded(stimuli: String)
  /// Silhouettes for stimuli that are drawn.
  case needlessSilhouettes(stimuli: String, folder: String)
  /// A stimulus without a silhouette.
  case noSilhouette(stimulus: String)

  public var fault: Fault {
    switch self {
    case .silhouettesNeeded, .needlessSilhouettes,
      .mappingNeeded, .notAMakingFolder, .madeOtherwise:
      .usage
    case .unreadableFolder: .failure
    default: .badInput
    }
  }

  public var description: String {
    switch self {
    case .emptyFolder(let path):
      "\(path): expected class folders with JPEG or PNG pictures, found an empty folder; check the path"
    case .noClassFolders(let path, let pictures):
      "\(path): expected one folder a class with the pictures inside (class/picture.jpg), "
        + "found \(pictures == 0 ? "no folders" : "\(counted(pictures, "picture")) and no folders"); "
        + "\(pictures == 0 ? "check the path" : "move the pictures into folders named after their classes")"
    case .noPictures(let path, let folders, let otherFiles):
      "\(path): expected JPEG or PNG pictures in the class folders, found none in "
        + "\(counted(folders, "folder")) (\(counted(otherFiles, "other file"))); check the path or convert them"
    case .noPictureFiles(let path, let otherFiles):
      "\(path): expected JPEG or PNG pictures in the folder, found none "
        + "(\(counted(otherFiles, "other file"))); check the path or convert them"
    case .unreadableFolder(let path, let reason):
      "\(path): the folder cannot be listed (\(reason)); check its permissions"
    case .noMatchingFolders(let folders, let classes):
      "expected class folders named like the model's classes (\(few(classes))), found \(few(folders)); "
        + "rename the folders or choose the folder one level down or up"
    case .noStimuli(let path, let example):
      "\(path): expected stimuli named <shape><n>-<texture><m>.png such as cat3-truck1.png, found "
        + "\(example.map { "files such as \($0)" } ?? "no picture"); check the path"
    case .notAStimulusName(let name):
      "\(name): expected a name like cat3-truck1.png (shape and number, texture and number), found another; "
        + "rename it"
    case .missingColumns(let path, let columns, let found):
      "\(path): expected \(columns.count == 1 ? "a column" : "columns") \(columns.joined(separator: ", ")), found "
        + "\(found.joined(separator: ", ")); add what is missing to the first line"
    case .noRows(let path, let expected):
      "\(path): expected \(expected), found no rows; check the file"
    case .badLine(let path, let line, let expected, let found):
      "\(path):\(line): expected \(expected), found \(found); correct the line"
    case .contradictoryTrials(let known, let again, let differing, let shared):
      "\(again.path):\(again.line): expected \(known.response.answer), the answer of \(known.response.observer) to "
        + "\(known.response.stimulus) in session \(known.response.session) by \(known.path):\(known.line), found "
        + "\(again.response.answer) (\(differing) of \(counted(shared, "trial")) that come again "
        + "\(differing == 1 ? "differs" : "differ")); correct the line, or give two observers two names in column subj"
    case .ambiguousObserver(let name, let path, let others):
      "\(path): expected trials of one observer called \(name), found nothing that tells of which, since "
        + "\(others.joined(separator: " and ")) contradict each other; give the observers names of their own in column "
        + "subj"
    case .notText(let path):
      "\(path): expected a table of comma-separated values in UTF-8, found other data; save it as UTF-8 CSV"
    case .mappingNeeded(let classes):
      "expected ImageNet classes that cover all 16 categories of the cues, or a mapping file, found classes "
        + "\(few(classes)); write a CSV file with the first line class,category and a line for each class that "
        + "belongs to a category (\(classes.first ?? "n02123045"),cat), and give it with --mapping"
    case .silhouettesNeeded(let stimuli):
      "\(stimuli): expected --silhouettes with a picture for each stimulus or shape (cat3-truck1.png or cat3.png), dark "
        + "where the shape is, found none; only stimuli that are drawn, such as silhouettes:cue-conflict, need none"
    case .needlessSilhouettes(let stimuli, let folder):
      "\(stimuli): expected no --silhouettes, since the shapes of drawn stimuli are known, found \(folder); leave it out"
    case .noSilhouette(let stimulus):
      "\(stimulus): expected a silhouette named after it or its shape, found none; add one"
    case .notAMakingFolder(let path, let file):
      "\(path): expected a new or an empty folder, or one that this command has begun (with \(file)), found one that "
        + "holds something else; choose another place"
    case .madeOtherwise(let path, let what, let expected, let found):
      "\(path): expected pictures made with \(what) \(shown(expected)), found some made with \(shown(found)); give "
        + "the command as it was to go on, or choose another place"
    }
  }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private func few(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.isEmpty ? "none" : names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}

/// A file or folder that was left out, and why.
public struct LeftOut: Sendable, Hashable {
  /// The path relative to the corpus.
  public let path: String
  /// One line saying what is wrong with it.
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
