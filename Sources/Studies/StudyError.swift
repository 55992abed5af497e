import Files

/// What can go wrong with a study.
public enum StudyError: ReportableError, Equatable {
  /// The folder that should hold the study does not exist.
  case folderMissing(path: String)
  /// The file is not a SQLite file at all.
  case notAStudy(path: String)
  /// The file is a SQLite file of another program; nothing was written to it.
  case foreignDatabase(path: String)
  /// A later version of Patchwork wrote the study.
  case newerVersion(path: String, found: Int, supported: Int)
  /// The file says it is a study, but what it holds cannot be.
  case damaged(path: String, reason: String)
  /// The study cannot be written here.
  case unwritable(path: String, reason: String)
  /// No space was left; what was committed before is kept.
  case diskFull(path: String)
  /// Another process kept the study locked.
  case busy(path: String)
  /// Bytes that should be a picture are neither PNG nor JPEG.
  case notAPicture(name: String)
  /// Something is where a new study is to be written.
  case exists(path: String)
  /// Two studies answer the same item of the same question differently.
  case contradiction(path: String, kind: String, observer: String, item: String)
  /// A run asks something that this release does not know.
  case unknownKind(path: String, kind: String)
  /// No run has this number.
  case unknownRun(path: String, id: Int64)

  public var fault: Fault {
    switch self {
    case .folderMissing: .missingFile
    case .notAStudy, .foreignDatabase, .newerVersion, .damaged, .notAPicture, .contradiction, .unknownKind:
      .badInput
    case .unwritable, .diskFull, .busy: .failure
    case .unknownRun, .exists: .usage
    }
  }

  public var description: String {
    switch self {
    case .folderMissing(let path):
      "\(path): expected an existing folder for the study, found none; make the folder first"
    case .notAStudy(let path):
      "\(path): expected a study, found a file of another kind; give a file that --study made, or a new name"
    case .foreignDatabase(let path):
      "\(path): expected a study, found another program's SQLite file; it was left alone; give another name"
    case .newerVersion(let path, let found, let supported):
      "\(path): expected a study of version \(supported) or older, found version \(found); "
        + "update Patchwork to read it"
    case .damaged(let path, let reason):
      "\(path): expected a whole study, found damage (\(reason)); restore a copy or measure again"
    case .unwritable(let path, let reason):
      "\(path): the study cannot be written (\(reason)); check its permissions or choose another place"
    case .diskFull(let path):
      "\(path): expected room for more answers, found a full disk; free some space and run the same command "
        + "again: it continues where it stopped"
    case .busy(let path):
      "\(path): expected a free study, found it locked by another process; wait for that or use another file"
    case .notAPicture(let name):
      "\(name): expected the bytes of a PNG or JPEG picture, found something else; encode the picture first"
    case .exists(let path):
      "\(path): expected a new file, found one that is there already; choose another name"
    case .contradiction(let path, let kind, let observer, let item):
      "\(path): expected the answers that an earlier study has of the same question, found another answer of "
        + "\(observer) about \(item) (\(kind)); merge only one of the two"
    case .unknownKind(let path, let kind):
      "\(path): expected questions that this release knows, found a run of kind '\(kind)'; update Patchwork to read it"
    case .unknownRun(let path, let id):
      "\(path): expected one of the study's runs, found number \(id), which it does not hold; begin a run first"
    }
  }
}
